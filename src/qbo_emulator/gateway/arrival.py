"""What a call means to do, told from its outside: entity and operation of each of its parts.

Limits, the latency model and faults on demand are aimed by this. Whether the books accept it is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # a body from JSON, not looked at yet

from qbo_emulator.books import operations
from qbo_emulator.books.faults import Fault
from qbo_emulator.gateway.call import Call

WRITES = ("create", "update", "delete", "void")
READS = ("read", "query", "cdc")
TOKEN_OPERATIONS = ("exchange", "refresh", "revoke")
OTHER = "other"  # tax service, mail, paths that there are not

_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Act:
    """One part of a call. `entity` is empty where none can be told."""

    entity: str
    operation: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call by its parts: one act, one for each item of a batch, one for each entity of a CDC call."""

    realm_id: str
    is_batch: bool
    acts: tuple[Act, ...]

    @property
    def reads(self) -> int:
        """Metered reads: a batch makes as many as it holds queries, every other call one or none."""
        reads = sum(act.operation in READS for act in self.acts)
        return reads if self.is_batch else min(reads, 1)


def arrival_of(call: Call) -> Arrival:
    """The call by its parts; what cannot be read is one part of which nothing is known."""
    try:
        acts = _acts(call)
    except Fault:
        acts = ()
    return Arrival(call.realm_id, call.is_batch, acts or (Act("", OTHER),))


def arrival_of_token(operation: str) -> Arrival:
    """A call of the token endpoints: exchange, refresh or revoke."""
    return Arrival("", False, (Act("Token", operation),))


def _acts(call: Call) -> tuple[Act, ...]:
    match call.method, call.segments:
        case "GET", ("query",):
            return (_query(call.params.get("query", "")),)
        case "POST", ("query",):
            return (_query(call.text),)
        case "GET", ("cdc",):
            return tuple(Act(_entity(name.strip()), "cdc") for name in call.params.get("entities", "").split(","))
        case "POST", ("batch",):
            return _items(call.content)
        case "GET", ((path,) | (path, _)):
            return (Act(_entity(path), "read"),)
        case "POST", (path,):
            return (Act(_entity(path), _single(call.params, call.content)),)
    return (Act("", OTHER),)


def _entity(name: str) -> str:
    """The exact name of an entity, whatever the case; what is unknown stays as it is."""
    return operations.BY_PATH.get(name.lower(), name)


def _query(text: str) -> Act:
    found = _FROM.search(text)
    return Act(_entity(found[1]) if found else "", "query")


def _items(content: Any) -> tuple[Act, ...]:
    items = content.get("BatchItemRequest") if isinstance(content, dict) else None
    return tuple(_item(item) for item in items) if isinstance(items, list) else ()


def _item(item: object) -> Act:
    if not isinstance(item, dict):
        return Act("", OTHER)
    if "Query" in item:
        return _query(str(item["Query"]))
    entity = next((key for key in item if key in operations.ENTITIES), "")
    return Act(entity, _operation(item.get("operation"), item.get("optionsData"), item.get(entity)))


def _single(params: Mapping[str, str], body: object) -> str:
    return _operation(params.get("operation"), params.get("include"), body)


def _operation(named: object, options: object, body: object) -> str:
    """The operation by its name, by the options beside it, or by whether the body has an Id."""
    operation = str(named or "").lower()
    if "void" in (operation, *str(options or "").lower().split(",")):
        return "void"
    if operation in WRITES:
        return operation
    if operation:
        return OTHER
    return "update" if isinstance(body, dict) and body.get("Id") else "create"
