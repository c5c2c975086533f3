"""Says in words how a draft differs from the catalogue and the customer, for the prompt to refresh. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from bluepro.invoicing.refreshing import Stale

_FIELDS = {"name": "name", "description": "description", "unit_price": "unit price"}
_SHOWN = 120


def in_words(found: Sequence[Stale]) -> list[dict[str, str]]:
    """One entry per difference: `what` differs, what the draft says (`old`), what it would say (`new`)."""
    return [_entry(one) for one in found]


def _entry(one: Stale) -> dict[str, str]:
    if one.field == "contact_tax_exempt":
        return {"what": "Customer", "old": _exempt(one.copied, "customer"), "new": _exempt(one.current, "customer")}
    if one.field == "tax_rate_percent":
        return {"what": "Sales tax rate", "old": _percent(one.copied), "new": _percent(one.current)}
    where = f"Line {one.position}"
    if one.field == "tax_exempt":
        return {"what": where, "old": _exempt(one.copied, "line"), "new": _exempt(one.current, "line")}
    return {"what": f"{where}, {_FIELDS[one.field]}", "old": _text(one.copied), "new": _text(one.current)}


def _exempt(value: object, what: str) -> str:
    if what == "customer":
        return "exempt from sales tax" if value else "pays sales tax"
    return "not taxed" if value else "taxed"


def _percent(value: object) -> str:
    return f"{value.normalize():f}%" if isinstance(value, Decimal) else str(value)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        plain = f"{value.normalize():,f}"
        return f"${plain if len(plain.partition('.')[2]) > 2 else f'{value:,.2f}'}"
    text = str(value)
    return (text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…") or "(nothing)"
