"""The lines of an invoice: what each kind must hold, ids and numbers, the subtotal line, the discount line (7.3,
Lines).

Answers real lines in the order sent, then the subtotal, then the discount, as recorded. Tax is sales_tax.py's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qbo_emulator.books import amounts, faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.definitions_lines import SALES_LINE
from qbo_emulator.books.wire import ZERO, Obj, cents, grouped

_SALES = "SalesItemLineDetail"
_DISCOUNT = "DiscountLineDetail"
_SUBTOTAL = "SubTotalLineDetail"


@dataclass(frozen=True, slots=True)
class Lines:
    """Checked lines with their sums; `taxed` says for each priced line whether it is taxable."""

    priced: list[Obj]
    whole: list[Obj]
    subtotal: Decimal
    discount: Decimal

    def amounts(self) -> list[Decimal]:
        """The amounts of the priced lines."""
        return [line["Amount"] for line in self.priced]

    def taxed(self) -> list[bool]:
        """Which priced lines are taxable."""
        return [line[_SALES]["TaxCodeRef"]["value"] == "TAX" for line in self.priced]


def check_amount_rule(line: Obj, detail: Obj) -> None:
    """6070: Amount is the product of Qty and UnitPrice if both are there (F9.3-42)."""
    if "Qty" not in detail or "UnitPrice" not in detail:
        return
    if amounts.line_amount(detail["Qty"], detail["UnitPrice"]) != line["Amount"]:
        text = f"Amount is not equal to UnitPrice * Qty. Supplied value:{grouped(line['Amount'])}"
        raise faults.coded("6070", "Amount calculation incorrect in the request", text, None)


def _tax_code(company: Company, detail: Obj, item: Obj) -> Obj:
    """TAX or NON (F8.1-1). Unsaid: TAX if automated and the item is taxable (F8.1-4), NON in the older model [R].

    An explicit code wins over the item's own setting: our reading of F8.1-5.
    """
    sent = detail.get("TaxCodeRef")
    if sent is None:
        automated = company.settings.using_sales_tax and company.settings.automated_sales_tax
        return {"value": "TAX" if automated and item.get("Taxable") else "NON"}
    if sent["value"] not in ("TAX", "NON"):
        text = f"A US company takes TAX or NON on a line. Supplied value:{sent['value']}"
        raise faults.coded("6100", "Invalid line tax code", text, "TaxCodeRef")
    return {"value": sent["value"]}


def _sales_line(company: Company, line: Obj) -> Obj:
    """A priced line; without an item it counts as text and its amount is dropped (F7.3-21)."""
    detail = dict(line.get(_SALES) or {})
    references.refuse_empty_lists(detail)
    if "ItemRef" not in detail:
        return _text_line(line)
    if "Amount" not in line:
        raise faults.missing("Amount")
    check_amount_rule(line, detail)
    item = references.target(company, "Item", detail["ItemRef"])
    if item.data["Type"] == "Category":
        raise faults.business("A category cannot be sold: choose a product or service.")
    detail["ItemRef"] = {"value": item.id, "name": item.data["FullyQualifiedName"]}
    detail["ItemAccountRef"] = item.data["IncomeAccountRef"]  # newer answers have it (F3.5-4); it is posted to
    detail["TaxCodeRef"] = _tax_code(company, detail, item.data)
    return {**line, _SALES: detail}


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
        text = "A discount line needs DiscountPercent if PercentBased is true, else Amount."
        raise faults.coded("6090", "Discount amount or percent is missing", text, _DISCOUNT)
    if given < 0:
        raise faults.bad_format("2290", "Amount", given)
    default = company.settings.default_discount_account
    if "DiscountAccountRef" not in detail and default:
        detail["DiscountAccountRef"] = {"value": default}
    references.account(company, detail, dict(detail), "DiscountAccountRef", ("Income",))
    return {"Amount": line.get("Amount", ZERO), "DetailType": _DISCOUNT, _DISCOUNT: detail}


def _check_one(company: Company, line: Obj) -> Obj:
    kind = line.get("DetailType")
    if kind is None:
        raise faults.missing("DetailType")
    if line.get("LinkedTxn"):
        raise faults.not_modelled("A line linked to an estimate or time activity")
    if kind == "GroupLineDetail":
        raise faults.not_modelled("A bundle line")
    if kind == _SALES:
        return _sales_line(company, line)
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


def _totalled(real: list[Obj], discount: Obj | None) -> Lines:
    priced = [line for line in real if line["DetailType"] == _SALES]
    if not priced:
        raise faults.business("You must fill out at least one detail line.")
    subtotal = cents(sum((line["Amount"] for line in priced), ZERO))
    whole = [*real, {"Amount": subtotal, "DetailType": _SUBTOTAL, _SUBTOTAL: {}}]
    if discount is None:
        return Lines(priced, whole, subtotal, ZERO)
    detail = discount[_DISCOUNT]
    taken = discount["Amount"]
    if detail["PercentBased"]:
        taken = amounts.percent_of(max(subtotal, ZERO), detail["DiscountPercent"])
    return Lines(priced, [*whole, {**discount, "Amount": taken}], subtotal, taken)


def check_lines(company: Company, sent: list[Obj], old: list[Obj]) -> Lines:
    """Sent lines, checked against the books; `old` are the stored ones whose ids may be kept."""
    if len(sent) > 10_000:  # F1.1-10
        raise faults.business("A transaction holds at most 10,000 lines.")
    checked = [_check_one(company, line) for line in sent if line.get("DetailType") != _SUBTOTAL]
    discounts = [line for line in checked if line["DetailType"] == _DISCOUNT]
    if len(discounts) > 1:
        raise faults.business("A transaction holds at most one discount line.")
    real = [line for line in checked if line["DetailType"] != _DISCOUNT]
    return _totalled(_number(real, old), discounts[0] if discounts else None)


def stored_lines(lines: list[Obj]) -> Lines:
    """Stored lines, not checked again."""
    real = [line for line in lines if line["DetailType"] not in (_SUBTOTAL, _DISCOUNT)]
    discount = next((line for line in lines if line["DetailType"] == _DISCOUNT), None)
    return _totalled(real, discount)


def voided_lines(lines: list[Obj]) -> list[Obj]:
    """The same lines with amounts, quantities and prices of 0 (F3.2-19)."""
    return [_voided(line) for line in lines]


def _voided(line: Obj) -> Obj:
    emptied = {**line, "Amount": ZERO} if "Amount" in line else dict(line)
    detail = line.get(_SALES)
    if detail:
        emptied[_SALES] = {k: ZERO if k in ("Qty", "UnitPrice") else v for k, v in detail.items()}
    return emptied
