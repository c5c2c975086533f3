"""The lines of a sales form: what each kind must hold, ids and numbers, subtotal, discount, shipping (7.3, Lines).

Answers real lines in the order sent, then the subtotal, then the discount, as recorded, and shipping at the end. What
tax they bear is sales_tax.py's work; whether their codes are right, tax_codes.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from qbo_emulator.books import allowed, amounts, faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.definitions_lines import SALES_LINE
from qbo_emulator.books.wire import ZERO, Obj, cents, grouped, ref_value

_SALES = "SalesItemLineDetail"
_DISCOUNT = "DiscountLineDetail"
_SUBTOTAL = "SubTotalLineDetail"
SHIPPING = "SHIPPING_ITEM_ID"
_GRATUITY = "GRATUITY_ITEM_ID"
MOST = 10_000  # F1.1-10

# From a line and its item, what the line's detail says about tax (tax_codes.py).
TaxFields: TypeAlias = Callable[[Obj, Obj], Obj]


@dataclass(frozen=True, slots=True)
class Lines:
    """Checked lines with their sums; `priced` holds those that the discount is on, `shipping` the one behind."""

    priced: list[Obj]
    shipping: Obj | None
    whole: list[Obj]
    subtotal: Decimal
    discount: Decimal

    def net(self) -> Decimal:
        """The sum before tax."""
        return self.subtotal - self.discount + (self.shipping["Amount"] if self.shipping else ZERO)

    def taxable(self, after_discount: bool) -> list[tuple[Obj, Decimal]]:
        """Details of all lines with an amount, and what tax is computed on (F8.1-8)."""
        held = [line["Amount"] for line in self.priced]
        left = amounts.after_discount(held, self.discount) if after_discount else held
        pairs = [(line[_SALES], amount) for line, amount in zip(self.priced, left, strict=True)]
        return pairs + ([(self.shipping[_SALES], self.shipping["Amount"])] if self.shipping else [])


def check_amount_rule(line: Obj, detail: Obj) -> None:
    """6070: Amount is the product of Qty and UnitPrice if both are there (F9.3-42)."""
    if "Qty" not in detail or "UnitPrice" not in detail:
        return
    if amounts.line_amount(detail["Qty"], detail["UnitPrice"]) != line["Amount"]:
        raise faults.of("6070", supplied=grouped(line["Amount"]))


def _item(company: Company, ref: Obj) -> tuple[Obj, Obj]:
    """The item, as data and as a full reference; the pseudo item of shipping has no name (F7.3-21)."""
    if ref["value"] == SHIPPING:
        allowed.require(company, SHIPPING, company.settings.allow_shipping)
        return {"IncomeAccountRef": references.named_account(company, company.settings.default_shipping_account)}, ref
    if ref["value"] == _GRATUITY:
        raise faults.not_modelled("A tip")
    item = references.target(company, "Item", ref)
    if item.data["Type"] == "Category":
        raise faults.business("A category cannot be sold: choose a product or service.")
    return item.data, {"value": item.id, "name": item.data["FullyQualifiedName"]}


def _with_item(company: Company, detail: Obj) -> Obj:
    """The detail with the company's default item, if the company puts one where none was sent."""
    default = company.settings.other_prefs.get("SalesFormsPrefs.DefaultItem")
    if "ItemRef" in detail or not default or company.choices.line_without_item == "text":
        return detail
    return {**detail, "ItemRef": {"value": default}}


def _sales_line(company: Company, line: Obj, tax_fields: TaxFields) -> Obj:
    """A priced line; without an item it counts as text and its amount is dropped (F7.3-21)."""
    detail = _with_item(company, dict(line.get(_SALES) or {}))
    references.refuse_empty_lists(detail)
    references.resolve(company, "Class", detail, dict(detail), "ClassRef")
    allowed.check_line(company, detail)
    if "ItemRef" not in detail:
        return _text_line(line)
    if "Amount" not in line:
        raise faults.missing("Amount")
    check_amount_rule(line, detail)
    item, detail["ItemRef"] = _item(company, detail["ItemRef"])
    marks = tax_fields({**line, _SALES: detail}, item)
    for prop in ("TaxCodeRef", "TaxInclusiveAmt"):
        detail.pop(prop, None)
    if item.get("IncomeAccountRef"):
        detail["ItemAccountRef"] = item["IncomeAccountRef"]
    return {**line, _SALES: {**detail, **marks}}


def _text_line(line: Obj) -> Obj:
    kept: Obj = {key: line[key] for key in ("Id", "Description") if key in line}
    detail = line.get("DescriptionLineDetail") or {}
    return {**kept, "DetailType": "DescriptionOnly", "DescriptionLineDetail": detail}


