"""One consistent snapshot of what is due: records, links, references and names, read in a transaction of its own.

`REPEATABLE READ, READ ONLY`, so that a record, its lines and its revision belong together (invariant 4).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.connect.readiness import Readiness, chosen_codes, code_rates, codes_by_rate, from_json
from bluepro.quickbooks.models import Connection, TakenName
from bluepro.quickbooks.plan import NAMES, Capacity
from bluepro.quickbooks.snapshot import (
    Books,
    InvoiceRecord,
    Kind,
    LinkState,
    PaymentRecord,
    Record,
    TaxMode,
)
from bluepro.quickbooks.store import brake, records
from bluepro.quickbooks.store.choosing import Chosen, choose
from bluepro.quickbooks.store.due import DueRow, Scope, linked_rows
from bluepro.quickbooks.store.linked import entity_ids, generations, left_out
from bluepro.quickbooks.store.walking import Rounds
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate.outcome import Held, Refs
from bluepro.quickbooks.work import Candidate, RecordKey, Work

OTHER_LISTS = ("vendor", "employee")
NAME_PREFIX = 40  # of a key: enough to find all suffixed forms of a name, shortened ones too


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction that sees one moment. Must not be opened inside another transaction."""
    with transaction.atomic(durable=True):
        with database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def load(connection_id: int, now: datetime, capacity: Capacity, rounds: Rounds) -> Work:
    """What is due now, enough for the capacity, in dependency order."""
    with snapshot():
        connection = Connection.objects.select_related("workspace").get(id=connection_id)
        scope = Scope(connection.workspace_id, connection.realm_id, now)
        return _work(connection, scope, choose(scope, capacity, rounds))


def load_these(connection_id: int, now: datetime, keys: Sequence[RecordKey]) -> Work:
    """These linked records, due or not."""
    with snapshot():
        connection = Connection.objects.select_related("workspace").get(id=connection_id)
        scope = Scope(connection.workspace_id, connection.realm_id, now)
        return _work(connection, scope, Chosen(tuple(linked_rows(scope, keys)), {}, names_busy=False))


def scope_of(connection: Connection, now: datetime) -> Scope:
    """The scope of a connection's company."""
    return Scope(connection.workspace_id, connection.realm_id, now)


def _work(connection: Connection, scope: Scope, chosen: Chosen) -> Work:
    loaded = _records(connection, chosen.rows)
    former = generations(scope, [(row.kind, row.record_id) for row in chosen.rows if row.link is None])
    candidates = tuple(
        Candidate(
            row.kind,
            row.record_id,
            row.revision,
            loaded.get((row.kind, row.record_id)),
            row.link or _next_generation(row, former),
            chosen.groups.get((row.kind, row.record_id), 0),
            (row.kind, row.record_id) in chosen.fresh,
        )
        for row in chosen.rows
    )
    wanted = _wanted_keys(candidates)
    return Work(
        books=books(connection),
        refs=_refs(scope, loaded.values()),
        candidates=candidates,
        taken=_taken(scope, wanted),
        held_by_others=_held_by_others(scope, wanted),
        left_out=left_out(scope, _paid(loaded.values())),
        names_busy=chosen.names_busy,
        fresh_waits=bool(chosen.fresh),
        **(_brake(connection, scope) if _any_stands_there(candidates) else {}),
        more=chosen.more,
    )


def _brake(connection: Connection, scope: Scope) -> dict[str, Any]:  # Any: a part of Work's fields
    return {"brake": brake.is_on(connection, scope), "braked": brake.held(connection)}


def _any_stands_there(candidates: Sequence[Candidate]) -> bool:
    return any(one.link is not None and one.link.entity_id for one in candidates if one.kind not in NAMES)


def _next_generation(row: DueRow, former: dict[RecordKey, int]) -> LinkState | None:
    """A link yet to be made, if the record had an entity before: what is made now must not pass for that one."""
    known = former.get((row.kind, row.record_id))
    return LinkState(0, row.kind, row.record_id, generation=known + 1) if known else None


