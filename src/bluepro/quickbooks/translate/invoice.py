"""An issued invoice as a QuickBooks invoice, its figures to the cent. Drafts and cancelled ones are not translated."""

from typing import Any

from bluepro.common.money import ZERO, cents, total
from bluepro.quickbooks.snapshot import Books, InvoiceRecord, LineRecord, LinkState, TaxMode
from bluepro.quickbooks.translate.address import physical_address
from bluepro.quickbooks.translate.carry import wire_lines
from bluepro.quickbooks.translate.dates import days_of, held_by_date, only_text
from bluepro.quickbooks.translate.lines import (
    TAX,
    LineRules,
    OwnLine,
    discount_in_lines,
    discount_item,
    is_priced,
    own_lines,
    owned_lines,
    tax_item,
)
from bluepro.quickbooks.translate.marker import marker
from bluepro.quickbooks.translate.numbers import LARGEST_AMOUNT, LARGEST_PRICE, LARGEST_QUANTITY, fits
from bluepro.quickbooks.translate.outcome import Expected, Held, Payload, Refs, Who
from bluepro.quickbooks.translate.owned import build, plain
from bluepro.quickbooks.translate.tax import no_code, own_tax, tax_code, tax_mode
from bluepro.quickbooks.translate.text import MEMO, clean_block, document_number
from qbo_client import wire

_COMPANIONS = {
    "Line": ("TxnTaxDetail", "ApplyTaxAfterDiscount"),
    "ApplyTaxAfterDiscount": ("TxnTaxDetail",),
    "CustomerRef": ("TxnTaxDetail",),
    "ShipAddr": ("TxnTaxDetail",),
    "TxnDate": ("DueDate", "TxnTaxDetail"),
    "DueDate": ("TxnDate", "TxnTaxDetail"),
}
"""What is sent along [I]: whatever could make QuickBooks compute the tax anew goes with our total (F8.2-1)."""


def translate_invoice(
    record: InvoiceRecord,
    books: Books,
    link: LinkState | None,
    *,
    refs: Refs,
    amount_only: bool = False,
    resend: bool = False,
) -> Payload[wire.Invoice] | Held:
    """The invoice for `record`; Held for what a person must settle first. Raises MissingReference.

    `amount_only` leaves quantity and price out of the lines: QuickBooks refused them (6070). Lines so pushed stay
    so while their amount does. The way of booking tax stays what it was at the first push.
    """
    mode = tax_mode(books, link)
    code = tax_code(record, books, link) if mode is TaxMode.CODES else books.tax_code
    last = _last_lines(link)
    rules = LineRules(books, refs, mode, last, amount_only)
    number = document_number(record.number)
    if isinstance(number, Held):
        return number
    held = _held_figures(record) or _held_mapping(record, rules, link, code)
    if held:
        return held
    lines = own_lines(record, rules)
    head = _head(record, refs, mode, code, number)
    sent = wire_lines(lines, link.lines if link else (), books.discount_account)
    payload = build(
        _with_lines(head, sent, code),
        link,
        create_only=wire.Invoice(private_note=_marker(record, books, link)),
        owned=plain(head) | {"Line": owned_lines(lines)},
        companions=_COMPANIONS,
        resend=resend,
        expect=_expected(record, rules, lines),
        line_keys=tuple(line.key for line in lines),
    )
    return _held_days(record, books, link, payload) or payload


def _last_lines(link: LinkState | None) -> dict[str, Any]:  # Any: JSON as stored
    lines = link.owned.get("Line") if link else None
    return {str(line["Key"]): line for line in lines} if isinstance(lines, list) else {}


def _head(record: InvoiceRecord, refs: Refs, mode: TaxMode, code: str, number: str) -> wire.Invoice:
    """The invoice without its lines: every field that we own and that is set."""
    message = clean_block(record.message, MEMO)
    return wire.Invoice(
        customer_ref=wire.Ref(value=refs.customer(record.contact_id)),
        doc_number=number,
        txn_date=record.issue_date,
        due_date=record.due_date,
        txn_tax_detail=own_tax(mode, code, cents(record.tax)),
        apply_tax_after_discount=True if mode is not TaxMode.LINE else wire.UNSET,
        customer_memo=wire.MemoRef(value=message) if message else wire.UNSET,
        ship_addr=physical_address(record.service_address),
    )