def _discount_line(company: Company, line: Obj) -> Obj:
    """The discount as it was sent; its amount is computed later."""
    if not company.settings.allow_discount:
        raise faults.business("Discounts are switched off in the company's sales preferences.")
    detail = dict(line.get(_DISCOUNT) or {})
    detail.setdefault("PercentBased", False)
    if detail["PercentBased"]:
        detail.setdefault("DiscountPercent", None)
    given = detail["DiscountPercent"] if detail["PercentBased"] else line.get("Amount")
    if given is None:
        raise faults.of("6090", text="DiscountPercent is needed if PercentBased is true, else Amount.")
    if given < 0:
        raise faults.bad_format("2290", "Amount", given)
    default = company.settings.default_discount_account
    if "DiscountAccountRef" not in detail and default:
        detail["DiscountAccountRef"] = {"value": default}
    references.account(company, detail, dict(detail), "DiscountAccountRef", ("Income",))
    return {"Amount": line.get("Amount", ZERO), "DetailType": _DISCOUNT, _DISCOUNT: detail}


def _check_one(company: Company, line: Obj, tax_fields: TaxFields) -> Obj:
    kind = line.get("DetailType")
    if kind is None:
        raise faults.missing("DetailType")
    if line.get("LinkedTxn"):
        raise faults.not_modelled("A line linked to an estimate or time activity")
    if kind == "GroupLineDetail":
        raise faults.not_modelled("A bundle line")
    if kind == _SALES:
        return _sales_line(company, line, tax_fields)
    return _discount_line(company, line) if kind == _DISCOUNT else _text_line(line)


def _number(lines: list[Obj], old: list[Obj]) -> list[Obj]:
    """Known ids stay, all other lines get fresh ones after the highest (F3.2-15)."""
    known = {line["Id"] for line in old if "Id" in line}
    highest = max((int(line_id) for line_id in known), default=0)
    numbered = []
    for position, line in enumerate(lines, 1):
        line_id = line.get("Id")
        if line_id in known:
            known.discard(line_id)
        else:
            highest += 1
            line_id = str(highest)
        numbered.append(SALES_LINE.arrange({**line, "Id": line_id, "LineNum": position}))
    return numbered


def _is_shipping(line: Obj) -> bool:
    return ref_value((line.get(_SALES) or {}).get("ItemRef")) == SHIPPING


def _one_of(lines: list[Obj], what: str) -> Obj | None:
    if len(lines) > 1:
        raise faults.business(f"A transaction holds at most one {what} line.")
    return lines[0] if lines else None


def _totalled(real: list[Obj], discount: Obj | None, shipping: Obj | None) -> Lines:
    """Lines with the subtotal behind them, then what is not part of it."""
    priced = [line for line in real if line["DetailType"] == _SALES]
    if not priced and shipping is None:
        raise faults.business("You must fill out at least one detail line.")
    subtotal = cents(sum((line["Amount"] for line in priced), ZERO))
    whole = [*real, {"Amount": subtotal, "DetailType": _SUBTOTAL, _SUBTOTAL: {}}]
    taken = ZERO
    if discount is not None:
        taken = _taken(discount, subtotal)
        whole.append({**discount, "Amount": taken})
    if shipping is not None:
        whole.append(shipping)
    return Lines(priced, shipping, whole, subtotal, taken)


def _taken(discount: Obj, subtotal: Decimal) -> Decimal:
    """What the discount comes to."""
    detail = discount[_DISCOUNT]
    if detail["PercentBased"]:
        return amounts.percent_of(max(subtotal, ZERO), detail["DiscountPercent"])
    taken: Decimal = discount["Amount"]
    return taken


def _sorted(lines: list[Obj]) -> tuple[list[Obj], Obj | None, Obj | None]:
    """Ordinary lines, the discount, shipping; a subtotal is QuickBooks' own and dropped (F7.3-23)."""
    kinds: tuple[list[Obj], list[Obj], list[Obj]] = ([], [], [])
    for line in lines:
        if line["DetailType"] != _SUBTOTAL:
            kinds[1 if line["DetailType"] == _DISCOUNT else 2 if _is_shipping(line) else 0].append(line)
    return kinds[0], _one_of(kinds[1], "discount"), _one_of(kinds[2], "shipping")


def check_lines(company: Company, sent: list[Obj], old: list[Obj], tax_fields: TaxFields) -> Lines:
    """Sent lines, checked against the books; `old` are the stored ones whose ids may be kept."""
    if len(sent) > MOST:
        raise faults.business(f"A transaction holds at most {grouped(MOST)} lines.")
    checked = [_check_one(company, line, tax_fields) for line in sent if line.get("DetailType") != _SUBTOTAL]
    real, discount, shipping = _sorted(checked)
    numbered = _number(real + ([shipping] if shipping else []), old)
    return _totalled(numbered[: len(real)], discount, numbered[-1] if shipping else None)


def stored_lines(lines: list[Obj]) -> Lines:
    """Stored lines, not checked again."""
    return _totalled(*_sorted(lines))


def voided_lines(lines: list[Obj]) -> list[Obj]:
    """The same lines with amounts, quantities and prices of 0 (F3.2-19)."""
    return [_voided(line) for line in lines]


def _voided(line: Obj) -> Obj:
    emptied = {**line, "Amount": ZERO} if "Amount" in line else dict(line)
    detail = line.get(_SALES)
    if detail:
        zeros = ("Qty", "UnitPrice", "TaxInclusiveAmt")
        emptied[_SALES] = {k: ZERO if k in zeros else v for k, v in detail.items()}
    return emptied
