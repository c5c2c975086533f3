"""Calls to QuickBooks as data: built here byte for byte, so that they can be stored, sent and sent again unchanged.

Every write carries a request id and is checked against the allow-list. Pure: nothing is sent here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import UNSET, structs

from qbo_client.wire.base import EntityBase, encode
from qbo_client.wire.company import CompanyInfo, Preferences
from qbo_client.wire.entities import ENTITY_TYPES, Operation, check_allowed, name_of
from qbo_client.wire.query import timestamp
from qbo_client.wire.sales import Invoice, Payment

MINOR_VERSION: Final = "75"
"""The schema version; smaller ones are ignored since August 2025 {F3.5-1}."""

MAX_BATCH_ITEMS: Final = 30
"""The most items of one batch call {F1.1-6}."""

JSON: Final = "application/json"
QUERY_TEXT: Final = "application/text"

_MAX_QUERY_IN_URL = 1_500
_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_NO_CHANGES_OF = frozenset({"TaxCode", "TaxRate", "CompanyInfo"})


class Lane(StrEnum):
    """Which limits a call counts against."""

    SINGLE = "single"
    BATCH = "batch"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call. `path` is relative to `/v3/company/{realm}/`; `body` is sent exactly as it is here.

    `size` is how many items a batch holds; of any other call, 1.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str
    lane: Lane
    size: int = 1


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One item of a batch: a write (`operation` and `entity`) or a query (`query`).

    `bid` is at most 10 characters and unique in its batch {F3.4-2}. Deletes and voids need `id` and `sync_token` only.
    """

    bid: str
    operation: Operation | None = None
    entity: EntityBase | None = None
    query: str = ""


def create(entity: EntityBase, request_id: str, *, same_number: bool = False) -> Call:
    """Return the call that creates `entity`. Raises ValueError if it has an id, or may not be created.

    `same_number`: QuickBooks takes it though another one has its number {F3.2-11}.
    """
    options = (("include", "allowduplicatedocnum"),) if same_number else ()
    return _write(_checked(entity, Operation.CREATE), request_id, *options)


def update(entity: EntityBase, request_id: str) -> Call:
    """Return the call that changes just the fields set in `entity`: a sparse update {F3.2-4}.

    Lists such as `line` are replaced as a whole. Raises ValueError without an id or a sync token.
    """
    return _write(_checked(entity, Operation.UPDATE), request_id)


def delete(kind: type[Invoice] | type[Payment], entity_id: str, sync_token: str, request_id: str) -> Call:
    """Return the call that deletes a transaction {F3.2-5}."""
    entity = _checked(kind(id=entity_id, sync_token=sync_token), Operation.DELETE)
    return _write(entity, request_id, ("operation", "delete"))


def void(kind: type[Invoice] | type[Payment], entity_id: str, sync_token: str, request_id: str) -> Call:
    """Return the call that voids a transaction: an invoice by its own operation {F3.2-7}, a payment as a kind of
    sparse update {F3.2-8}."""
    entity = _checked(kind(id=entity_id, sync_token=sync_token), Operation.VOID)
    if isinstance(entity, Payment):
        return _write(entity, request_id, ("operation", "update"), ("include", "void"))
    bare = structs.replace(entity, sparse=UNSET)
    return _write(bare, request_id, ("operation", "void"))


def batch(items: Sequence[BatchItem], request_id: str) -> Call:
    """Return the call that sends 1 to 30 `items`; the key of each item is request id plus bid {F3.4-2}.

    The order of execution is not to be relied on {F4-4}, and the items stand or fall one by one {F4-2}.
    Raises ValueError for too many items, equal bids, and whatever would be refused of a single call.
    """
    if not 1 <= len(items) <= MAX_BATCH_ITEMS:
        raise ValueError(f"a batch has 1 to {MAX_BATCH_ITEMS} items, not {len(items)}")
    if len({item.bid for item in items}) < len(items):
        raise ValueError("the bids of a batch must differ")
    _check_token("request id of a batch", request_id, 36)
    body = encode({"BatchItemRequest": [_batch_item(item) for item in items]})
    return Call("POST", "batch", _params(("requestid", request_id)), body, JSON, Lane.BATCH, len(items))


