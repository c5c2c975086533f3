"""The lines of an invoice: one of ours each, then the tax if it is booked as a line, then the discount.

An owned line is what we say of it, with our key and kind; its id and whatever else QuickBooks holds join in `carry`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bluepro.common.money import cents, total
from bluepro.invoicing.amounts import shares
from bluepro.quickbooks.snapshot import Books, InvoiceRecord, LineRecord, TaxMode
from bluepro.quickbooks.translate.numbers import exact
from bluepro.quickbooks.translate.outcome import Refs
from bluepro.quickbooks.translate.text import LINE_TEXT, clean_block, shorten
from qbo_client import wire

SALES = "SalesItemLineDetail"
DISCOUNT = "DiscountLineDetail"
TEXT = "DescriptionOnly"
SUBTOTAL = "SubTotalLineDetail"
TAX_LINE_TEXT = "Sales tax"
DISCOUNT_TEXT = "Discount"
TAX, NON = wire.Ref(value="TAX"), wire.Ref(value="NON")


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line as we mean it. `key` is stable between pushes; `kind` is the line's kind, "tax" or "discount"."""

    key: str
    kind: str
    line: wire.Line


@dataclass(frozen=True, slots=True)
class LineRules:
    """What decides how lines are written. `last` has the owned lines of the last push by key.

    Items that come from the mapping stay what they were at a line's first push: changing the mapping moves nothing.
    """

    books: Books
    refs: Refs
    mode: TaxMode
    last: Mapping[str, Mapping[str, Any]]
    amount_only: bool = False

    def frozen_item(self, key: str, kind: str, mapped: str) -> str:
        """The item that the line `key` was pushed with, else the `mapped` one."""
        before = self.last.get(key)
        if before is None or before.get("Kind") != kind:
            return mapped
        return str(before[SALES]["ItemRef"]["value"])


def key_of(line: LineRecord) -> str:
    """Our key of a line, the same as long as the line exists."""
    return f"line:{line.id}"


def is_priced(line: LineRecord) -> bool:
    """Whether the line has an amount; headings and text have none."""
    return line.kind in ("service", "custom")


def is_taxed(record: InvoiceRecord, line: LineRecord, mode: TaxMode) -> bool:
    """Whether the line is TAX rather than NON: nothing exempts it, there is a rate, and QuickBooks keeps the tax."""
    exempt = line.tax_exempt or record.contact_tax_exempt
    return mode is not TaxMode.LINE and record.tax_rate_percent > 0 and not exempt


def own_lines(record: InvoiceRecord, rules: LineRules) -> tuple[OwnLine, ...]:
    """All lines of `record` as they are to stand in QuickBooks, in order. Raises MissingReference."""
    lines = [_sales_line(record, line, rules) if is_priced(line) else _text_line(line) for line in record.lines]
    if rules.mode is TaxMode.LINE and record.tax:
        lines.append(_tax_line(record, rules))
    if record.discount:
        lines += _discount_lines(record, rules)
    return tuple(line for line in lines if line is not None)


def owned_lines(lines: Iterable[OwnLine]) -> list[dict[str, Any]]:
    """`lines` as JSON values, numbers as strings, each with its `Key` and `Kind`."""
    return [{"Key": own.key, "Kind": own.kind, **wire.plain(own.line)} for own in lines]


def discount_in_lines(rules: LineRules) -> bool:
    """Whether a discount goes as lines below 0: where discount lines are not allowed, and where it once went so."""
    return not rules.books.allow_discount or any(key in rules.last for key in _SHARES.values())


def discount_item(rules: LineRules) -> str:
    """The id of the item that carries a discount as lines, the same as at the first push; "" if there is none."""
    items = (rules.frozen_item(key, "discount", "") for key in _SHARES.values())
    return next(filter(None, items), rules.books.discount_item)


def tax_item(rules: LineRules) -> str:
    """The id of the item that carries the tax as a line; "" where QuickBooks keeps the tax itself."""
    return rules.frozen_item("tax", "tax", rules.books.tax_item) if rules.mode is TaxMode.LINE else ""