def books(connection: Connection) -> Books:
    """What a push needs to know of the QuickBooks company, from the stored mapping and readiness."""
    closing = connection.readiness.get("book_close_date")
    dates = [
        datetime.strptime(closing, "%Y-%m-%d").date() if closing else None,  # noqa: DTZ007  (a calendar date)
        connection.workspace.books_locked_through,
    ]
    mode = TaxMode(connection.tax_mode or TaxMode.AUTOMATED)
    known = from_json(connection.readiness) if mode is not TaxMode.AUTOMATED else Readiness()
    return Books(
        era=connection.era,
        income_account=connection.income_account,
        discount_account=connection.discount_account,
        deposit_account=connection.deposit_account,
        tax_mode=mode,
        tax_code=connection.tax_code,
        catch_all_item=connection.catch_all_item,
        tax_item=connection.tax_item,
        discount_item=connection.discount_item,
        allow_discount=bool(connection.readiness.get("allow_discount", True)),
        methods={one.method: (one.method_id, one.deposit_account) for one in connection.methods.all()},
        tax_codes=codes_by_rate(known, chosen_codes(connection.tax_codes)),
        code_rates=code_rates(known),
        start_date=connection.start_date,
        closed_through=max((date for date in dates if date), default=None),
    )


def _records(connection: Connection, rows: Sequence[DueRow]) -> dict[RecordKey, Record]:
    accounts = records.AccountNames(connection.readiness.get("accounts", []))
    by_kind: dict[Kind, list[int]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row.record_id)
    return {
        (kind, record_id): record
        for kind, ids in by_kind.items()
        for record_id, record in records.load(kind, ids, accounts).items()
    }


def _paid(loaded: Iterable[Record]) -> set[int]:
    """The invoices that the payments among these records pay."""
    return {one for record in loaded if isinstance(record, PaymentRecord) for one, _ in record.allocations}


def _refs(scope: Scope, loaded: Iterable[Record]) -> Refs:
    needed: dict[Kind, set[int]] = defaultdict(set)
    for record in loaded:
        if isinstance(record, InvoiceRecord):
            needed[Kind.CONTACT].add(record.contact_id)
            needed[Kind.SERVICE] |= {line.service_id for line in record.lines if line.service_id is not None}
        if isinstance(record, PaymentRecord):
            needed[Kind.CONTACT].add(record.contact_id)
            needed[Kind.INVOICE] |= {invoice for invoice, _ in record.allocations}
    found = {kind: entity_ids(scope, kind, ids) for kind, ids in needed.items()}
    return Refs(found.get(Kind.CONTACT, {}), found.get(Kind.SERVICE, {}), found.get(Kind.INVOICE, {}))


def _wanted_keys(candidates: Sequence[Candidate]) -> dict[Kind, set[str]]:
    wanted: dict[Kind, set[str]] = defaultdict(set)
    for candidate in candidates:
        if candidate.kind in NAMES and candidate.record is not None:
            name = names.wanted_name(candidate.record)  # type: ignore[arg-type]  # names are of contacts and services
            if not isinstance(name, Held):
                wanted[candidate.kind].add(names.key(name))
    return wanted


def _taken(scope: Scope, wanted: dict[Kind, set[str]]) -> dict[tuple[Kind, str], int]:
    """Names in use that look like a wanted one, by the record that has them (0: not ours)."""
    taken: dict[tuple[Kind, str], int] = {}
    for kind, keys in wanted.items():
        prefixes = sorted({key[:NAME_PREFIX] for key in keys})
        with database.cursor() as cursor:
            cursor.execute(_SIMILAR_LINKS, [prefixes, scope.realm_id, int(kind)])
            taken |= {(kind, key): record_id for key, record_id in cursor.fetchall()}
            cursor.execute(_SIMILAR_TAKEN, [prefixes, scope.realm_id, int(kind)])
            taken |= {(kind, key): 0 for (key,) in cursor.fetchall()}
    return taken


# A range per prefix, which the index answers; LIKE ANY would read all names of the realm.
_SIMILAR = """
  FROM unnest(%s::text[]) AS wanted (prefix) JOIN {table} known
    ON known.realm_id = %s AND known.kind = %s
   AND known.name_key >= wanted.prefix AND known.name_key < wanted.prefix || chr(1114111)
"""
_SIMILAR_LINKS = (
    f"SELECT known.name_key, known.record_id {_SIMILAR.format(table='quickbooks_link')}"
    " WHERE known.name_key <> '' AND known.removed_at IS NULL"
    " AND (known.entity_id IS NOT NULL OR known.open_request IS NOT NULL)"
)
_SIMILAR_TAKEN = f"SELECT known.name_key {_SIMILAR.format(table='quickbooks_takenname')}"


def _held_by_others(scope: Scope, wanted: dict[Kind, set[str]]) -> frozenset[str]:
    """The keys among the wanted customers' names that a vendor or an employee holds."""
    held = TakenName.objects.filter(
        realm_id=scope.realm_id,
        kind=int(Kind.CONTACT),
        name_key__in=wanted.get(Kind.CONTACT, set()),
        holder__in=OTHER_LISTS,
    )
    return frozenset(held.values_list("name_key", flat=True))
