"""Invoices against QuickBooks' invoices: number, dates, customer, each line, discount, tax, total, balance. Pure.

Every figure is the record's own. A line on the tax item counts as tax and never as a line of the invoice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bluepro.common.money import ZERO, cents, total
from bluepro.proof.comparing.facts import Bridge, Pairs
from bluepro.proof.comparing.people import spelled
from bluepro.proof.comparing.result import Mismatch
from bluepro.proof.comparing.sameness import same_text, says_address, shown, words
from bluepro.quickbooks.snapshot import InvoiceRecord, Kind, LineRecord, TaxMode
from qbo_client import wire

SALES, DISCOUNT, SUBTOTAL = "SalesItemLineDetail", "DiscountLineDetail", "SubTotalLineDetail"
PRICED = ("service", "custom")
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TheirInvoice:
    """An invoice of QuickBooks taken apart: `lines` without subtotal, discount and tax lines; dollars.

    `taxable` is the base that QuickBooks reports for its own tax, None where it reports none.
    """

    lines: tuple[wire.Line, ...]
    discount: Decimal
    tax: Decimal
    total: Decimal
    balance: Decimal
    taxable: Decimal | None
    taxed_by_line: bool


def take_apart(invoice: wire.Invoice, tax_item: str, discount_item: str) -> TheirInvoice:
    """`invoice` in parts; lines on `tax_item` ("" for none) are its tax, those on `discount_item` its discount."""
    lines = [line for line in wire.given(invoice.line, ()) if line.detail_type != SUBTOTAL]
    taxes = [line for line in lines if tax_item and _item(line) == tax_item]
    discounts = [line for line in lines if line.detail_type == DISCOUNT]
    below = [line for line in lines if discount_item and _item(line) == discount_item]
    detail = wire.given(invoice.txn_tax_detail, wire.TxnTaxDetail())
    return TheirInvoice(
        lines=tuple(line for line in lines if line not in (*taxes, *discounts, *below)),
        discount=total(map(_amount, discounts)) - total(map(_amount, below)),
        tax=wire.given(detail.total_tax, ZERO) + total(map(_amount, taxes)),
        total=wire.given(invoice.total_amt, ZERO),
        balance=wire.given(invoice.balance, ZERO),
        taxable=_reported_base(detail),
        taxed_by_line=bool(taxes),
    )


def _reported_base(detail: wire.TxnTaxDetail) -> Decimal | None:
    """The largest base of the tax lines: several agencies tax the same sale."""
    details = [line.tax_line_detail for line in wire.given(detail.tax_line, ())]
    bases = [one.net_amount_taxable for one in details if not isinstance(one, wire.UnsetType)]
    return max((base for base in bases if not isinstance(base, wire.UnsetType)), default=None)


def invoice_mismatches(
    record: InvoiceRecord, paid: Decimal, invoice: wire.Invoice, bridge: Bridge, pairs: Pairs
) -> Iterator[Mismatch]:
    """The fields that differ. `paid` is the sum of our allocations. A cancelled invoice must be void there, no more:
    what was changed here just before it was cancelled is not sent any more."""
    theirs = take_apart(invoice, bridge.tax_item, bridge.discount_item)
    if record.status == CANCELLED:
        yield from _void(theirs)
        return
    yield from _head(record, invoice, pairs)
    yield from _texts(record, invoice)
    yield from _lines(record, theirs, bridge, pairs)
    figures = (
        ("discount", record.discount, theirs.discount),
        ("tax", record.tax, theirs.tax),
        ("total", record.total, theirs.total),
        ("balance", record.total - paid, theirs.balance),
    )
    yield from _different_figures(figures)
    if theirs.taxable is not None and record.tax and not theirs.taxed_by_line:
        yield from _different_figures((("taxable base", record.taxable_base, theirs.taxable),))


def _head(record: InvoiceRecord, invoice: wire.Invoice, pairs: Pairs) -> Iterator[Mismatch]:
    customer = wire.given(invoice.customer_ref, wire.Ref(value="")).value
    values = (
        ("number", record.number, wire.given(invoice.doc_number, "")),
        ("issue date", record.issue_date.isoformat(), _day(invoice.txn_date)),
        ("due date", record.due_date.isoformat(), _day(invoice.due_date)),
        ("customer", pairs.entity(Kind.CONTACT, record.contact_id), customer),
    )
    for field, ours, theirs in values:
        if ours != theirs:
            yield Mismatch(field, ours or "not in QuickBooks", theirs)


def _day(value: object) -> str:
    return "" if isinstance(value, wire.UnsetType) else str(value)


def _void(theirs: TheirInvoice) -> Iterator[Mismatch]:
    yield from _different_figures((("total", ZERO, theirs.total), ("balance", ZERO, theirs.balance)))


def _different_figures(figures: tuple[tuple[str, Decimal, Decimal], ...]) -> Iterator[Mismatch]:
    for field, ours, theirs in figures:
        if ours != theirs:
            yield Mismatch(field, shown(ours), shown(theirs))


def _texts(record: InvoiceRecord, invoice: wire.Invoice) -> Iterator[Mismatch]:
    memo = wire.given(wire.given(invoice.customer_memo, wire.MemoRef()).value, "")
    if not same_text(record.message, memo):
        yield Mismatch("message", record.message, memo)
    if not says_address(spelled(record.service_address), invoice.ship_addr):
        yield Mismatch("service address", spelled(record.service_address), "another one")


def _lines(record: InvoiceRecord, theirs: TheirInvoice, bridge: Bridge, pairs: Pairs) -> Iterator[Mismatch]:
    ours = [line for line in record.lines if line.kind in PRICED or words(line.name + line.description)]
    if len(ours) != len(theirs.lines):
        yield Mismatch("number of lines", str(len(ours)), str(len(theirs.lines)))
        return
    for position, (line, other) in enumerate(zip(ours, theirs.lines, strict=True), 1):
        for found in _line(record, line, other, theirs, bridge, pairs):
            yield Mismatch(f"line {position}, {found.field}", found.bluepro, found.quickbooks)


def _line(
    record: InvoiceRecord, line: LineRecord, other: wire.Line, theirs: TheirInvoice, bridge: Bridge, pairs: Pairs
) -> Iterator[Mismatch]:
    text = wire.given(other.description, "")
    if not same_text(line_text(line), text):
        yield Mismatch("text", line_text(line), text)
    if line.kind not in PRICED:
        if other.detail_type == SALES or _amount(other):
            yield Mismatch("kind", line.kind, f"a line of {shown(_amount(other))}")
        return
    if other.detail_type != SALES:
        yield Mismatch("kind", line.kind, wire.given(other.detail_type, "unknown"))
        return
    yield from _item_of_line(line, _item(other), bridge, pairs)
    yield from _price(line, other)
    yield from _tax_code(record, line, other, theirs, bridge)


def line_text(line: LineRecord) -> str:
    """What a line says: its name, then its description if that says something else.

    A text of "Subtotal:" alone must lose its colon: with it, QuickBooks would add up (F7.3-24).
    """
    text = line.name if words(line.name) == words(line.description) else f"{line.name}\n{line.description}"
    return text.strip()[:-1] if line.kind not in PRICED and words(text).casefold() == "subtotal:" else text


def _item_of_line(line: LineRecord, item: str, bridge: Bridge, pairs: Pairs) -> Iterator[Mismatch]:
    """A service's own item; for custom lines one that stands for no service: the catch-all may change."""
    if line.kind == "service":
        wanted = pairs.entity(Kind.SERVICE, line.service_id)
        if item != wanted:
            yield Mismatch("item", wanted or "not in QuickBooks", item)
    elif item != bridge.catch_all_item and (not item or (Kind.SERVICE, item) in pairs.owner):
        yield Mismatch("item", f"{bridge.catch_all_item} (custom lines)", item)


