"""Tells the history of an invoice or a payment in words: who did what, when, what it said before and after. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from bluepro.common.words import day_in_words, dollars
from bluepro.payments.returning import Why
from bluepro.workspaces.models import HistoryEntry

WORDS = {
    "number": "Number",
    "name": "Name",
    "contact_id": "Customer",
    "status": "Status",
    "issue_date": "Issue date",
    "due_date": "Due date",
    "service_street": "Service street",
    "service_city": "Service city",
    "service_region": "Service state",
    "service_postal_code": "Service ZIP",
    "service_country": "Service country",
    "discount_kind": "Kind of discount",
    "discount_value": "Discount value",
    "tax_rate_name": "Sales tax",
    "tax_rate_percent": "Tax rate",
    "contact_tax_exempt": "Customer exempt from tax",
    "required_deposit_kind": "Kind of deposit",
    "required_deposit_value": "Required deposit",
    "message": "Message",
    "subtotal": "Subtotal",
    "discount": "Discount",
    "tax": "Tax",
    "total": "Total",
    "description": "Description",
    "quantity": "Quantity",
    "unit_price": "Unit price",
    "tax_exempt": "Exempt from tax",
    "amount": "Amount",
    "paid_on": "Date",
    "method": "Method",
    "reference": "Reference",
    "kind": "Kind",
}
MONEY = {"subtotal", "discount", "tax", "total", "amount", "unit_price"}
DATES = {"issue_date", "due_date", "paid_on"}
SILENT = {"taxable_base", "service_id", "paid_at"}  # follow from other values, or are told by them


def payment_in_words(label: str) -> str:
    """What the history calls a payment ("12.00 on 2026-03-16"), as people read it: "$12.00 on Mar 16, 2026"."""
    amount, _, day = label.partition(" on ")
    try:
        return f"{dollars(Decimal(amount))} on {day_in_words(date.fromisoformat(day))}"
    except (InvalidOperation, ValueError):
        return label


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: `changes` are (what, before, after), empty strings where there was or is nothing."""

    at: datetime
    by: str
    by_command: bool
    title: str
    reason: str
    changes: Sequence[tuple[str, str, str]]


def tell(entries: Sequence[HistoryEntry], contacts: Mapping[int, str]) -> list[Told]:
    """The entries in words; `contacts` names the customers of `contact_ids`."""
    return [
        Told(
            at=entry.at,
            by=entry.by,
            by_command=entry.by_command,
            title=f"{entry.kind.capitalize()} {entry.action}",
            reason=entry.reason,
            changes=_changes(entry.old or {}, entry.new or {}, contacts),
        )
        for entry in entries
    ]


def contact_ids(entries: Sequence[HistoryEntry]) -> set[int]:
    """The customers that these entries mention."""
    sides = [side for entry in entries for side in (entry.old or {}, entry.new or {})]
    return {side["contact_id"] for side in sides if isinstance(side.get("contact_id"), int)}


@dataclass(frozen=True, slots=True)
class Returned:
    """A deleted payment that had arrived: `amount` is what the invoice had got of it, in words."""

    payment_id: int
    paid_on: date
    method: str
    reference: str
    amount: str
    reason: str


def returned(entries: Sequence[HistoryEntry], number: str) -> list[Returned]:
    """Of these entries the payments on invoice `number` that bounced or were given back."""
    begins = (Why.BOUNCED.value, Why.GIVEN_BACK.value)
    deleted = (entry for entry in entries if entry.action == "deleted" and entry.reason.startswith(begins))
    return [_returned(entry, entry.old or {}, number) for entry in deleted]


def _returned(entry: HistoryEntry, old: Mapping[str, object], number: str) -> Returned:
    return Returned(
        payment_id=entry.record_id,
        paid_on=date.fromisoformat(str(old["paid_on"])[:10]),
        method=str(old.get("method") or ""),
        reference=str(old.get("reference") or ""),
        amount=_money(_mapping(old.get("allocations")).get(number)),
        reason=entry.reason,
    )


Values = Mapping[str, object]


def _changes(old: Values, new: Values, contacts: Mapping[int, str]) -> list[tuple[str, str, str]]:
    found = []
    for name in dict.fromkeys((*old, *new)):
        if name == "lines":
            found += _lines(_mapping(old.get(name)), _mapping(new.get(name)), contacts)
        elif name == "allocations":
            found += _allocations(_mapping(old.get(name)), _mapping(new.get(name)))
        elif name not in SILENT:
            before, after = _said(name, old.get(name), contacts), _said(name, new.get(name), contacts)
            found.append((WORDS.get(name, name), before, after))
    return found


def _mapping(value: object) -> Values:
    return value if isinstance(value, Mapping) else {}


def _lines(old: Values, new: Values, contacts: Mapping[int, str]) -> list[tuple[str, str, str]]:
    found = []
    for position in dict.fromkeys((*old, *new)):
        before, after = old.get(position), new.get(position)
        if not before or not after:
            found.append((f"Line {position}", _line(_mapping(before)), _line(_mapping(after))))
            continue
        for what, left, right in _changes(_mapping(before), _mapping(after), contacts):
            found.append((f"Line {position}, {what.lower()}", left, right))
    return found


def _line(line: Values) -> str:
    if not line:
        return ""
    text = str(line.get("name") or line.get("description") or "")[:80]
    amount = _money(line.get("amount"))
    return f"{text}, {amount}" if line.get("kind") in ("service", "custom") else text


def _allocations(old: Values, new: Values) -> list[tuple[str, str, str]]:
    return [
        (f"For invoice {number}", _money(old.get(number)), _money(new.get(number)))
        for number in dict.fromkeys((*old, *new))
        if old.get(number) != new.get(number)
    ]


def _said(name: str, value: object, contacts: Mapping[int, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "contact_id":
        return contacts.get(int(str(value)), f"contact {value}")
    if name in MONEY:
        return _money(value)
    if name in DATES:
        return _day(str(value))
    return f"{value}%" if name == "tax_rate_percent" else str(value)


def _money(value: object) -> str:
    if value is None:
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    plain = f"{abs(amount).normalize():,f}"
    shown = plain if len(plain.partition(".")[2]) > 2 else f"{abs(amount):,.2f}"
    return f"{'−' if amount < 0 else ''}${shown}"


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text[:10]))
