"""Whether what QuickBooks answered is what was meant: in figures to the cent (invariant 8), and in each owned field.

It compares and names; what follows from a difference is decided elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bluepro.common.money import ZERO, total
from bluepro.quickbooks.translate.address import says_the_same
from bluepro.quickbooks.translate.lines import DISCOUNT, SUBTOTAL
from bluepro.quickbooks.translate.outcome import Expected, Payload
from bluepro.quickbooks.translate.owned import plain
from qbo_client import wire


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what was meant: Decimal dollars, or text for a number of a document."""

    what: str
    ours: Decimal | str
    theirs: Decimal | str


def differences(answer: wire.Invoice | wire.Payment, expected: Expected) -> tuple[Difference, ...]:
    """All figures of `answer` that are not as `expected`; empty if it is right. A figure left out counts as 0.00."""
    theirs = _payment(answer) if isinstance(answer, wire.Payment) else _invoice(answer, expected)
    ours: dict[str, Decimal | str | None] = {
        "total": expected.total,
        "tax": expected.tax,
        "taxable base": expected.taxable_base,
        "unapplied amount": expected.unapplied,
        "number": expected.number,
    }
    wanted = {what: value for what, value in ours.items() if value is not None and what in theirs}
    return tuple(Difference(what, value, theirs[what]) for what, value in wanted.items() if value != theirs[what])


def _payment(answer: wire.Payment) -> dict[str, Decimal | str]:
    return {
        "total": wire.given(answer.total_amt, ZERO),
        "unapplied amount": wire.given(answer.unapplied_amt, ZERO),
    }


def _invoice(answer: wire.Invoice, expected: Expected) -> dict[str, Decimal | str]:
    detail = wire.given(answer.txn_tax_detail, wire.TxnTaxDetail())
    tax = wire.given(detail.total_tax, ZERO)
    figures: dict[str, Decimal | str] = {
        "total": wire.given(answer.total_amt, ZERO),
        "tax": tax + _tax_lines(answer, expected.tax_item),
        "number": wire.given(answer.doc_number, ""),
    }
    base = _taxable_base(detail)
    return figures if base is None else figures | {"taxable base": base}


def _tax_lines(answer: wire.Invoice, tax_item: str) -> Decimal:
    """What stands on lines of the item that carries the tax."""
    if not tax_item:
        return ZERO
    lines = wire.given(answer.line, ())
    details = ((line, wire.given(line.sales_item_line_detail, wire.SalesItemLineDetail())) for line in lines)
    ours = (line for line, detail in details if wire.given(detail.item_ref, wire.Ref(value="")).value == tax_item)
    return total(wire.given(line.amount, ZERO) for line in ours)


def _taxable_base(detail: wire.TxnTaxDetail) -> Decimal | None:
    """The taxed amount: state, county and city tax the same one, so the largest; None if QuickBooks names none."""
    lines = (wire.given(line.tax_line_detail, wire.TaxLineDetail()) for line in wire.given(detail.tax_line, ()))
    bases = [wire.given(line.net_amount_taxable, None) for line in lines]
    return max((base for base in bases if base is not None), default=None)


def same_owned(answer: wire.Customer | wire.Item | wire.Invoice | wire.Payment, payload: Payload[Any]) -> bool:
    """Whether an entity read back holds what `payload` says in every owned field (Any: of whatever entity)."""
    return not changed_fields(plain(answer), payload.owned)


def changed_fields(answer: Mapping[str, object], owned: Mapping[str, object]) -> tuple[str, ...]:
    """The owned fields in which `answer`, an entity as JSON, says something else than `owned` (`Payload.owned`).

    What only QuickBooks says does not count: names in references, subtotals, fields that we do not own.
    """
    return tuple(name for name, ours in owned.items() if not _same(name, ours, answer.get(name)))


def _same(name: str, ours: object, theirs: object) -> bool:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(ours, theirs)
    if isinstance(ours, Mapping):
        rest = theirs if isinstance(theirs, Mapping) else {}
        return all(_same(part, value, rest.get(part)) for part, value in ours.items())
    if isinstance(ours, list):
        return isinstance(theirs, Sequence) and _same_items(ours, theirs)
    if isinstance(ours, str):
        return isinstance(theirs, str) and ours.split() == theirs.split()
    return ours == theirs


def _same_items(ours: Sequence[object], theirs: Sequence[object]) -> bool:
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(_same("", mine, other) for mine, other in pairs)


def _same_lines(ours: object, theirs: object) -> bool:
    """Line by line, leaving out what is not ours: subtotals and our own key and kind."""
    mine = [{name: part for name, part in line.items() if name not in ("Key", "Kind")} for line in _lines(ours)]
    others = [line for line in _lines(theirs) if line.get("DetailType") != SUBTOTAL]
    others.sort(key=lambda line: line.get("DetailType") == DISCOUNT)
    return _same_items(mine, others)


def _lines(lines: object) -> list[Mapping[str, object]]:
    return [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, list | tuple) else []


def _same_number(ours: object, theirs: object) -> bool:
    """Numbers by value; QuickBooks may leave out what is zero."""
    try:
        return Decimal(str(ours)) == Decimal(str(0 if theirs is None else theirs))
    except InvalidOperation:
        return False


def _same_address(ours: object, theirs: object) -> bool:
    return isinstance(ours, Mapping) and says_the_same(theirs if isinstance(theirs, Mapping) else {}, ours)


_SPECIAL: Mapping[str, Callable[[object, object], bool]] = {
    "Line": _same_lines,
    "BillAddr": _same_address,
    "ShipAddr": _same_address,
    **dict.fromkeys(("Amount", "Qty", "UnitPrice", "TotalTax", "TotalAmt"), _same_number),
}
