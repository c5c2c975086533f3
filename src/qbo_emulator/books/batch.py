"""A batch: up to 30 independent items, one after another, each with its own outcome (section 4).

What surrounds an item (request ids, faults on demand) is the caller's affair: the item and its work are handed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qbo_emulator.books import faults, operations, query, unmodelled
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj

MOST = 30  # F4-8

# Given an item's index, the item and its work: does the work, or answers or raises something in its place.
Around = Callable[[int, Obj, Callable[[], Obj]], Obj]

_OPERATIONS = ("create", "update", "delete", "void")
_CONTROLS = ("bId", "operation", "optionsData", "Query")


def items_of(body: object) -> list[Obj]:
    """The items that a body holds. Faults 2020 (none), 1040 (too many), 2010 (one is no object)."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise faults.missing("BatchItemRequest")
    if len(items) > MOST:
        raise faults.batch_too_large(MOST)
    if not all(isinstance(item, dict) for item in items):
        raise faults.bad_json("An object is expected in BatchItemRequest.")
    return items


def run(company: Company, items: Sequence[Obj], around: Around, queried: Company) -> list[Obj]:
    """The answers in the order of the items (F4-3); a fault of one does not touch the others (F4-2).

    Queries look at `queried`: the same company, or the state of it that they are to see.
    """
    left = query.LARGEST_PAGE  # objects from all queries of the batch (F4-9)
    answers: list[Obj] = []
    for index, item in enumerate(items):
        answer = _answer(index, item, around, _work(company, item, queried, left))
        left -= answer.get("QueryResponse", {}).get("maxResults", 0)
        answers.append(answer)
    return answers


def _work(company: Company, item: Obj, queried: Company, left: int) -> Callable[[], Obj]:
    if "Query" in item:
        return lambda: {"QueryResponse": query.run(queried, str(item["Query"]), left)}
    return lambda: _write(company, item)


def _answer(index: int, item: Obj, around: Around, work: Callable[[], Obj]) -> Obj:
    """One item's answer with its bId at the end, as recorded."""
    try:
        outcome = around(index, item, work)
    except faults.Fault as fault:
        outcome = {"Fault": fault.as_json()}
    b_id = item.get("bId")
    return {**outcome, "bId": b_id} if b_id is not None else outcome


def _write(company: Company, item: Obj) -> Obj:
    named = [key for key in item if key not in _CONTROLS]
    if len(named) != 1:
        raise faults.of("2600", name="BatchItemRequest", text="an item holds exactly one object or query.")
    entity = named[0]
    if entity not in operations.ENTITIES:
        unmodelled.refuse_known(entity)
        raise faults.of("2000", text=f"there is no object {entity}.")
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
