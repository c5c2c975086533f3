"""Every code of the table, answered by QuickBooks to a write: it ends as its family says, in its words.

A fault rule of the emulator gives the code at one kind of write. Then the cause is taken away, people do what the
problem says, and all has arrived, once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.invoicing.services import save_invoices
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.again import push_again
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.models import Connection, ConnectionState, Problem
from bluepro.quickbooks.rulings import RULINGS, Family
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)

PASSES = ("3001", "130", "140", "150")  # about the whole company, and over by itself
STOPS = tuple(code for code, rule in RULINGS.items() if rule.family is Family.RECONNECT and code != "6190")
FAILS = tuple(code for code, rule in RULINGS.items() if rule.family is Family.RETRY and code not in PASSES)
HOLDS = tuple(code for code, rule in RULINGS.items() if rule.family in (Family.NEEDS_FIX, Family.BUG))
RESOLVES = tuple(code for code, rule in RULINGS.items() if rule.family is Family.RESOLVE)
DONE_ALL_THE_SAME = ("600", "630", "10000")


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


@dataclass(frozen=True)
class Scene:
    """One write that QuickBooks will refuse: `act` does it here, `arrived` tells what QuickBooks then shows."""

    kind: Kind
    entity: str
    operation: str
    act: Callable[[Rig, "Business"], int]
    arrived: Callable[[Rig], object]
    expected: object


@dataclass(frozen=True)
class Business:
    """What was in QuickBooks before."""

    contact: int
    invoice: int
    payment: int


def _new_invoice(rig: Rig, at: Business) -> int:
    return rig.invoice(at.contact, [priced("Work", "2", "10")], number="new")


def _edit(rig: Rig, at: Business) -> int:
    lines = [priced("Work", "5", "10")]
    save_invoices(rig.actor, [rig.invoice_edit(at.contact, lines, number="old", id=at.invoice)], clock=CLOCK, ids=IDS)
    return at.invoice


def _rename(rig: Rig, at: Business) -> int:
    rig.rename(at.contact, "Ada King")
    return at.contact


def _delete_payment(rig: Rig, at: Business) -> int:
    delete_payments(rig.actor, [at.payment], "bounced", clock=CLOCK)
    return at.payment


def _totals(rig: Rig) -> dict[str, Decimal]:
    return {one["DocNumber"]: one["TotalAmt"] for one in rig.entities("Invoice")}


def _names(rig: Rig) -> list[str]:
    return sorted(one["DisplayName"] for one in rig.entities("Customer"))


NEW_INVOICE = Scene(Kind.INVOICE, "Invoice", "create", _new_invoice, _totals, {"old": 10, "new": 20})
EDIT = Scene(Kind.INVOICE, "Invoice", "update", _edit, _totals, {"old": 50})
RENAME = Scene(Kind.CONTACT, "Customer", "update", _rename, _names, ["Ada King"])
NEW_CONTACT = Scene(
    Kind.CONTACT, "Customer", "create", lambda rig, _: rig.contact("Bob"), lambda rig: len(_names(rig)), 2
)
DELETE = Scene(
    Kind.PAYMENT, "Payment", "delete", _delete_payment, lambda rig: [one["Id"] for one in rig.entities("Payment")], []
)
SCENES = {
    **dict.fromkeys(("5010", "1020"), EDIT),
    **dict.fromkeys(("6220", "6130", "6280", "2210", "700", "900", "6150", "6180"), RENAME),
    **dict.fromkeys(("6240", "6080"), NEW_CONTACT),
    **dict.fromkeys(("800", "6450", "6480", "6540"), DELETE),
}


def scene_of(code: str) -> Scene:
    return SCENES.get(code, NEW_INVOICE)


def business(timed: Timed) -> Business:
    rig = timed.rig
    ada = rig.contact("Ada", emails=("ada@example.com",))
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="old")
    made = Business(ada, invoice, rig.payment((invoice, "10.00")))
    timed.settle_down()
    timed.at_rest()
    return made


def refuse(rig: Rig, scene: Scene, code: str, *, count: int | None = None, **effect: Any) -> None:
    """From now on QuickBooks answers this write so, the next `count` times or for good."""
    rule = {
        "effects": [{"kind": "code", "code": code, **effect}],
        "entity": scene.entity,
        "operation": scene.operation,
        "count": count,
    }
    added = rig.control.post("/_emulator/faults", json=rule)
    assert added.status_code == 201, added.text


def stop_refusing(rig: Rig) -> int:
    """The cause is gone; answers how often QuickBooks refused."""
    refused = sum(one["injections"] for one in rig.control.get("/_emulator/faults").json())
    assert rig.control.delete("/_emulator/faults").status_code == 204
    return int(refused)


def arrived_once(timed: Timed, scene: Scene) -> None:
    """All that was to be done is done, once, and nothing is left to do."""
    timed.settle_down()
    assert scene.arrived(timed.rig) == scene.expected
    timed.at_rest()


def serve_for(timed: Timed, seconds: float) -> None:
    """Serves as the engine asks for so long."""
    passed = 0.0
    while passed < seconds:
        wait = min(timed.serve().wait or seconds, seconds / 20)
        passed += wait
        timed.push(wait)


def the_problem(rig: Rig) -> Problem:
    """The record's own, or the connection's: closed books are asked about once besides, for all records."""
    problem = rig.the_problem()
    assert problem.text.endswith(".") or "QuickBooks says: " in problem.text
    assert problem.remedy.endswith(".")
    return problem


@pytest.mark.parametrize("code", [*PASSES, *FAILS])
def test_what_fails_once_arrives_and_nobody_hears_of_it(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code, count=1)
    scene.act(rig, at)
    arrived_once(timed, scene)
    assert stop_refusing(rig) == 1
    assert not Problem.objects.exists()


@pytest.mark.parametrize("code", FAILS)
def test_what_fails_again_and_again_is_told_of_and_tried_on_by_itself(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code)
    record = scene.act(rig, at)
    serve_for(timed, 4 * 3600 if RULINGS[code].after > 1 else 600)
    problem = the_problem(rig)
    assert (problem.cause, problem.record_id, problem.detail["code"]) == ("still_failing", record, code)
    assert problem.detail["words"] in problem.text and "by itself" in problem.remedy
    assert stop_refusing(rig) > 8
    arrived_once(timed, scene)


@pytest.mark.parametrize("code", PASSES)
def test_what_is_about_the_company_pauses_it_for_all_records_and_asks_seldom(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code)
    for number in range(12):
        rig.invoice(at.contact, [priced("Work", "1", "10")], number=str(number))
    serve_for(timed, 1800)
    assert not Problem.objects.exists()
    assert stop_refusing(rig) <= (1800 / RULINGS[code].after + 1) * 12
    timed.settle_down()
    assert len(rig.entities("Invoice")) == 13
    timed.at_rest()


@pytest.mark.parametrize("code", HOLDS)
def test_what_a_person_must_see_to_is_held_in_its_words_and_goes_when_mended(timed: Timed, rig: Rig, code: str) -> None:
    at, scene, rule = business(timed), scene_of(code), RULINGS[code]
    refuse(rig, scene, code)
    record = scene.act(rig, at)
    timed.settle_down()
    problem = the_problem(rig)
    assert (problem.kind, problem.record_id, problem.cause) == (int(scene.kind), record, rule.cause)
    assert problem.text == f"{rule.text} QuickBooks says: {problem.detail['words']}" and problem.detail["words"]
    assert problem.remedy == rule.remedy and problem.detail["code"] == code
    assert scene.arrived(rig) != scene.expected
    sent = rig.writes()
    timed.push(7200)
    timed.settle_down()
    assert rig.writes() == sent
    assert stop_refusing(rig) == (2 if code == "6070" else 1)
    push_again(rig.actor, scene.kind, record)
    arrived_once(timed, scene)


def test_an_amount_that_quickbooks_computes_otherwise_goes_without_quantity_and_price(timed: Timed, rig: Rig) -> None:
    at = business(timed)
    refuse(rig, NEW_INVOICE, "6070", count=1)
    NEW_INVOICE.act(rig, at)
    arrived_once(timed, NEW_INVOICE)
    assert not Problem.objects.exists()


def test_the_lock_of_names_is_waited_for(timed: Timed, rig: Rig) -> None:
    at = business(timed)
    refuse(rig, RENAME, "6000", count=3, detail="Business Validation Error: You can only edit one name at a time.")
    RENAME.act(rig, at)
    assert timed.settle_down() < 60
    arrived_once(timed, RENAME)


@pytest.mark.parametrize("code", RESOLVES)
def test_what_can_be_read_is_read_and_then_decided(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code, count=1)
    record = scene.act(rig, at)
    timed.settle_down()
    match code:
        case "6140":
            problem = the_problem(rig)
            assert (problem.cause, problem.record_id) == ("number_taken", record) and "new" in problem.text
            push_again(rig.actor, scene.kind, record)
        case "6240":
            problem = the_problem(rig)
            assert (problem.cause, problem.record_id) == ("name_held", record) and "Bob" in problem.text
            answer(rig.actor, problem.pk, "not_same", clock=CLOCK)
        case _:
            assert not Problem.objects.exists()
    assert stop_refusing(rig) == 1
    arrived_once(timed, scene)


@pytest.mark.parametrize("code", ["610", "2500"])
def test_a_reference_that_stays_refused_although_all_is_there_is_told_of(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code)
    record = scene.act(rig, at)
    serve_for(timed, 1800)
    problem = the_problem(rig)
    assert (problem.cause, problem.record_id) == ("reference_inactive", record)
    assert stop_refusing(rig) > 1
    push_again(rig.actor, scene.kind, record)
    arrived_once(timed, scene)


@pytest.mark.parametrize("code", ["600", "630", "5010", "10000"])
def test_what_stays_refused_although_nothing_stands_in_its_way_is_told_of(timed: Timed, rig: Rig, code: str) -> None:
    at, scene = business(timed), scene_of(code)
    refuse(rig, scene, code)
    record = scene.act(rig, at)
    serve_for(timed, 3 * 3600)
    problem = the_problem(rig)
    assert (problem.cause, problem.record_id, problem.detail["code"]) == ("still_failing", record, code)
    stop_refusing(rig)
    arrived_once(timed, scene)


@pytest.mark.parametrize("code", DONE_ALL_THE_SAME)
@pytest.mark.parametrize("scene", [NEW_INVOICE, NEW_CONTACT, EDIT], ids=["invoice", "contact", "edit"])
def test_what_was_done_all_the_same_is_found_and_not_done_again(
    timed: Timed, rig: Rig, code: str, scene: Scene
) -> None:
    at = business(timed)
    refuse(rig, scene, code, count=1, committed=True)
    scene.act(rig, at)
    arrived_once(timed, scene)
    assert stop_refusing(rig) == 1
    assert not Problem.objects.exists()


@pytest.mark.parametrize("code", STOPS)
def test_what_is_about_the_sign_in_stops_the_company_once_and_says_so_once(timed: Timed, rig: Rig, code: str) -> None:
    at, scene, rule = business(timed), scene_of(code), RULINGS[code]
    refuse(rig, scene, code)
    for number in range(12):
        rig.invoice(at.contact, [priced("Work", "1", "10")], number=str(number))
    timed.serve()
    problem = the_problem(rig)
    assert (problem.kind, problem.cause, problem.text, problem.remedy) == (None, rule.cause, rule.text, rule.remedy)
    rig.connection.refresh_from_db()
    assert (rig.connection.state, rig.connection.state_reason) == (ConnectionState.LOST, rule.text)
    refused = stop_refusing(rig)
    serve_for(timed, 1800)
    assert stop_refusing(rig) == 0 and refused <= 24
    assert len(rig.entities("Invoice")) == 1 and len(rig.problems()) == 1
    connect_again(timed)
    timed.settle_down()
    assert len(rig.entities("Invoice")) == 13
    timed.at_rest()


def connect_again(timed: Timed) -> None:
    """What signing in again does: `tests/app/test_connect_sign_in.py` holds it to this."""
    Connection.objects.filter(id=timed.rig.connection.id).update(state=ConnectionState.CONNECTED, state_reason="")
    Problem.objects.filter(kind=None, closed_at=None).update(closed_at=timed.after(0))


def test_an_ended_subscription_pauses_says_so_once_and_goes_on_by_itself(timed: Timed, rig: Rig) -> None:
    at, rule = business(timed), RULINGS["6190"]
    refuse(rig, NEW_INVOICE, "6190")
    for number in range(12):
        rig.invoice(at.contact, [priced("Work", "1", "10")], number=str(number))
    serve_for(timed, 86_400)
    problem = the_problem(rig)
    assert (problem.kind, problem.cause, problem.text, problem.remedy) == (None, rule.cause, rule.text, rule.remedy)
    assert Problem.objects.count() == 1
    assert stop_refusing(rig) <= 5 * 12
    serve_for(timed, rule.after)
    timed.settle_down()
    rig.tokens.renew("")  # it has grown old meanwhile
    assert len(rig.entities("Invoice")) == 13
    timed.at_rest()


def test_a_code_that_nobody_knows_is_told_in_quickbooks_own_words(timed: Timed, rig: Rig) -> None:
    at = business(timed)
    timed.wire.replace = lambda request: (
        {"Fault": {"Error": [{"Message": "Odd", "Detail": "The moon is in the wrong phase", "code": "98765"}]}}
        if request.url.path.endswith("/invoice")
        else None
    )
    record = NEW_INVOICE.act(rig, at)
    timed.settle_down()
    problem = the_problem(rig)
    assert (problem.record_id, problem.cause, problem.detail["code"]) == (record, "refused", "98765")
    assert "QuickBooks says: The moon is in the wrong phase" in problem.text
    timed.wire.replace = lambda _: None
    push_again(rig.actor, Kind.INVOICE, record)
    arrived_once(timed, NEW_INVOICE)
