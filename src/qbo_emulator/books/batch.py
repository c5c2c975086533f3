"""A batch: up to 30 independent items, one after another, each with its own outcome (section 4).

Replaying request ids is the caller's affair: an item's key and its work are handed to it.
"""

from __future__ import annotations

from collections.abc import Callable

from qbo_emulator.books import faults, operations, query
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj

MOST = 30  # F4-8

# Runs an item's work, or answers what the same item (by its bId) was answered before.
Once = Callable[[str, Callable[[], Obj]], Obj]

_OPERATIONS = ("create", "update", "delete", "void")
_CONTROLS = ("bId", "operation", "optionsData", "Query")


def run(company: Company, body: object, once: Once) -> list[Obj]:
    """The answers in the order of the items (F4-3); a fault of one does not touch the others (F4-2)."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise faults.missing("BatchItemRequest")
    if len(items) > MOST:
        raise faults.batch_too_large(MOST)
    left = query.LARGEST_PAGE  # objects from all queries of the batch (F4-9)
    answers: list[Obj] = []
    for item in items:
        if not isinstance(item, dict):
            raise faults.bad_json("An object is expected in BatchItemRequest.")
        answer = _answer(company, item, once, left)
        left -= answer.get("QueryResponse", {}).get("maxResults", 0)
        answers.append(answer)
    return answers


def _answer(company: Company, item: Obj, once: Once, left: int) -> Obj:
    """One item's answer with its bId at the end, as recorded."""
    b_id = item.get("bId")
    if "Query" in item:
        outcome = outcome_of(lambda: {"QueryResponse": query.run(company, str(item["Query"]), left)})
    else:
        outcome = once(str(b_id), lambda: outcome_of(lambda: _write(company, item)))
    return {**outcome, "bId": b_id} if b_id is not None else outcome


def outcome_of(work: Callable[[], Obj]) -> Obj:
    """What the work answers, or its fault as an object."""
    try:
        return work()
    except faults.Fault as fault:
        return {"Fault": fault.as_json()}


def _write(company: Company, item: Obj) -> Obj:
    named = [key for key in item if key not in _CONTROLS]
    if len(named) != 1:
        raise faults.coded("2600", "Conflicting elements", "A batch item holds exactly one object or query.")
    entity = named[0]
    if entity not in operations.ENTITIES:
        raise faults.not_modelled(entity)
    operation = str(item.get("operation", "")).lower()
    if operation not in _OPERATIONS:
        raise faults.unsupported(operation or "(none)")
    return {entity: operations.write(company, entity, _body(item[entity], operation), _options(item, operation))}


def _body(body: object, operation: str) -> object:
    """A create ignores an Id, every other operation needs one."""
    if isinstance(body, dict):
        if operation == "create" and body.get("Id"):
            return {key: value for key, value in body.items() if key not in ("Id", "SyncToken")}
        if operation != "create" and not body.get("Id"):
            raise faults.missing("Id")
    return body


def _options(item: Obj, operation: str) -> Options:
    """optionsData carries what `include` does in a single call (F4-6, F4-7)."""
    words = [word.strip().lower() for word in str(item.get("optionsData") or "").split(",")]
    return Options(
        void=operation == "void" or (operation == "update" and "void" in words),
        delete=operation == "delete",
        allow_duplicate_number="allowduplicatedocnum" in words,
    )