def line_text(line: LineRecord) -> str:
    """The name and, below it, the description, if it says something else: nothing that people typed is lost."""
    name, description = clean_block(line.name, LINE_TEXT), clean_block(line.description, LINE_TEXT)
    parts = (name, description if description != name else "")
    return shorten("\n".join(filter(None, parts)), LINE_TEXT)


def _sales_line(record: InvoiceRecord, line: LineRecord, rules: LineRules) -> OwnLine:
    amount = cents(line.amount)
    with_price = not rules.amount_only and _price_is_welcome(line, amount, rules)
    detail = wire.SalesItemLineDetail(
        item_ref=wire.Ref(value=_item(line, rules)),
        qty=exact(line.quantity) if with_price else wire.UNSET,
        unit_price=exact(line.unit_price) if with_price else wire.UNSET,
        tax_code_ref=TAX if is_taxed(record, line, rules.mode) else NON,
    )
    sent = wire.Line(
        description=line_text(line) or wire.UNSET,
        amount=amount,
        detail_type=SALES,
        sales_item_line_detail=detail,
    )
    return OwnLine(key_of(line), line.kind, sent)


def _price_is_welcome(line: LineRecord, amount: Decimal, rules: LineRules) -> bool:
    """Whether quantity and price may be sent: their product is the amount, and the line was not refused with them."""
    before = rules.last.get(key_of(line), {})
    was_refused = "Qty" not in before.get(SALES, {"Qty": ""}) and before.get("Amount") == str(amount)
    return cents(line.quantity * line.unit_price) == amount and not was_refused


def _item(line: LineRecord, rules: LineRules) -> str:
    if line.kind == "service" and line.service_id is not None:
        return rules.refs.item(line.service_id)
    return rules.frozen_item(key_of(line), line.kind, rules.books.catch_all_item)


_SHARES = {"TAX": "discount:taxed", "NON": "discount:exempt"}


def _discount_lines(record: InvoiceRecord, rules: LineRules) -> list[OwnLine]:
    """The discount as one line, or as one line below 0 for its share of each tax code (design: Tax)."""
    if not discount_in_lines(rules):
        detail = wire.DiscountLineDetail(percent_based=False)
        line = wire.Line(amount=cents(record.discount), detail_type=DISCOUNT, discount_line_detail=detail)
        return [OwnLine("discount", "discount", line)]
    priced = [line for line in record.lines if is_priced(line)]
    parts = shares(record.discount, [line.amount for line in priced])
    return [_share(code, amount, rules) for code in _SHARES if (amount := _sum_of(code, record, priced, parts, rules))]


def _sum_of(
    code: str, record: InvoiceRecord, priced: Sequence[LineRecord], parts: Sequence[Decimal], rules: LineRules
) -> Decimal:
    together = zip(priced, parts, strict=True)
    return total(part for line, part in together if is_taxed(record, line, rules.mode) is (code == "TAX"))


def _share(code: str, amount: Decimal, rules: LineRules) -> OwnLine:
    item = wire.Ref(value=discount_item(rules))
    detail = wire.SalesItemLineDetail(item_ref=item, tax_code_ref=wire.Ref(value=code))
    line = wire.Line(description=DISCOUNT_TEXT, amount=-amount, detail_type=SALES, sales_item_line_detail=detail)
    return OwnLine(_SHARES[code], "discount", line)


def _tax_line(record: InvoiceRecord, rules: LineRules) -> OwnLine:
    detail = wire.SalesItemLineDetail(item_ref=wire.Ref(value=tax_item(rules)), tax_code_ref=NON)
    line = wire.Line(
        description=TAX_LINE_TEXT,
        amount=cents(record.tax),
        detail_type=SALES,
        sales_item_line_detail=detail,
    )
    return OwnLine("tax", "tax", line)


def _text_line(line: LineRecord) -> OwnLine | None:
    """A heading or text; None for an empty one. The text "Subtotal:" alone would make QuickBooks add up {F7.3-24}."""
    text = line_text(line)
    if not text:
        return None
    if text.casefold() == "subtotal:":
        text = text.removesuffix(":")
    sent = wire.Line(description=text, detail_type=TEXT, description_line_detail=wire.DescriptionLineDetail())
    return OwnLine(key_of(line), line.kind, sent)
