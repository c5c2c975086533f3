"""What QuickBooks holds of our lines: it is remembered from each answer and handed back with the next update.

A line that is sent with its id is updated, one without is added, one that is not sent is removed (F3.2-15). So lines
keep their ids, and sub-fields that we do not own (class, service date, the discount's account, ...) go along unchanged.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bluepro.quickbooks.snapshot import PushedLine
from bluepro.quickbooks.translate.lines import DISCOUNT, SALES, SUBTOTAL, OwnLine
from bluepro.quickbooks.translate.owned import plain
from qbo_client import wire

D = TypeVar("D", wire.SalesItemLineDetail, wire.DiscountLineDetail, wire.Line)

_NOT_OURS: Mapping[str, tuple[str, ...]] = {
    "line": ("linked_txn", "custom_field"),
    "item": ("class_ref", "service_date", "markup_info", "price_level_ref", "inventory_site_ref", "deferred_revenue"),
    "discount": ("discount_account_ref", "discount_ref", "tax_code_ref", "class_ref", "service_date"),
}


def wire_lines(lines: Iterable[OwnLine], pushed: Iterable[PushedLine], discount_account: str) -> tuple[wire.Line, ...]:
    """`lines` as they are sent: with id and sub-fields of the line that was `pushed` under the same key.

    A new discount line goes to `discount_account`; afterwards its account belongs to QuickBooks.
    """
    known = {line.key: line for line in pushed}
    sent = (_with_theirs(own.line, known.get(own.key)) for own in lines)
    return tuple(_with_account(line, discount_account) for line in sent)


def pushed_lines(answer: wire.Invoice, line_keys: tuple[str, ...]) -> tuple[PushedLine, ...]:
    """The lines of an `answer` to a push of `line_keys` (`Payload.line_keys`), to be stored as `LinkState.lines`.

    QuickBooks answers in the order sent, with a subtotal of its own put in and the discount after it. If it has
    another number of lines than was sent nothing can be told apart: the result is empty, and the next update writes
    all lines anew.
    """
    theirs = [line for line in wire.given(answer.line, ()) if line.detail_type != SUBTOTAL]
    theirs.sort(key=lambda line: line.detail_type == DISCOUNT)
    if len(theirs) != len(line_keys):
        return ()
    pairs = zip(line_keys, theirs, strict=True)
    return tuple(PushedLine(key, wire.given(line.id, ""), plain(line)) for key, line in pairs)


def _with_theirs(ours: wire.Line, pushed: PushedLine | None) -> wire.Line:
    if pushed is None or pushed.body.get("DetailType") != ours.detail_type:
        return ours
    body = {name: value for name, value in pushed.body.items() if name != "LineNum"}
    theirs = wire.decode(wire.encode(body), wire.Line)
    line = wire.Line(
        id=pushed.line_id or wire.UNSET,
        description=_description(ours, theirs),
        amount=ours.amount,
        detail_type=ours.detail_type,
        sales_item_line_detail=ours.sales_item_line_detail,
        discount_line_detail=ours.discount_line_detail,
        description_line_detail=ours.description_line_detail,
    )
    return _details(_filled(line, theirs, _NOT_OURS["line"]), theirs)


def _description(ours: wire.Line, theirs: wire.Line) -> wire.Maybe[str]:
    """Ours; a blank where ours is gone and theirs is left from us."""
    gone = ours.detail_type == SALES and ours.description is wire.UNSET and theirs.description is not wire.UNSET
    return "" if gone else ours.description


def _details(line: wire.Line, theirs: wire.Line) -> wire.Line:
    item, their_item = line.sales_item_line_detail, theirs.sales_item_line_detail
    if not isinstance(item, wire.UnsetType) and not isinstance(their_item, wire.UnsetType):
        return wire.replace(line, sales_item_line_detail=_item_detail(item, their_item))
    discount, their_discount = line.discount_line_detail, theirs.discount_line_detail
    if not isinstance(discount, wire.UnsetType) and not isinstance(their_discount, wire.UnsetType):
        detail = _filled(discount, their_discount, _NOT_OURS["discount"])
        return wire.replace(line, discount_line_detail=detail)
    return line


def _item_detail(ours: wire.SalesItemLineDetail, theirs: wire.SalesItemLineDetail) -> wire.SalesItemLineDetail:
    """Theirs filled in; the tax classification goes with the item, so it stays only if the item does."""
    same_item = _value(ours.item_ref) == _value(theirs.item_ref)
    names = (*_NOT_OURS["item"], "tax_classification_ref") if same_item else _NOT_OURS["item"]
    return _filled(ours, theirs, names)


def _with_account(line: wire.Line, account: str) -> wire.Line:
    detail = line.discount_line_detail
    if isinstance(detail, wire.UnsetType) or not isinstance(detail.discount_account_ref, wire.UnsetType):
        return line
    return wire.replace(line, discount_line_detail=wire.replace(detail, discount_account_ref=wire.Ref(value=account)))


def _value(ref: wire.Maybe[wire.Ref]) -> str:
    return "" if isinstance(ref, wire.UnsetType) else ref.value


def _filled(ours: D, theirs: D, names: Iterable[str]) -> D:
    return wire.replace(ours, **{name: getattr(theirs, name) for name in names})
