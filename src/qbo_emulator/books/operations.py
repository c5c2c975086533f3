"""One entity, one operation: finds the rules, lays what was sent over what is stored, checks ids and SyncTokens.

The common order of checks is here (is it there, is the token current, are the values well formed); the rules
themselves are in the entities' modules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qbo_emulator.books import (
    accounts,
    attachables,
    faults,
    items,
    lists,
    opening_balance,
    people,
    profile,
    taxes,
    tracking,
)
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.fields import Definition, check_object
from qbo_emulator.books.table import Row
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.books.transactions import End, require_changeable, require_endable
from qbo_emulator.books.wire import Obj

Save = Callable[[Company, Obj, Obj, Row | None], Row]

_SAVES: dict[str, Save] = {
    "Customer": opening_balance.save_customer,
    "Vendor": people.save_vendor,
    "Employee": people.save_employee,
    "Item": items.save_item,
    "Account": accounts.save_account,
    "PaymentMethod": lists.save_payment_method,
    "Term": lists.save_term,
    "Class": tracking.save_class,
    "Department": tracking.save_department,
    "TaxAgency": taxes.save_agency,
    "Attachable": attachables.save_attachable,
    "Preferences": profile.save_preferences,
    "CompanyInfo": profile.save_company_info,
}
# Lists whose entries can be deleted; all others are made inactive (F3.2-6).
_DELETES: dict[str, End] = {"Attachable": attachables.delete_attachable}
ENTITIES = tuple(DEFINITIONS)
BY_PATH = {name.lower(): name for name in ENTITIES}


@dataclass(frozen=True, slots=True)
class Options:
    """What a call may ask for beside its body."""

    void: bool = False
    delete: bool = False
    allow_duplicate_number: bool = False


def check_id(supplied: object) -> str:
    """An id is digits (F3.1-6); TaxCode's pseudo ids are looked up before this. Fault 2030 otherwise."""
    text = str(supplied)
    if not text.isascii() or not text.isdigit():
        raise faults.bad_id(text)
    return text


def read(company: Company, entity: str, row_id: str) -> Obj:
    """One object; inactive ones too. Fault 610 if it is not there, 2030 if the id is no number."""
    if entity in profile.SINGLETONS:
        return profile.current(company, entity).data
    if entity == "TaxCode" and row_id in ("TAX", "NON"):
        return company.row(entity, row_id).data
    return company.row(entity, check_id(row_id)).data


def _current(company: Company, entity: str, body: Obj) -> Row:
    """The row that a change is meant for, if the SyncToken is the current one (F3.3-2, F3.3-3)."""
    if not body.get("Id"):
        raise faults.missing("Id")
    if entity in profile.SINGLETONS:
        profile.current(company, entity)
    row = company.row(entity, check_id(body["Id"]))
    token = body.get("SyncToken")
    if token is None or token == "":
        raise faults.missing("SyncToken")
    if str(token) != row.data["SyncToken"]:
        raise faults.stale(company.settings.user)
    return row


def _changeable(definition: Definition, sent: Obj) -> Obj:
    """What of the sent properties an update may change: not those that only a create sets."""
    return {name: value for name, value in sent.items() if not definition.by_name[name].once}


def _lay_over(definition: Definition, row: Row, sent: Obj, sparse: bool) -> Obj:
    """Stored state with the sent one over it. Full updates drop omitted writable properties that are not kept
    (F3.2-14).
    """
    draft = dict(row.data)
    if not sparse:
        for field in definition.fields:
            if not (field.read_only or field.kept):
                draft.pop(field.name, None)
    for name, value in sent.items():
        if value is None:
            draft.pop(name, None)
        else:
            draft[name] = value
    return draft


def _save(company: Company, entity: str, draft: Obj, sent: Obj, old: Row | None, options: Options) -> Row:
    kind = KINDS.get(entity)
    if kind is not None and kind.save is not None:
        return kind.save(company, draft, sent, old, options.allow_duplicate_number)
    save = _SAVES.get(entity)
    if save is None:
        raise faults.unsupported(f"create or update of {entity}")
    return save(company, draft, sent, old)


def _create(company: Company, entity: str, body: Obj, options: Options) -> Obj:
    if entity in profile.SINGLETONS:
        raise faults.unsupported(f"create of {entity}")
    sent = check_object(DEFINITIONS[entity], body)
    draft = {name: value for name, value in sent.items() if value is not None}
    return _save(company, entity, draft, sent, None, options).data


def _update(company: Company, entity: str, body: Obj, options: Options) -> Obj:
    row = _current(company, entity, body)
    if entity in KINDS:
        require_changeable(row)
    definition = DEFINITIONS[entity]
    sent = _changeable(definition, check_object(definition, body))
    draft = _lay_over(definition, row, sent, sparse=body.get("sparse") in (True, "true"))
    return _save(company, entity, draft, sent, row, options).data


def _end(company: Company, entity: str, body: Obj, options: Options) -> Obj:
    """Void or delete."""
    kind = KINDS.get(entity)
    end = _DELETES.get(entity) if kind is None else kind.void if options.void else kind.delete
    if end is None or (options.void and kind is None):
        raise faults.unsupported(f"{'void' if options.void else 'delete'} of {entity}")
    row = _current(company, entity, body)
    if kind is not None:
        require_endable(company, row, options.void)
    end(company, row)
    return row.data if options.void else {"domain": "QBO", "status": "Deleted", "Id": row.id}


def write(company: Company, entity: str, body: object, options: Options) -> Obj:
    """Create (no Id), update, void or delete; answers the whole object, or the stub of a deleted one (F3.2-5)."""
    if not isinstance(body, dict):
        raise faults.bad_json(f"An object is expected for {entity}.")
    with company.drawing_ids():
        if options.void or options.delete:
            return _end(company, entity, body, options)
        if body.get("Id"):
            return _update(company, entity, body, options)
        return _create(company, entity, body, options)