def query(text: str) -> Call:
    """Return the call that runs a query; a long text goes into the body, since addresses have limits {F5.1-1}."""
    if len(text) > _MAX_QUERY_IN_URL:
        return Call("POST", "query", _params(), text.encode(), QUERY_TEXT, Lane.READ)
    return _read("query", ("query", text))


def read(kind: type, entity_id: str) -> Call:
    """Return the call that reads one entity by id {F3.2-2}."""
    _check_token(f"id of {name_of(kind)}", entity_id, 64)
    return _read(f"{name_of(kind).lower()}/{entity_id}")


def read_preferences() -> Call:
    """Return the call that reads the company's preferences (section 7.10)."""
    return _read(name_of(Preferences).lower())


def read_company_info(realm_id: str) -> Call:
    """Return the call that reads who the company is (section 7.11); its id in the path is the realm's."""
    return read(CompanyInfo, realm_id)


def cdc(entity_names: Sequence[str], since: datetime) -> Call:
    """Return the call that asks what changed in these entities since an aware time, at most 30 days ago {F5.2-2}.

    Raises ValueError for a name that is no entity of ours or has no change data {F5.2-4}.
    """
    wrong = [name for name in entity_names if name not in ENTITY_TYPES or name in _NO_CHANGES_OF]
    if wrong or not entity_names:
        raise ValueError(f"no change data can be asked of {', '.join(wrong) or 'nothing'}")
    return _read("cdc", ("entities", ",".join(entity_names)), ("changedSince", timestamp(since)))


def _read(path: str, *params: tuple[str, str]) -> Call:
    return Call("GET", path, _params(*params), b"", "", Lane.READ)


def _write(entity: EntityBase, request_id: str, *params: tuple[str, str]) -> Call:
    _check_token("request id", request_id, 50)
    path = name_of(type(entity)).lower()
    return Call("POST", path, _params(*params, ("requestid", request_id)), encode(entity), JSON, Lane.SINGLE)


def _params(*params: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*params, ("minorversion", MINOR_VERSION))


def _batch_item(item: BatchItem) -> dict[str, object]:
    _check_token("bid", item.bid, 10)
    if item.entity is None or item.operation is None:
        return {"bId": item.bid, "Query": _only_query(item)}
    if item.query:
        raise ValueError(f"batch item {item.bid}: an entity or a query, not both")
    name, entity = name_of(type(item.entity)), _checked(item.entity, item.operation)
    if item.operation is Operation.VOID:  # the documented form for all transactions {F4-6}
        return {"bId": item.bid, "operation": "update", "optionsData": "void", name: entity}
    return {"bId": item.bid, "operation": str(item.operation), name: entity}


def _only_query(item: BatchItem) -> str:
    if not item.query or item.entity is not None or item.operation is not None:
        raise ValueError(f"batch item {item.bid} needs an operation with an entity, or a query")
    return item.query


def _checked(entity: EntityBase, operation: Operation) -> EntityBase:
    """Return `entity` as it goes over the wire for this operation, or raise ValueError."""
    kind, name = type(entity), name_of(type(entity))
    check_allowed(kind, operation)
    if operation is Operation.CREATE:
        if entity.id is not UNSET or entity.sync_token is not UNSET:
            raise ValueError(f"{name}: what is created has no id and no sync token yet")
        return entity
    if not entity.id or not entity.sync_token:
        raise ValueError(f"{name}: {operation} needs an id and a sync token")
    if operation is Operation.UPDATE:
        return structs.replace(entity, sparse=True)
    sparse = True if operation is Operation.VOID else UNSET
    return kind(id=entity.id, sync_token=entity.sync_token, sparse=sparse)


def _check_token(what: str, value: str, longest: int) -> None:
    if not _TOKEN.fullmatch(value) or len(value) > longest:
        raise ValueError(f"{what}: 1 to {longest} letters, digits, '.', '_' or '-', not {value!r}")
