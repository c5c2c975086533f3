"""The whole way of a push: records reach QuickBooks right to the cent, once, and then nothing more is sent."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from rig import CLOCK, IDS, Rig, address, make_rig, of_service, priced

from bluepro.invoicing.life import cancel_invoices, delete_invoices
from bluepro.invoicing.services import save_invoices
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.models import Change
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def test_a_business_arrives_and_a_second_sync_sends_nothing(rig: Rig) -> None:
    ada = rig.contact("Ada Lovelace", emails=("ada@example.com",), billing=address("1 Main St"))
    wash = rig.service("Window wash", "12.50")
    lines = [of_service(wash, "3"), priced("Ladder", "1", "20.005", exempt=True)]
    invoice = rig.invoice(
        ada, lines, number="A-1", discount_kind="percent", discount_value=Decimal(10), tax_rate_percent=Decimal("8.25")
    )
    rig.payment((invoice, "30.00"))
    rig.sync_until_quiet()

    (booked,) = rig.entities("Invoice")
    # 37.50 + 20.01 = 57.51; 10 % = 5.75; its share of the taxable line 3.75; tax 8.25 % of 33.75 = 2.78
    assert (booked["DocNumber"], booked["TotalAmt"], booked["Balance"]) == ("A-1", Decimal("54.54"), Decimal("24.54"))
    assert booked["TxnTaxDetail"]["TotalTax"] == Decimal("2.78")
    assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada Lovelace"]
    assert rig.problems() == []
    assert not Change.objects.filter(dirty=True).exists()

    sent = len(rig.wire.calls)
    rig.sync_until_quiet()
    assert len(rig.wire.calls) == sent


def test_an_edit_is_sent_as_a_sparse_update_and_only_once(rig: Rig) -> None:
    ada = rig.contact("Ada")
    rig.sync_until_quiet()
    sent = rig.writes()
    rig.rename(ada, "Ada King")
    rig.sync_until_quiet()
    assert rig.writes() == sent + 1
    (customer,) = rig.entities("Customer")
    assert (customer["DisplayName"], customer["SyncToken"]) == ("Ada King", "1")


def test_deleted_and_cancelled_sales_follow(rig: Rig) -> None:
    ada = rig.contact("Ada")
    kept = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    gone = rig.invoice(ada, [priced("Work", "1", "20")], number="2")
    paid = rig.payment((gone, "20.00"))
    rig.sync_until_quiet()
    assert len(rig.entities("Invoice")) == 2
    delete_payments(rig.actor, [paid], "bounced", clock=CLOCK)
    delete_invoices(rig.actor, [gone], clock=CLOCK, reason="typed twice")
    cancel_invoices(rig.actor, [kept], clock=CLOCK, reason="not wanted")
    rig.sync_until_quiet()
    assert rig.entities("Payment") == []
    (voided,) = rig.entities("Invoice")
    assert (voided["DocNumber"], voided["TotalAmt"]) == ("1", Decimal(0))
    assert rig.problems() == []


def test_an_invoice_changed_after_its_payment_meets_a_newer_token_and_goes_on(rig: Rig) -> None:
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    rig.payment((invoice, "4.00"))
    rig.sync_until_quiet()
    edit = rig.invoice_edit(ada, [priced("Work", "2", "10")], number="1", id=invoice)
    save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
    rig.sync_until_quiet()
    (booked,) = rig.entities("Invoice")
    assert (booked["TotalAmt"], booked["Balance"]) == (Decimal(20), Decimal(16))
    assert rig.problems() == []


def test_two_records_of_one_name_get_suffixes_and_keep_them(rig: Rig) -> None:
    first, second = rig.contact("Ada: Lovelace"), rig.contact("ada lovelace")
    rig.contact("Ada- Lovelace")
    rig.sync_until_quiet()
    names = {one["DisplayName"] for one in rig.entities("Customer")}
    assert len(names) == 3
    before = rig.link(Kind.CONTACT, first).name, rig.link(Kind.CONTACT, second).name
    rig.contact("Ada Lovelace")
    rig.sync_until_quiet()
    assert (rig.link(Kind.CONTACT, first).name, rig.link(Kind.CONTACT, second).name) == before
    assert len(rig.entities("Customer")) == 4
