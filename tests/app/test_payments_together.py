"""Two people at once, on two connections: an invoice is never overpaid, a number never given twice."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction
from invoicing_records import Business, make_business, open_balances

from bluepro.common.errors import BlueProError, Conflict, Refused
from bluepro.common.ids import SeededIds
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.rules import InvoiceEdit
from bluepro.invoicing.services import save_invoices
from bluepro.payments.models import Payment
from bluepro.payments.rules import PaymentEdit
from bluepro.payments.services import delete_payments, save_payments

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
PATIENCE = 20


@pytest.fixture
def shop() -> Business:
    return make_business()


class Other:
    """Someone else's action, on a connection of its own; keeps what it answered or how it was refused."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.answer: object = None
        self.refusal: BlueProError | None = None
        self._action = action
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Begins, and comes back once the database makes it wait for the one who holds the lock."""
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not _someone_waits():
            assert time.monotonic() < deadline and self._thread.is_alive(), "it did not wait for the lock"
            time.sleep(0.01)

    def finish(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.answer = self._action()
        except BlueProError as refused:
            self.refusal = refused
        finally:
            connection.close()


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer for ever
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[Other]:
    """The body runs in a transaction; `action` starts on another connection before it commits, and then finishes."""
    other = Other(action)
    try:
        with transaction.atomic():
            yield other
            other.start()
    finally:
        other.finish()


def save(shop: Business, *edits: PaymentEdit, seed: int = 9) -> object:
    return save_payments(shop.owner, edits, clock=shop.clock, ids=SeededIds(seed))


def test_two_payments_at_once_cannot_exceed_the_total(shop: Business) -> None:
    invoice = shop.issued("100")
    sixty = PaymentEdit(shop.payment((invoice, "60")))
    with meanwhile(lambda: save(shop, sixty)) as other:
        save(shop, sixty, seed=5)
    assert isinstance(other.refusal, Refused)
    assert "open balance of $40.00" in str(other.refusal)
    assert open_balances([invoice.pk]) == {invoice.pk: D(40)}


def test_a_payment_that_still_fits_waits_and_goes_through(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("100")
    with meanwhile(lambda: save(shop, PaymentEdit(shop.payment((second, "40"), (first, "40"))))) as other:
        save(shop, PaymentEdit(shop.payment((first, "60"), (second, "60"))), seed=5)
    assert other.refusal is None
    assert open_balances([first.pk, second.pk]) == {first.pk: D(0), second.pk: D(0)}


def test_an_invoice_is_not_lowered_below_a_payment_made_at_once(shop: Business) -> None:
    invoice = shop.issued("100", number="1")
    lower = shop.data("50", number="1", status="issued")
    with meanwhile(lambda: shop.edit(invoice, lower)) as other:
        shop.pay((invoice, "60"))
    assert "below the 60.00" in str(other.refusal)
    assert Invoice.objects.get(pk=invoice.pk).total == D(100)


def test_a_payment_does_not_slip_onto_an_invoice_that_is_cancelled_at_once(shop: Business) -> None:
    invoice = shop.issued("100", number="1")
    with meanwhile(lambda: shop.pay((invoice, "60"))) as other:
        shop.edit(invoice, shop.data("100", number="1", status="cancelled"))
    assert "cancelled" in str(other.refusal)
    assert not Payment.objects.exists()


def test_a_payment_moved_away_meanwhile_is_a_conflict(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("100")
    pk = shop.pay((first, "60"))
    with meanwhile(lambda: delete_payments(shop.owner, [pk], "Wrong", clock=shop.clock)) as other:
        save(shop, PaymentEdit(shop.payment((second, "60")), id=pk))
    assert isinstance(other.refusal, Conflict)
    assert open_balances([second.pk]) == {second.pk: D(40)}


def test_a_number_taken_at_once_is_refused_by_name(shop: Business) -> None:
    def take(number: str, seed: int) -> object:
        edit = InvoiceEdit(shop.data(number=number))
        return save_invoices(shop.owner, [edit], clock=shop.clock, ids=SeededIds(seed))

    with meanwhile(lambda: take("INV-7", 8)) as other:
        take("inv-7", 5)
    assert isinstance(other.refusal, Refused)
    assert [error.rule for error in other.refusal.errors] == ["taken"]
    assert "inv-7" in str(other.refusal)


def test_next_numbers_given_at_once_differ(shop: Business) -> None:
    def draft(seed: int) -> object:
        return save_invoices(shop.owner, [InvoiceEdit(shop.data())], clock=shop.clock, ids=SeededIds(seed))

    with meanwhile(lambda: draft(8)) as other:
        draft(5)
    assert other.refusal is None
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["1001", "1002"]


def test_someone_who_reads_does_not_wait(shop: Business) -> None:
    invoice = shop.issued("100")
    with transaction.atomic():
        shop.pay((invoice, "60"))
        reader = Other(lambda: open_balances([invoice.pk]))
        reader._thread.start()
        reader.finish()
    assert reader.answer == {invoice.pk: D(100)}