def _with_lines(head: wire.Invoice, lines: tuple[wire.Line, ...], tax_code: str) -> wire.Invoice:
    """`head` as it is sent: with its lines and, beside our tax, the code that an override needs (F8.2-1)."""
    tax = head.txn_tax_detail
    if tax_code and not isinstance(tax, wire.UnsetType):
        tax = wire.TxnTaxDetail(txn_tax_code_ref=wire.Ref(value=tax_code), total_tax=tax.total_tax)
    return wire.replace(head, line=lines, txn_tax_detail=tax)


def _marker(record: InvoiceRecord, books: Books, link: LinkState | None) -> str:
    return marker("invoice", record.number, record.ref, link.generation if link else 1, books.era)


def _expected(record: InvoiceRecord, rules: LineRules, lines: tuple[OwnLine, ...]) -> Expected:
    taxes = rules.mode is not TaxMode.LINE
    return Expected(
        total=cents(record.total),
        tax=cents(record.tax),
        taxable_base=(cents(record.taxable_base) if _has_taxed(lines) else ZERO) if taxes else None,
        number=record.number,
        tax_item=tax_item(rules),
    )


def _has_taxed(lines: tuple[OwnLine, ...]) -> bool:
    details = (wire.given(own.line.sales_item_line_detail, None) for own in lines)
    return any(detail and detail.tax_code_ref == TAX for detail in details)


def _held_days(
    record: InvoiceRecord, books: Books, link: LinkState | None, payload: Payload[wire.Invoice]
) -> Held | None:
    """Why these days may not be written to; text may pass closed books, and what changes nothing passes anything."""
    if not payload.changed:
        return None
    last = link.owned if link else {}
    text = bool(last) and only_text(payload.changed, payload.owned, last)
    days = days_of(record.issue_date, last)
    return held_by_date(f"Invoice {record.number}", days, books, text_only=text)


def _held_figures(record: InvoiceRecord) -> Held | None:
    """What is wrong with the figures: nothing to bill, out of range, or a total that its parts do not make."""
    priced = [line for line in record.lines if is_priced(line)]
    if not priced:
        message = f"Invoice {record.number} has no line with an amount; QuickBooks takes no invoice without one."
        return Held("no_lines", "lines", message)
    for position, line in enumerate(record.lines, start=1):
        held = _held_line(position, line) if is_priced(line) else None
        if held:
            return held
    if not all(fits(amount, LARGEST_AMOUNT) for amount in (record.total, record.subtotal, record.tax)):
        message = f"The amounts of invoice {record.number} are beyond {LARGEST_AMOUNT:,}."
        return Held("amount_range", "total", message)
    subtotal = total(cents(line.amount) for line in priced)
    if subtotal != record.subtotal or subtotal - record.discount + record.tax != record.total:
        message = f"The lines, discount and tax of invoice {record.number} do not make its total. Save it again."
        return Held("amounts_disagree", "total", message)
    return None


def _held_line(position: int, line: LineRecord) -> Held | None:
    limits = (
        ("quantity", line.quantity, LARGEST_QUANTITY),
        ("price", line.unit_price, LARGEST_PRICE),
        ("amount", line.amount, LARGEST_AMOUNT),
    )
    for what, number, largest in limits:
        if not fits(number, largest):
            message = f"The {what} {number} of line {position} is beyond {largest:,} or has over 5 decimals."
            return Held(f"{what}_range", f"line {position}: {what}", message)
    return None


def _held_mapping(record: InvoiceRecord, rules: LineRules, link: LinkState | None, code: str) -> Held | None:
    """What the mapping lacks for this invoice."""
    books = rules.books
    has_custom = any(is_priced(line) and line.service_id is None for line in record.lines)
    if has_custom and not books.catch_all_item:
        return _unmapped("no_catch_all_item", "custom lines", "item for custom lines")
    if record.tax and rules.mode is TaxMode.CODES and not code:
        return no_code(record)
    if record.tax and rules.mode is TaxMode.LINE and not tax_item(rules):
        return _unmapped("no_tax_item", "sales tax", "item for sales tax as a line")
    if record.discount and discount_in_lines(rules):
        return None if discount_item(rules) else _unmapped("no_discount_item", "discount", "item for discounts")
    has_pushed_discount = link is not None and any(line.key == "discount" for line in link.lines)
    if record.discount and not books.discount_account and not has_pushed_discount:
        return _unmapped("no_account", "discount account", "discount account")
    return None


def _unmapped(cause: str, field: str, what: str) -> Held:
    return Held(cause, field, f"No {what} is mapped in the settings of the integration.", Who.MAPPER)
