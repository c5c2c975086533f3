"""DocNumber of a sales form in its company: assigned, or sent and then unique (7.3, DocNumber).

How a number counts on is numbering.py's affair.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbo_emulator.books import faults, numbering
from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold


def _holders(company: Company, entity: str, number: str) -> Iterator[tuple[str, Row]]:
    """Forms with this number, in the space of numbers that `entity` belongs to."""
    space = SALES_FORMS if company.choices.number_space == "shared" else (entity,)
    for kind in space:
        for row in company.tables[kind].find("DocNumber", [fold(number)]):
            yield kind, row


def _require_free(company: Company, entity: str, draft: Obj, old: Row | None) -> None:
    """6140: another form has the number; the tail names it (F9.3-47)."""
    number = draft.get("DocNumber")
    if not number or (old and old.data.get("DocNumber") == number):
        return
    for kind, row in _holders(company, entity, number):
        if row is not old:
            tail = f" DocNumber={number} is assigned to TxnType={kind} with TxnId={row.id}"
            raise faults.of("6140", tail=tail)


def settle(company: Company, entity: str, draft: Obj, old: Row | None, allow_duplicate: bool) -> None:
    """A sent number is stored; without one QuickBooks numbers by itself, unless numbers are custom and the form does
    not ask for one (F7.3-26, F7.3-27, F7.3-30).
    """
    settings = company.settings
    asked = draft.pop("AutoDocNumber", False)
    if old is None and not draft.get("DocNumber") and (asked or not settings.custom_txn_numbers):
        last = company.last_doc_number.get(_space(company, entity))
        draft["DocNumber"] = numbering.next_free(last, lambda n: any(_holders(company, entity, n)))
    if not allow_duplicate and company.choices.duplicate_numbers == "refuse":
        _require_free(company, entity, draft, old)


def _space(company: Company, entity: str) -> str:
    return "" if company.choices.number_space == "shared" else entity


def remember(company: Company, entity: str, data: Obj) -> None:
    """The number stored last is where the next one counts on from (F7.3-26)."""
    if data.get("DocNumber"):
        for space in ("", entity):
            company.last_doc_number[space] = data["DocNumber"]