def _price(line: LineRecord, other: wire.Line) -> Iterator[Mismatch]:
    """The amount always; quantity and price where QuickBooks has them (not after it refused them, 6070)."""
    amount = _amount(other)
    if amount != cents(line.quantity * line.unit_price) or amount != line.amount:
        yield Mismatch("amount", shown(line.amount), shown(amount))
    detail = wire.given(other.sales_item_line_detail, wire.SalesItemLineDetail())
    for field, ours, theirs in (
        ("quantity", line.quantity, wire.given(detail.qty, None)),
        ("unit price", line.unit_price, wire.given(detail.unit_price, None)),
    ):
        if theirs is not None and ours != theirs and detail.qty is not wire.UNSET:
            yield Mismatch(field, shown(ours), shown(theirs))


def _tax_code(
    record: InvoiceRecord, line: LineRecord, other: wire.Line, theirs: TheirInvoice, bridge: Bridge
) -> Iterator[Mismatch]:
    exempt = line.tax_exempt or record.contact_tax_exempt or record.tax_rate_percent <= 0
    by_line = theirs.taxed_by_line or (bridge.tax_mode is TaxMode.LINE and theirs.taxable is None)
    wanted = "NON" if exempt or by_line else "TAX"
    detail = wire.given(other.sales_item_line_detail, wire.SalesItemLineDetail())
    code = wire.given(detail.tax_code_ref, wire.Ref(value="")).value
    if code != wanted:
        yield Mismatch("tax code", wanted, code)


def _item(line: wire.Line) -> str:
    detail = wire.given(line.sales_item_line_detail, wire.SalesItemLineDetail())
    return wire.given(detail.item_ref, wire.Ref(value="")).value


def _amount(line: wire.Line) -> Decimal:
    return wire.given(line.amount, ZERO)
