"""The comparison: equal when QuickBooks says the same, and every single departure is found and named."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import pytest

from bluepro.proof.comparing.comparison import compare
from bluepro.proof.comparing.facts import Bridge, LinkFact, OurSide, TheirSide
from bluepro.proof.comparing.result import Comparison, Counts, Figures, Verdict
from bluepro.quickbooks.snapshot import (
    Address,
    ContactRecord,
    InvoiceRecord,
    Kind,
    LineRecord,
    PaymentRecord,
    ServiceRecord,
    TaxMode,
)
from qbo_client import wire

E = TypeVar("E", bound=wire.EntityBase)

CONNECTED = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
LATER = wire.MetaData(create_time=datetime(2026, 3, 1, 12, 5, tzinfo=UTC))
BEFORE = wire.MetaData(create_time=datetime(2026, 2, 1, 12, 5, tzinfo=UTC))

CONTACT = ContactRecord(
    id=1,
    is_company=True,
    display_name="Café: Étoile",
    company="Café Étoile",
    first_name="Zoë",
    last_name="Núñez",
    emails=("not an address", "zoe@example.com"),
    phones=("(914) 555-0101", "(914) 555-0102"),
    billing=Address("1 Main Street\nSuite 2", "Yonkers", "NY", "10701", "USA"),
    tax_exempt=False,
    tax_exempt_reason="",
    tax_exempt_certificate="",
)
CUSTOMER = wire.Customer(
    id="61",
    sync_token="0",
    meta_data=LATER,
    display_name="Café - Étoile (2)",
    company_name="Café Étoile",
    given_name="Zoë",
    family_name="Núñez",
    primary_email_addr=wire.EmailAddress(address="zoe@example.com"),
    primary_phone=wire.TelephoneNumber(free_form_number="914 555 0101"),
    bill_addr=wire.PhysicalAddress(
        line1="1 Main Street",
        line2="Suite 2",
        city="Yonkers",
        country_sub_division_code="NY",
        postal_code="10701",
        country="USA",
    ),
    taxable=True,
    active=True,
)
SERVICE = ServiceRecord(7, False, "Window", "W-1", "Both sides", Decimal("11.50000"), False, "")
ITEM = wire.Item(
    id="71",
    sync_token="0",
    meta_data=LATER,
    name="Window",
    sku="W-1",
    description="Both sides",
    unit_price=Decimal("11.5"),
    taxable=True,
    type="Service",
    active=True,
)


def line(position: int, kind: str, name: str, text: str, quantity: str, price: str, amount: str) -> LineRecord:
    service = SERVICE.id if kind == "service" else None
    return LineRecord(position, kind, service, name, text, Decimal(quantity), Decimal(price), Decimal(amount), False)


LINES = (
    line(1, "heading", "Front", "", "0", "0", "0"),
    line(2, "service", "Window", "Both sides", "4", "11.5", "46.00"),
    line(3, "custom", "Wax", "Wax", "1.5", "10.005", "15.01"),
    line(4, "heading", "", "", "0", "0", "0"),
)
INVOICE = InvoiceRecord(
    id=10,
    ref="ref10",
    number="W-1001",
    contact_id=1,
    status="issued",
    issue_date=date(2026, 1, 31),
    due_date=date(2026, 3, 2),
    service_address=Address("9 Elm Street", "Yonkers", "NY", "10701", "USA"),
    message="Thank  you",
    tax_rate_percent=Decimal("8"),
    contact_tax_exempt=False,
    subtotal=Decimal("61.01"),
    discount=Decimal("1.01"),
    taxable_base=Decimal("60.00"),
    tax=Decimal("4.80"),
    total=Decimal("64.80"),
    lines=LINES,
)
PAYMENT = PaymentRecord(
    20, "ref20", 1, date(2026, 2, 3), Decimal("40.00"), "Check", "CH1", "", ((10, Decimal("40.00")),)
)


def sales(item: str, amount: str, code: str, text: str, **detail: Any) -> wire.Line:
    return wire.Line(
        description=text,
        amount=Decimal(amount),
        detail_type="SalesItemLineDetail",
        sales_item_line_detail=wire.SalesItemLineDetail(
            item_ref=wire.Ref(value=item), tax_code_ref=wire.Ref(value=code), **detail
        ),
    )


HEADING = wire.Line(description="Front", detail_type="DescriptionOnly")
SUBTOTAL = wire.Line(amount=Decimal("61.01"), detail_type="SubTotalLineDetail")
DISCOUNT = wire.Line(amount=Decimal("1.01"), detail_type="DiscountLineDetail")
FIRST = sales("71", "46.00", "TAX", "Window\nBoth sides", qty=Decimal(4), unit_price=Decimal("11.5"))
SECOND = sales("2", "15.01", "TAX", "Wax", qty=Decimal("1.5"), unit_price=Decimal("10.005"))
TAX_DETAIL = wire.TaxLineDetail(net_amount_taxable=Decimal("60.00"))
THEIR_INVOICE = wire.Invoice(
    id="81",
    sync_token="3",
    meta_data=LATER,
    doc_number="W-1001",
    txn_date=date(2026, 1, 31),
    due_date=date(2026, 3, 2),
    customer_ref=wire.Ref(value="61"),
    customer_memo=wire.MemoRef(value="Thank you"),
    ship_addr=wire.PhysicalAddress(line1="Zoë Núñez", line2="9 Elm Street", line3="Yonkers, NY 10701 USA"),
    line=(HEADING, FIRST, SECOND, SUBTOTAL, DISCOUNT),
    txn_tax_detail=wire.TxnTaxDetail(
        total_tax=Decimal("4.80"), tax_line=(wire.TaxLine(amount=Decimal("4.80"), tax_line_detail=TAX_DETAIL),)
    ),
    total_amt=Decimal("64.80"),
    balance=Decimal("24.80"),
)
THEIR_PAYMENT = wire.Payment(
    id="91",
    sync_token="0",
    meta_data=LATER,
    customer_ref=wire.Ref(value="61"),
    total_amt=Decimal("40.00"),
    unapplied_amt=Decimal(0),
    txn_date=date(2026, 2, 3),
    payment_ref_num="CH1",
    payment_method_ref=wire.Ref(value="2"),
    line=(wire.PaymentLine(amount=Decimal("40.00"), linked_txn=(wire.LinkedTxn(txn_id="81", txn_type="Invoice"),)),),
)
LINKS = (
    LinkFact(Kind.CONTACT, 1, "61", "0"),
    LinkFact(Kind.SERVICE, 7, "71", "0"),
    LinkFact(Kind.INVOICE, 10, "81", "0"),
    LinkFact(Kind.PAYMENT, 20, "91", "0"),
)
BRIDGE = Bridge(LINKS, CONNECTED, TaxMode.AUTOMATED, catch_all_item="2", tax_item="3", methods={"check": "2"})
CATCH_ALL = wire.Item(id="2", name="BluePro custom line", meta_data=LATER)
NOBODYS = wire.Customer(id="5", display_name="Older", meta_data=BEFORE)


@dataclass(frozen=True)
class World:
    """Both sides of the same little business; tests change one thing and look what is found."""

    contact: ContactRecord = CONTACT
    service: ServiceRecord = SERVICE
    invoice: InvoiceRecord = INVOICE
    payment: PaymentRecord | None = PAYMENT
    customer: wire.Customer | None = CUSTOMER
    item: wire.Item = ITEM
    their_invoice: wire.Invoice | None = THEIR_INVOICE
    their_payment: wire.Payment | None = THEIR_PAYMENT
    bridge: Bridge = BRIDGE
    more: tuple[wire.Customer | wire.Item | wire.Invoice, ...] = (CATCH_ALL, NOBODYS)

    def compared(self) -> Comparison:
        ours = OurSide(
            {1: self.contact}, {7: self.service}, {10: self.invoice}, {20: self.payment} if self.payment else {}
        )
        every = (self.customer, self.item, self.their_invoice, self.their_payment, *self.more)
        theirs = TheirSide(
            by_id(wire.Customer, every), by_id(wire.Item, every), by_id(wire.Invoice, every), by_id(wire.Payment, every)
        )
        return compare(ours, theirs, self.bridge)


def by_id(kind: type[E], every: tuple[object, ...]) -> dict[str, E]:
    return {str(one.id): one for one in every if isinstance(one, kind)}


def but(entity: Any, **fields: Any) -> Any:
    """The wire struct with other fields."""
    return msgspec.structs.replace(entity, **fields)


def fields_found(comparison: Comparison) -> list[str]:
    assert not comparison.is_equal
    return [one.field for difference in comparison.differences for one in difference.mismatches]


def test_the_same_on_both_sides_is_equal_with_the_same_figures() -> None:
    found = World().compared()
    assert found.differences == () and found.is_equal
    assert set(found.counts.values()) == {Counts(bluepro=1, quickbooks=1, equal=1)}
    figures = Figures(*map(Decimal, ("64.80", "1.01", "60.00", "4.80", "40.00", "24.80")))
    assert found.totals.bluepro == found.totals.quickbooks == figures
    assert list(found.months) == ["2026-01", "2026-02"]
    assert found.months["2026-02"].bluepro == Figures(paid=Decimal("40.00"))


CUSTOMER_CHANGES = {
    "display name": {"display_name": "Café Etoile"},
    "company": {"company_name": wire.UNSET},
    "first name": {"given_name": "Zoe"},
    "last name": {"family_name": "Nunez"},
    "e-mail": {"primary_email_addr": wire.UNSET},
    "phone": {"primary_phone": wire.TelephoneNumber(free_form_number="914 555 0109")},
    "billing address": {"bill_addr": but(CUSTOMER.bill_addr, postal_code="10702")},
    "active": {"active": False},
}


@pytest.mark.parametrize(("field", "change"), CUSTOMER_CHANGES.items())
def test_a_customer_that_differs(field: str, change: dict[str, Any]) -> None:
    assert fields_found(World(customer=but(CUSTOMER, **change)).compared()) == [field]


@pytest.mark.parametrize("name", ["Café - Étoile", "Café - Étoile (Customer)", "Café - Étoile (Customer) (3)"])
def test_a_name_with_a_suffix_of_the_rules_is_equal(name: str) -> None:
    assert World(customer=but(CUSTOMER, display_name=name)).compared().is_equal


def test_an_exemption_must_stand_there_with_its_certificate() -> None:
    exempt = replace(CONTACT, tax_exempt=True, tax_exempt_certificate="EX-1")
    assert fields_found(World(contact=exempt).compared()) == ["tax exemption", "exemption certificate"]
    there = but(CUSTOMER, taxable=False, resale_num="EX-1")
    assert World(contact=exempt, customer=there).compared().is_equal
    assert World(customer=there).compared().is_equal  # one that was set there is theirs


ITEM_CHANGES = {
    "name": {"name": "Windows"},
    "kind": {"type": "NonInventory"},
    "SKU": {"sku": wire.UNSET},
    "description": {"description": "One side"},
    "unit price": {"unit_price": Decimal("11.49999")},
    "taxable": {"taxable": False},
}


@pytest.mark.parametrize(("field", "change"), ITEM_CHANGES.items())
def test_an_item_that_differs(field: str, change: dict[str, Any]) -> None:
    assert fields_found(World(item=but(ITEM, **change)).compared()) == [field]


def detail(one: wire.Line, **fields: Any) -> wire.Line:
    """The line with other fields of its detail."""
    assert isinstance(one.sales_item_line_detail, wire.SalesItemLineDetail)
    return msgspec.structs.replace(
        one, sales_item_line_detail=msgspec.structs.replace(one.sales_item_line_detail, **fields)
    )


def with_lines(*lines: wire.Line) -> dict[str, Any]:
    return {"line": (*lines, SUBTOTAL, DISCOUNT)}


INVOICE_CHANGES: dict[str, dict[str, Any]] = {
    "number": {"doc_number": "W-1002"},
    "issue date": {"txn_date": date(2026, 1, 30)},
    "due date": {"due_date": date(2026, 3, 3)},
    "customer": {"customer_ref": wire.Ref(value="5")},
    "message": {"customer_memo": wire.UNSET},
    "service address": {"ship_addr": CUSTOMER.bill_addr},
    "total": {"total_amt": Decimal("64.81")},
    "balance": {"balance": Decimal("24.81")},
    "tax": {"txn_tax_detail": but(THEIR_INVOICE.txn_tax_detail, total_tax=Decimal("4.79"))},
    "discount": {"line": (HEADING, FIRST, SECOND, SUBTOTAL, but(DISCOUNT, amount=Decimal("1.02")))},
    "taxable base": {
        "txn_tax_detail": but(
            THEIR_INVOICE.txn_tax_detail,
            tax_line=(wire.TaxLine(tax_line_detail=wire.TaxLineDetail(net_amount_taxable=Decimal("61.01"))),),
        )
    },
    "number of lines": with_lines(HEADING, FIRST),
    "line 1, text": with_lines(but(HEADING, description="Back"), FIRST, SECOND),
    "line 1, kind": with_lines(but(FIRST, description="Front"), FIRST, SECOND),
    "line 2, text": with_lines(HEADING, but(FIRST, description="Window"), SECOND),
    "line 2, amount": with_lines(HEADING, but(FIRST, amount=Decimal("46.01")), SECOND),
    "line 2, item": with_lines(
        HEADING,
        but(
            SECOND,
            description=FIRST.description,
            amount=FIRST.amount,
            sales_item_line_detail=detail(FIRST, item_ref=wire.Ref(value="2")).sales_item_line_detail,
        ),
        SECOND,
    ),
    "line 2, quantity": with_lines(HEADING, detail(FIRST, qty=Decimal(5)), SECOND),
    "line 2, unit price": with_lines(HEADING, detail(FIRST, unit_price=Decimal("11.51")), SECOND),
    "line 3, tax code": with_lines(HEADING, FIRST, detail(SECOND, tax_code_ref=wire.Ref(value="NON"))),
    "line 3, item": with_lines(HEADING, FIRST, detail(SECOND, item_ref=wire.Ref(value="71"))),
    "line 3, kind": with_lines(HEADING, FIRST, but(HEADING, description="Wax")),
}


@pytest.mark.parametrize(("field", "change"), INVOICE_CHANGES.items())
def test_an_invoice_that_differs(field: str, change: dict[str, Any]) -> None:
    assert field in fields_found(World(their_invoice=but(THEIR_INVOICE, **change)).compared())


def test_a_text_that_would_make_quickbooks_add_up_stands_there_without_its_colon() -> None:
    record = replace(INVOICE, lines=(replace(LINES[0], name="subtotal:"), *LINES[1:]))
    lines = with_lines(but(HEADING, description="subtotal"), FIRST, SECOND)
    assert World(invoice=record, their_invoice=but(THEIR_INVOICE, **lines)).compared().is_equal


def test_a_line_that_quickbooks_would_not_take_with_its_price_may_stand_with_its_amount_only() -> None:
    bare = detail(FIRST, qty=wire.UNSET, unit_price=wire.UNSET)
    assert World(their_invoice=but(THEIR_INVOICE, **with_lines(HEADING, bare, SECOND))).compared().is_equal


def test_tax_booked_as_a_line_counts_as_tax_and_not_as_a_line() -> None:
    by_line = replace(BRIDGE, tax_mode=TaxMode.LINE)
    plain = [detail(one, tax_code_ref=wire.Ref(value="NON")) for one in (FIRST, SECOND)]
    lines = (HEADING, *plain, sales("3", "4.80", "NON", "Sales tax"), SUBTOTAL, DISCOUNT)
    invoice = but(THEIR_INVOICE, line=lines, txn_tax_detail=wire.UNSET)
    assert World(their_invoice=invoice, bridge=by_line).compared().is_equal
    short = but(THEIR_INVOICE, line=(HEADING, *plain, SUBTOTAL, DISCOUNT), txn_tax_detail=wire.UNSET)
    assert "tax" in fields_found(World(their_invoice=short, bridge=by_line).compared())


PAYMENT_CHANGES: dict[str, dict[str, Any]] = {
    "amount": {"total_amt": Decimal("40.01")},
    "unapplied amount": {"unapplied_amt": Decimal("1.00")},
    "date": {"txn_date": date(2026, 2, 4)},
    "customer": {"customer_ref": wire.Ref(value="5")},
    "invoices paid": {"line": ()},
    "reference": {"payment_ref_num": "CH2"},
    "method": {"payment_method_ref": wire.UNSET},
}


@pytest.mark.parametrize(("field", "change"), PAYMENT_CHANGES.items())
def test_a_payment_that_differs(field: str, change: dict[str, Any]) -> None:
    assert fields_found(World(their_payment=but(THEIR_PAYMENT, **change)).compared()) == [field]


@pytest.mark.parametrize("status", ["draft", "scheduled", "cancelled"])
def test_drafts_scheduled_and_never_pushed_cancelled_invoices_do_not_belong(status: str) -> None:
    unlinked = replace(BRIDGE, links=LINKS[:2])
    world = World(
        invoice=replace(INVOICE, status=status), payment=None, their_invoice=None, their_payment=None, bridge=unlinked
    )
    found = world.compared()
    assert found.is_equal and found.counts[Kind.INVOICE] == Counts()


def test_an_invoice_cancelled_after_the_push_must_be_void_there() -> None:
    cancelled = replace(INVOICE, status="cancelled")
    world = World(invoice=cancelled, payment=None, their_payment=None, bridge=replace(BRIDGE, links=LINKS[:3]))
    assert fields_found(world.compared()) == ["total", "balance"]
    zero = Decimal(0)
    void = but(
        THEIR_INVOICE, line=(), total_amt=zero, balance=zero, txn_tax_detail=wire.UNSET, customer_memo=wire.UNSET
    )
    void = but(void, due_date=date(2026, 1, 1))  # changed here before it was cancelled, and not sent any more
    found = replace(world, their_invoice=void).compared()
    assert found.is_equal and found.counts[Kind.INVOICE].equal == 1


def test_records_before_the_start_date_do_not_belong_unless_they_were_pushed() -> None:
    later = replace(BRIDGE, start_date=date(2026, 6, 1))
    assert World(bridge=later).compared().counts[Kind.INVOICE].equal == 1
    alone = replace(later, links=LINKS[:2])
    found = World(bridge=alone, their_invoice=None, their_payment=None).compared()
    assert found.is_equal and found.counts[Kind.INVOICE] == found.counts[Kind.PAYMENT] == Counts()


CAUSES: list[tuple[Callable[[], World], str]] = [
    (lambda: World(their_payment=None), "no longer in QuickBooks"),
    (lambda: World(their_payment=None, bridge=replace(BRIDGE, links=LINKS[:3])), "never sent"),
    (
        lambda: World(
            their_payment=None,
            bridge=replace(BRIDGE, links=LINKS[:3], waiting=frozenset({(Kind.PAYMENT, 20)})),
        ),
        "not been sent yet",
    ),
    (
        lambda: World(
            their_payment=None,
            bridge=replace(BRIDGE, links=LINKS[:3], problems={(Kind.PAYMENT, 20): "The books are closed."}),
        ),
        "The books are closed.",
    ),
]


@pytest.mark.parametrize(("world", "cause"), CAUSES)
def test_a_missing_payment_says_why(world: Callable[[], World], cause: str) -> None:
    found = world().compared()
    (difference,) = [one for one in found.differences if one.kind is Kind.PAYMENT]
    assert difference.verdict is Verdict.MISSING and cause in difference.cause
    assert found.counts[Kind.PAYMENT] == Counts(bluepro=1, missing=1)


def test_what_someone_changed_in_quickbooks_is_told_from_what_was_not_sent() -> None:
    changed = but(CUSTOMER, given_name="Zoe", sync_token="1")
    assert "changed in QuickBooks" in str(World(customer=changed).compared().differences[0])
    unsent = replace(BRIDGE, waiting=frozenset({(Kind.CONTACT, 1)}))
    assert "has not been sent yet" in World(customer=changed, bridge=unsent).compared().differences[0].cause
    unmoved = but(CUSTOMER, given_name="Zoe")
    assert World(customer=unmoved).compared().differences[0].cause == "It differs from what is here."


def test_extra_is_what_was_made_since_connect_and_belongs_to_nobody() -> None:
    stranger = wire.Customer(id="66", display_name="Twin", meta_data=LATER)
    found = World(more=(CATCH_ALL, NOBODYS, stranger)).compared()
    assert found.counts[Kind.CONTACT] == Counts(bluepro=1, quickbooks=2, equal=1, extra=1)
    assert [(one.verdict, one.entity_id, one.label) for one in found.differences] == [(Verdict.EXTRA, "66", "Twin")]


def test_a_second_invoice_of_ours_shows_in_counts_and_totals() -> None:
    twin = but(THEIR_INVOICE, id="82")
    found = World(more=(twin,)).compared()
    assert found.counts[Kind.INVOICE].extra == 1
    assert found.totals.quickbooks.invoiced == 2 * found.totals.bluepro.invoiced


def test_a_transaction_whose_record_was_deleted_must_be_gone_but_a_customer_stays() -> None:
    links = (*LINKS, LinkFact(Kind.CONTACT, 2, "67"), LinkFact(Kind.INVOICE, 11, "83"))
    left = wire.Customer(id="67", display_name="Gone", meta_data=LATER)
    found = World(
        bridge=replace(BRIDGE, links=links), more=(left, but(THEIR_INVOICE, id="83", doc_number="W-9"))
    ).compared()
    assert [(one.kind, one.label) for one in found.differences] == [(Kind.INVOICE, "W-9")]
    assert "deleted here" in found.differences[0].cause
