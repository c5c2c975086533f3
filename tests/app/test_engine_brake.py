"""The brake: much that stands in QuickBooks does not change within ten minutes without a person's word."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from engine_steps import later
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.invoicing.life import cancel_invoices
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.choices import seen_as
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.connect.problems import open_problems
from bluepro.quickbooks.models import Problem, Request
from bluepro.quickbooks.queries import members

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    made.connection.brake_after = 3
    made.connection.save()
    yield made
    made.close()


@pytest.fixture
def five(rig: Rig) -> list[int]:
    """Five invoices in QuickBooks: a first push, which is exempt."""
    ada = rig.contact("Ada")
    found = [rig.invoice(ada, [priced("Work", "1", "100")], number=f"B-{number}") for number in range(5)]
    rig.sync_until_quiet()
    assert open_problems(rig.actor) == [] and len(rig.entities("Invoice")) == 5
    return found


def raise_price(rig: Rig, invoices: list[int], price: str, message: str = "") -> None:
    edits = [
        rig.invoice_edit(
            contact_of(invoice), [priced("Work", "1", price)], number=f"B-{number}", id=invoice, message=message
        )
        for number, invoice in enumerate(invoices)
    ]
    save_invoices(rig.actor, edits, clock=CLOCK, ids=IDS)


def contact_of(invoice: int) -> int:
    return Invoice.objects.get(pk=invoice).contact_id


def totals(rig: Rig) -> list[Decimal]:
    return sorted(one["TotalAmt"] for one in rig.entities("Invoice"))


def asked(rig: Rig) -> Problem:
    (problem,) = open_problems(rig.actor)
    assert (problem.cause, problem.kind) == ("brake", None)
    return problem


def test_more_than_the_limit_waits_and_goes_when_a_person_says_so(rig: Rig, five: list[int]) -> None:
    raise_price(rig, five, "200")
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] * 5
    problem = asked(rig)
    assert "5 records of together $1,000.00" in problem.text and "The oldest month is March 2026." in problem.text
    assert len(members(problem, 10)) == 5
    sync_data(rig.actor, rig.connection, clock=CLOCK)  # pressing the button is no answer
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] * 5 and asked(rig).pk == problem.pk
    answer(rig.actor, problem.pk, "send", clock=CLOCK, seen=seen_as(problem.text))
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(200)] * 5 and open_problems(rig.actor) == []
    raise_price(rig, five[:2], "300")  # what was let go does not count against the next
    rig.sync_until_quiet()
    assert totals(rig)[-2:] == [Decimal(300)] * 2


def test_removals_count_and_can_be_left_out(rig: Rig, five: list[int]) -> None:
    cancel_invoices(rig.actor, five, clock=CLOCK)
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] * 5
    problem = asked(rig)
    answer(rig.actor, problem.pk, "leave", clock=CLOCK, seen=seen_as(problem.text))
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] * 5 and open_problems(rig.actor) == []


def test_texts_do_not_count(rig: Rig, five: list[int]) -> None:
    raise_price(rig, five, "100", message="Thank you")
    rig.sync_until_quiet()
    assert all(one["CustomerMemo"] == {"value": "Thank you"} for one in rig.entities("Invoice"))
    assert open_problems(rig.actor) == []


def test_a_few_among_many_texts_go_by_themselves(rig: Rig, five: list[int]) -> None:
    raise_price(rig, five, "100", message="Thank you")
    raise_price(rig, five[:2], "200", message="Thank you")
    rig.sync_until_quiet()
    assert totals(rig)[-2:] == [Decimal(200)] * 2 and open_problems(rig.actor) == []


def test_single_changes_count_for_ten_minutes(rig: Rig, five: list[int]) -> None:
    for step, invoice in enumerate(five):
        raise_price_of(rig, invoice, step)
        rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] * 2 + [Decimal(200)] * 3
    assert "2 records of together $400.00" in asked(rig).text


def test_after_ten_minutes_a_change_goes_again(rig: Rig, five: list[int]) -> None:
    for step, invoice in enumerate(five[:3]):
        raise_price_of(rig, invoice, step)
    rig.sync_until_quiet()
    raise_price_of(rig, five[3], 3)
    Request.objects.update(committed_at=later(-700))
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(100)] + [Decimal(200)] * 4
    assert open_problems(rig.actor) == []


def raise_price_of(rig: Rig, invoice: int, number: int) -> None:
    edit = rig.invoice_edit(contact_of(invoice), [priced("Work", "1", "200")], number=f"B-{number}", id=invoice)
    save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)


def test_without_a_limit_nothing_waits(rig: Rig, five: list[int]) -> None:
    rig.connection.brake_after = None
    rig.connection.save()
    raise_price(rig, five, "200")
    rig.sync_until_quiet()
    assert totals(rig) == [Decimal(200)] * 5
