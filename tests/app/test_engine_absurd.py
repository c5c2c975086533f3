"""Answers that are valid and absurd: one entity for all, items nobody asked for, other figures, cut bodies.

Whatever QuickBooks says, nothing is doubled and no record gets another one's entity. What is missing, doubled or of
another type within a batch is in test_engine_unknown.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from engine_time import Tamper, Timed, as_it_came, timed_rig
from rig import Rig, priced

from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8

Items = list[dict[str, Any]]  # Any: JSON


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


def exchanged(items: Items) -> Items:
    """Every invoice under its neighbour's bId: only its marker says whose it is."""
    bids = [one["bId"] for one in items]
    return [{**one, "bId": bid} for one, bid in zip(items, bids[1:] + bids[:1], strict=True)]


def the_same(items: Items) -> Items:
    """All answers hold one and the same entity."""
    return [{**one, "Invoice": items[0]["Invoice"]} for one in items]


def strange(items: Items) -> Items:
    """Answers to questions that nobody asked."""
    return [*items, {"bId": "nobody", "Invoice": items[0]["Invoice"]}, {"bId": "b0x"}]


def no_entity(items: Items) -> Items:
    """Answers that are empty, or hold what is no entity."""
    return [{"bId": one["bId"], **({"Invoice": {}} if number % 2 else {})} for number, one in enumerate(items)]


def other_total(items: Items) -> Items:
    return [{**items[0], "Invoice": {**items[0]["Invoice"], "TotalAmt": 12345}}, *items[1:]]


def once(change: Callable[[Items], Items]) -> Tamper:
    """Tampers with the first answer to a batch of invoices."""
    left = [1]

    def tamper(_request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        items = answer.get("BatchItemResponse", [])
        if left[0] and items and all("Invoice" in one for one in items):
            left[0] -= 1
            return {**answer, "BatchItemResponse": change(items)}
        return answer

    return tamper


def business(timed: Timed, many: int) -> list[int]:
    """So many invoices of Ada's, whose numbers are their totals; Ada is in QuickBooks already."""
    ada = timed.rig.contact("Ada")
    timed.settle_down()
    return [timed.rig.invoice(ada, [priced("Work", "1", str(n))], number=str(n)) for n in range(1, many + 1)]


def stands_right(rig: Rig, records: list[int]) -> None:
    """Each record has the entity of its own number, and there is one of each."""
    booked = {one["Id"]: one for one in rig.entities("Invoice")}
    assert len(booked) == len(records)
    for number, record in enumerate(records, 1):
        entity = booked[rig.link(Kind.INVOICE, record).entity_id or ""]
        assert (entity["DocNumber"], entity["TotalAmt"]) == (str(number), number)


@pytest.mark.parametrize("change", [exchanged, the_same, strange, no_entity])
def test_a_batch_answered_absurdly_ends_right(timed: Timed, rig: Rig, change: Callable[[Items], Items]) -> None:
    records = business(timed, MANY)
    timed.wire.tamper = once(change)
    timed.settle_down()
    stands_right(rig, records)
    timed.at_rest()


@pytest.mark.parametrize("path", ["/batch", "/invoice", "/payment", "/customer"])
def test_a_body_cut_in_the_middle_ends_right(timed: Timed, rig: Rig, path: str) -> None:
    left = [2]

    def cut(request: httpx2.Request) -> bool:
        if left[0] and request.method == "POST" and request.url.path.endswith(path):
            left[0] -= 1
            return True
        return False

    timed.wire.cut = cut
    records = business(timed, MANY if path == "/batch" else 1)
    rig.payment((records[0], "1.00"))
    timed.settle_down()
    stands_right(rig, records)
    assert left[0] < 2
    assert len(rig.entities("Customer")) == 1 and len(rig.entities("Payment")) == 1
    timed.at_rest()


def test_other_figures_in_one_answer_of_many_hold_that_invoice_alone(timed: Timed, rig: Rig) -> None:
    records = business(timed, MANY)
    timed.wire.tamper = once(other_total)
    timed.settle_down()
    timed.wire.tamper = as_it_came
    (problem,) = rig.problems()
    assert (problem.cause, problem.record_id) == ("amount_differs", records[0])
    assert "12345" in problem.text
    assert Link.objects.filter(kind=int(Kind.INVOICE), held_revision=None).count() == MANY - 1
