"""The lines of a sales form as inputs, with their tax, and what was typed as lines for the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from qbo_emulator.books.company import Company
from qbo_emulator.books.wire import Obj, fold
from qbo_emulator.pages.components import Column, table
from qbo_emulator.pages.edit_discount import discount_changed, is_discount, stored_discount, typed_discount
from qbo_emulator.pages.editing import Input, Problems, Typed, Wrong, changed, control, judged, number_of, text_of
from qbo_emulator.pages.html import Content, Html, tag
from qbo_emulator.pages.line_figures import Figures, settled

_SALES = "SalesItemLineDetail"
_NEW = ("new1", "new2", "new3")
_COLUMNS = (
    Column("Product or service"),
    Column("Description"),
    Column("Quantity", figures=True),
    Column("Rate", figures=True),
    Column("Amount", figures=True),
    Column("Tax"),
    Column("Remove"),
)
_WITHOUT_TAX = tuple(column for column in _COLUMNS if column.name != "Tax")
_FIGURES = (("quantity", "Quantity"), ("rate", "Rate"), ("amount", "Amount"))
_LABELS = (("item", "Product or service"), ("text", "Description"), *_FIGURES)
_TAX = "tax"
_US_CODES = (("", "As the item says"), ("TAX", "Taxed"), ("NON", "Not taxed"))
_ITEMS = "items-there-are"  # the id of the list that item names are chosen from


def _editable(lines: Sequence[Obj]) -> list[Obj]:
    """Lines that a person may change: priced ones with an item of the list, and texts."""
    return [line for line in lines if "Id" in line and line["DetailType"] in (_SALES, "DescriptionOnly")]


def _tax_codes(company: Company) -> Sequence[tuple[str, str]]:
    """What a line's tax can be chosen from; nothing where the company has no sales tax."""
    if not company.settings.using_sales_tax:
        return ()
    if company.settings.country == "US":
        return _US_CODES
    codes = (row for row in company.tables["TaxCode"].rows.values() if row.data["Active"])
    return (("", "Choose one"), *((row.id, row.data["Name"]) for row in codes))


def stored_lines(company: Company, lines: Sequence[Obj]) -> dict[str, str]:
    """The inputs of all editable lines and of the discount, as stored."""
    held = stored_discount(lines)
    has_tax = bool(_tax_codes(company))
    for line in _editable(lines):
        detail = line.get(_SALES) or {}
        values = {
            "item": (detail.get("ItemRef") or {}).get("name", ""),
            "text": line.get("Description", ""),
            "quantity": detail.get("Qty", ""),
            "rate": detail.get("UnitPrice", ""),
            "amount": line.get("Amount", ""),
        }
        if has_tax:
            values[_TAX] = (detail.get("TaxCodeRef") or {}).get("value", "")
        held |= {f"{line['Id']}.{name}": str(value) for name, value in values.items()}
    return held


def lines_table(company: Company, lines: Sequence[Obj], typed: Typed, problems: Problems) -> list[Html]:
    """Inputs for every line and for three new ones."""
    codes = _tax_codes(company)
    rows = [_row(line["Id"], typed, problems, codes, _SALES not in line) for line in _editable(lines)]
    rows += [_row(new, typed, problems, codes, False) for new in _NEW]
    names = (row.data["FullyQualifiedName"] for row in company.tables["Item"].rows.values() if row.data["Active"])
    choices = tag("datalist", [tag("option", value=name) for name in names], id=_ITEMS)
    return [table("Lines", _COLUMNS if codes else _WITHOUT_TAX, rows, ""), choices]


def _row(
    line_id: str, typed: Typed, problems: Problems, codes: Sequence[tuple[str, str]], text_only: bool
) -> list[Content]:
    new = line_id in _NEW
    cells: list[Content] = []
    for name, label in _LABELS:
        if text_only and name != "text":
            cells.append("Text" if name == "item" else "")
        else:
            cells.append(_cell(f"{line_id}.{name}", name, label, typed, problems, new))
    if codes:
        cells.append("" if text_only else _tax_cell(line_id, typed, codes))
    gone = Input(f"{line_id}.gone", "Remove", "check")
    return [*cells, "" if new else control(gone, typed, aria_label=f"Remove line {line_id}")]


def _tax_cell(line_id: str, typed: Typed, codes: Sequence[tuple[str, str]]) -> Content:
    """A code that a stored line has and that is no choice any more stays one for this line."""
    held = typed.get(f"{line_id}.{_TAX}", "")
    old = () if held in dict(codes) else ((held, f"{held} (inactive)"),)
    box = Input(f"{line_id}.{_TAX}", "Tax", "select", choices=(*codes, *old))
    return control(box, typed, aria_label=f"Tax, line {line_id}")


