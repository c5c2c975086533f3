"""What hangs together: invoices and their payments, names and what uses them, changed, removed and made anew."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from engine_time import Timed, once, timed_rig
from rig import CLOCK, IDS, Rig, of_service, priced

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.invoicing.life import delete_invoices
from bluepro.invoicing.services import save_invoices
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)

LOST = pytest.mark.parametrize("fault", ["lost_before", "lost_after"])


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


def edit_to(rig: Rig, contact: int, invoice: int, quantity: str, **fields: Any) -> None:
    edit = rig.invoice_edit(contact, [priced("Work", quantity, "10")], number="1", id=invoice, **fields)
    save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)


def in_quickbooks(rig: Rig, entity: str, **fields: Any) -> dict[str, Any]:
    """What a person writes in QuickBooks."""
    written = rig.control.post(
        f"/v3/company/{rig.realm}/{entity.lower()}",
        json=fields,
        headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
    )
    assert written.status_code == 200, written.text
    found: dict[str, Any] = written.json()[entity]
    return found


def the_only(rig: Rig, entity: str) -> dict[str, Any]:
    (found,) = rig.entities(entity)
    return found


@LOST
def test_an_invoice_changed_after_its_payment_keeps_the_payment(timed: Timed, rig: Rig, fault: str) -> None:
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    rig.payment((invoice, "10.00"))
    timed.settle_down()
    rig.wire.fault = once(fault, "/invoice")
    edit_to(rig, ada, invoice, "3")
    timed.settle_down()
    booked = the_only(rig, "Invoice")
    assert (booked["TotalAmt"], booked["Balance"]) == (30, 20)
    assert the_only(rig, "Payment")["UnappliedAmt"] == 0
    timed.at_rest()


def test_an_invoice_lowered_below_its_payment_in_quickbooks_and_raised_again(timed: Timed, rig: Rig) -> None:
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "3", "10")], number="1")
    rig.payment((invoice, "30.00"))
    timed.settle_down()
    booked = the_only(rig, "Invoice")
    (line,) = (one for one in booked["Line"] if one["DetailType"] == "SalesItemLineDetail")
    line["SalesItemLineDetail"]["Qty"], line["Amount"] = 1, 10
    in_quickbooks(
        rig,
        "Invoice",
        **{name: booked[name] for name in ("Id", "SyncToken")},
        sparse=True,
        Line=[as_numbers(line)],
    )
    assert (the_only(rig, "Invoice")["TotalAmt"], the_only(rig, "Payment")["UnappliedAmt"]) == (10, 20)
    edit_to(rig, ada, invoice, "4")
    timed.settle_down()
    (problem,) = rig.problems()
    assert (problem.cause, problem.record_id) == ("changed_in_quickbooks", invoice)
    answer(rig.actor, problem.pk, "ours", clock=CLOCK)
    timed.settle_down()
    booked, paid = the_only(rig, "Invoice"), the_only(rig, "Payment")
    assert booked["TotalAmt"] == 40 and paid["TotalAmt"] == 30
    assert booked["Balance"] - paid["UnappliedAmt"] == 10
    assert not [one for one in rig.problems() if one.cause == "changed_in_quickbooks"]


def as_numbers(value: Any) -> Any:  # Any: JSON
    """The same with floats for decimals, which the test's HTTP client can write."""
    if isinstance(value, dict):
        return {name: as_numbers(part) for name, part in value.items()}
    return float(value) if isinstance(value, Decimal) else value


@LOST
def test_a_payment_deleted_and_entered_anew_is_one_payment(timed: Timed, rig: Rig, fault: str) -> None:
    invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    first = rig.payment((invoice, "10.00"))
    timed.settle_down()
    old = the_only(rig, "Payment")["Id"]
    rig.wire.fault = once(fault, "/payment")
    delete_payments(rig.actor, [first], "wrong method", clock=CLOCK)
    again = rig.payment((invoice, "10.00"), method="Check")
    timed.settle_down()
    paid = the_only(rig, "Payment")
    assert paid["Id"] == rig.link(Kind.PAYMENT, again).entity_id != old
    assert the_only(rig, "Invoice")["Balance"] == 0
    timed.at_rest()


@LOST
@pytest.mark.parametrize("lost_at", ["/customer", "/invoice"])
def test_a_contact_renamed_while_its_invoices_are_in_flight_is_one_with_all_of_them(
    timed: Timed, rig: Rig, fault: str, lost_at: str
) -> None:
    ada = rig.contact("Ada")
    for number in range(4):
        rig.invoice(ada, [priced("Work", "1", "10")], number=str(number))
    rig.wire.fault = once(fault, lost_at)
    timed.serve()
    rig.rename(ada, "Ada King")
    timed.settle_down()
    customer = the_only(rig, "Customer")
    assert customer["DisplayName"] == "Ada King"
    invoices = rig.entities("Invoice")
    assert sorted(one["DocNumber"] for one in invoices) == ["0", "1", "2", "3"]
    assert {one["CustomerRef"]["value"] for one in invoices} == {customer["Id"]}
    timed.at_rest()


@LOST
def test_a_payment_whose_create_is_unknown_when_it_is_deleted_is_not_there_in_the_end(
    timed: Timed, rig: Rig, fault: str
) -> None:
    invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    rig.wire.fault = once(fault, "/payment")
    paid = rig.payment((invoice, "10.00"))
    timed.serve()
    delete_payments(rig.actor, [paid], "typed twice", clock=CLOCK)
    timed.settle_down()
    assert rig.entities("Payment") == [] and the_only(rig, "Invoice")["Balance"] == 10
    timed.at_rest()


@LOST
def test_an_invoice_and_its_payment_deleted_while_the_payment_is_unknown(timed: Timed, rig: Rig, fault: str) -> None:
    invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    rig.wire.fault = once(fault, "/payment")
    paid = rig.payment((invoice, "10.00"))
    timed.serve()
    delete_payments(rig.actor, [paid], "typed twice", clock=CLOCK)
    delete_invoices(rig.actor, [invoice], clock=CLOCK, reason="typed twice")
    timed.settle_down()
    assert rig.entities("Payment") == rig.entities("Invoice") == []
    timed.at_rest()


@LOST
def test_a_service_repriced_and_renamed_changes_no_issued_invoice(timed: Timed, rig: Rig, fault: str) -> None:
    service = rig.service("Windows", "10.00")
    ada = rig.contact("Ada")
    rig.invoice(ada, [of_service(service, "2")], number="1")
    timed.settle_down()
    rig.wire.fault = once(fault, "/item")
    save_services(
        rig.actor, [ServiceEdit(ServiceData("service", "All windows", Decimal("15.00")), id=service)], clock=CLOCK
    )
    rig.invoice(ada, [of_service(service, "2")], number="2")
    timed.settle_down()
    (item,) = (one for one in rig.entities("Item") if one["Id"] == rig.link(Kind.SERVICE, service).entity_id)
    assert (item["Name"], item["UnitPrice"]) == ("All windows", 15)
    assert {one["DocNumber"]: one["TotalAmt"] for one in rig.entities("Invoice")} == {"1": 20, "2": 30}
    timed.at_rest()