def _cell(whole: str, name: str, label: str, typed: Typed, problems: Problems, new: bool) -> Content:
    marks: dict[str, str | None] = {"aria_label": f"{label}, line {whole.split('.')[0]}"}
    if name == "item":
        marks |= {"list": _ITEMS, "placeholder": "Add a line" if new else None}
    elif name != "text":
        marks["inputmode"] = "decimal"
    return judged(Input(whole, label, "area" if name == "text" else "text"), typed, problems, **marks)


def lines_changed(lines: Sequence[Obj], stored: Typed, typed: Typed) -> bool:
    """Whether a line or the discount was changed, removed or added."""
    ids = [line["Id"] for line in _editable(lines)]
    names = [f"{line_id}.{name}" for line_id in (*ids, *_NEW) for name, _ in _LABELS]
    names += [f"{line_id}.{_TAX}" for line_id in ids]
    gone = any(typed.get(f"{line_id}.gone") for line_id in ids)
    return gone or changed(stored, typed, *names) or discount_changed(stored, typed)


def typed_lines(company: Company, lines: Sequence[Obj], typed: Typed) -> list[Obj]:
    """The lines to send: those that were not removed, changed as typed, the new ones, the discount. Raises Wrong."""
    editable = _editable(lines)
    ids = {line["Id"] for line in editable}
    sent = [_changed(company, line, typed) for line in editable if not typed.get(f"{line['Id']}.gone")]
    others = [line for line in lines if line.get("Id") not in ids and not is_discount(line)]
    rest = [line for line in others if line["DetailType"] != "SubTotalLineDetail"]
    return [*sent, *_new(company, typed), *rest, *typed_discount(lines, typed)]


def _changed(company: Company, line: Obj, typed: Typed) -> Obj:
    line_id = line["Id"]
    text = text_of(typed, f"{line_id}.text")
    if _SALES not in line:
        return {**line, "Description": text}
    detail = line[_SALES]
    before = Figures(detail.get("Qty"), detail.get("UnitPrice"), line.get("Amount"))
    ref = detail["ItemRef"]
    if text_of(typed, f"{line_id}.item") != ref.get("name"):
        ref = _item(company, typed, line_id)
    detail = _taxed({**detail, "ItemRef": ref}, typed, line_id)
    return _priced({**line, "Description": text}, detail, settled(before, _figures(typed, line_id)), line_id)


def _taxed(detail: Obj, typed: Typed, line_id: str) -> Obj:
    """The detail with the chosen tax; what a gross amount was under another code does not stay."""
    code = text_of(typed, f"{line_id}.{_TAX}")
    if f"{line_id}.{_TAX}" not in typed or code == (detail.get("TaxCodeRef") or {}).get("value", ""):
        return detail
    rest = {name: value for name, value in detail.items() if name not in ("TaxCodeRef", "TaxInclusiveAmt")}
    return {**rest, "TaxCodeRef": {"value": code}} if code else rest


def _new(company: Company, typed: Typed) -> Iterator[Obj]:
    """New lines; one that has nothing but a description is a text."""
    for line_id in _NEW:
        filled = {name for name, _ in _LABELS if text_of(typed, f"{line_id}.{name}")}
        line = {"Description": text_of(typed, f"{line_id}.text")}
        if filled == {"text"}:
            yield {**line, "DetailType": "DescriptionOnly"}
        elif filled:
            held = settled(Figures(None, None, None), _figures(typed, line_id))
            detail = _taxed({"ItemRef": _item(company, typed, line_id)}, typed, line_id)
            yield _priced(line, detail, held, line_id)


def _figures(typed: Typed, line_id: str) -> Figures:
    return Figures(*(number_of(typed, f"{line_id}.{name}", label) for name, label in _FIGURES))


def _priced(line: Obj, detail: Obj, held: Figures, line_id: str) -> Obj:
    if held.amount is None:
        raise Wrong(f"{line_id}.amount", "A line needs an amount, or a rate.")
    figures: dict[str, Decimal | None] = {"Qty": held.quantity, "UnitPrice": held.rate}
    whole = {**detail, **figures}
    priced = {name: value for name, value in whole.items() if value is not None}
    return {**line, "Amount": held.amount, "DetailType": _SALES, _SALES: priced}


def _item(company: Company, typed: Typed, line_id: str) -> Obj:
    """The item of a typed name. Wrong if there is none."""
    name = text_of(typed, f"{line_id}.item")
    found = company.tables["Item"].find("FullyQualifiedName", [fold(name)])
    if not found:
        said = f"There is no product or service called {name}." if name else "A line needs a product or service."
        raise Wrong(f"{line_id}.item", said)
    return {"value": found[0].id}
