"""After a restored backup: the era, what is matched with what, and what is told. Nothing is sent before it is done.

A restored database has forgotten what was sent after the backup. All that changed in QuickBooks since is read; sales
are linked by their marker, customers and items by name if they were made since.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models import F, Max, Q

from bluepro.quickbooks.models import Connection, ConnectionState, Link, NameClash, Problem, Request, RequestItem, Watch
from bluepro.quickbooks.restoring import UNKNOWN_HERE, Marked, Match, line, marked, unknown
from bluepro.quickbooks.seen import Changed, key_of
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import leases, problems
from bluepro.quickbooks.store.codec import unseal_carried
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.store.linked import owners
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate.carry import pushed_lines
from bluepro.quickbooks.work import Held, Item, Verdict
from qbo_client import wire

SLACK = timedelta(minutes=5)  # our clock and QuickBooks' may differ


def begin(since: datetime | None, now: datetime) -> list[str]:
    """A new era for every connection that has sent anything; answers the companies' names.

    `since` is when the backup was made; without it the last call that the database knows of counts, which is right as
    long as nothing was sent since the restore.
    """
    standing = Connection.objects.filter(synced_since__isnull=False).exclude(state=ConnectionState.DISCONNECTED)
    return [begin_for(connection, since, now) for connection in standing.order_by("id")]


@transaction.atomic
def begin_for(connection: Connection, since: datetime | None, now: datetime) -> str:
    """The same for one company."""
    last = Request.objects.filter(connection=connection).aggregate(at=Max("committed_at"))["at"]
    start = min(one for one in (since, last or connection.synced_since, now) if one is not None) - SLACK
    Connection.objects.filter(pk=connection.pk).update(era=F("era") + 1, name_clash=NameClash.ASK, restored_from=start)
    place = {"kind": int(Kind.CONTACT), "since": start, "start": 1, "until": start, "ask_at": None}
    Watch.objects.update_or_create(realm_id=connection.realm_id, defaults={"through": start, "read_at": now, **place})
    return connection.company_name


def end(connection: Connection) -> None:
    """All of them are matched."""
    Connection.objects.filter(pk=connection.pk).update(restored_from=None)


def is_suspected(connection: Connection, scope: Scope, entities: Sequence[Changed]) -> bool:
    """Whether one of the entities has a marker of ours, and the database should know it and does not.

    A copy made in QuickBooks, what is still being written, and what a person was told of are no such sign.
    """
    found = list(marked(entities))
    owned = owners(scope.realm_id, [(one.kind, one.entity_id) for one in found])
    found = [one for one in found if (one.kind, one.entity_id) not in owned]
    if not found:
        return False
    records, told = _records(scope, found), set(_told(connection.pk)[0])
    strange = _without_record(scope, found, records)
    if any(_told_as(one) not in told for one in strange):
        return True
    return any(_is_forgotten(scope, one, records) for one in found if _is_known(one, records))


def _is_forgotten(scope: Scope, one: Marked, records: "Records") -> bool:
    record_id, workspace_id, _ = records[one.kind, one.mark.ref]
    links = Link.objects.filter(
        workspace=workspace_id, realm_id=scope.realm_id, kind=int(one.kind), record_id=record_id
    )
    accounted = Q(open_request__isnull=False) | Q(entity_id__isnull=False, generation__gte=one.mark.generation)
    return workspace_id == scope.workspace_id and not links.filter(accounted).exists()


def adopt(lease: Lease, scope: Scope, since: datetime, entities: Sequence[Changed]) -> list[Match]:
    """Links what nobody has; answers the sales that are still to be compared, held until that is done.

    Customers and items are linked by name and sent again. What has a marker and no record is told. Raises LeaseLost.
    """
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        keys = [key for entity in entities if (key := key_of(entity)) is not None]
        owned = owners(scope.realm_id, keys)
        _adopt_names(scope, since, [one for one in entities if key_of(one) not in owned])
        found = list(marked(entities))
        refs = _records(scope, found)
        strange = _without_record(scope, [one for one in found if (one.kind, one.entity_id) not in owned], refs)
        _tell(lease, strange, scope.now)
        fresh = [one for one in found if _is_known(one, refs)]
        return [
            match for one in fresh if (match := _adopt(scope, one, refs[one.kind, one.mark.ref], owned)) is not None
        ]


_REFS = {
    Kind.INVOICE: """SELECT r.ref, r.id, r.workspace_id, COALESCE(c.revision, 0) FROM invoicing_invoice r
                  LEFT JOIN quickbooks_change c ON c.workspace_id = r.workspace_id AND c.kind = 3 AND c.record_id = r.id
                      WHERE r.ref = ANY(%s)""",
    Kind.PAYMENT: """SELECT r.ref, r.id, r.workspace_id, COALESCE(c.revision, 0) FROM payments_payment r
                  LEFT JOIN quickbooks_change c ON c.workspace_id = r.workspace_id AND c.kind = 4 AND c.record_id = r.id
                      WHERE r.ref = ANY(%s)""",
}
Records = dict[tuple[Kind, str], tuple[int, int, int]]
"""By kind and reference: the record's id, its workspace and its revision."""


def _records(scope: Scope, found: Iterable[Marked]) -> Records:
    wanted: dict[Kind, list[str]] = defaultdict(list)
    for one in found:
        wanted[one.kind].append(one.mark.ref)
    records: Records = {}
    for kind, refs in wanted.items():
        with database.cursor() as cursor:
            cursor.execute(_REFS[kind], [refs])
            for ref, record_id, workspace_id, revision in cursor.fetchall():
                if (kind, ref) not in records or workspace_id == scope.workspace_id:
                    records[kind, ref] = (record_id, workspace_id, revision)
    return records


def _without_record(scope: Scope, found: Sequence[Marked], records: Records) -> list[Marked]:
    """Those that no record here is known for. A record that was deleted while it was being made in QuickBooks is
    known by the request that carries it, whose outcome is still open."""
    strange = [one for one in found if not _is_known(one, records)]
    under_way = _under_way(scope) if strange else frozenset()
    return [one for one in strange if (one.kind, one.mark.ref) not in under_way]


def _under_way(scope: Scope) -> frozenset[tuple[Kind, str]]:
    """The kinds and references of the sales that requests carry whose outcome is not known yet."""
    items = RequestItem.objects.filter(
        link__workspace=scope.workspace_id, link__realm_id=scope.realm_id, settled=False, carried__isnull=False
    ).exclude(link__open_request=None)
    carried = (unseal_carried(one or b"") for one in items.values_list("carried", flat=True))
    return frozenset((one.kind, one.ref) for one in carried)


def _is_known(one: Marked, records: Records) -> bool:
    return (one.kind, one.mark.ref) in records


def _adopt(scope: Scope, one: Marked, record: tuple[int, int, int], owned: dict[tuple[Kind, str], int]) -> Match | None:
    """The link, made or completed; None if it is linked and compared already, is on its way, or is another's."""
    record_id, workspace_id, revision = record
    if workspace_id != scope.workspace_id:
        return None
    links = Link.objects.filter(workspace=workspace_id, realm_id=scope.realm_id, kind=int(one.kind))
    if (one.kind, one.entity_id) in owned:
        half = links.filter(entity_id=one.entity_id, fingerprint="", asked_token=one.token, removed_at=None).first()
        return None if half is None else _match(one, half, revision)
    live = links.filter(record_id=record_id, removed_at=None).first()
    if live is not None and (live.open_request or (live.entity_id and live.generation >= one.mark.generation)):
        return None
    if live is not None and live.entity_id:
        Link.objects.filter(pk=live.pk).update(removed_at=scope.now, stale=False)
    row = live if live is not None and not live.entity_id else Link(workspace_id=workspace_id, realm_id=scope.realm_id)
    row.kind, row.record_id, row.generation = int(one.kind), record_id, one.mark.generation
    row.entity_id, row.sync_token, row.asked_token = one.entity_id, one.token, one.token
    row.held_revision, row.stale, row.pushed_at, row.retry_at = revision, True, scope.now, None
    row.save()
    return _match(one, row, revision)


def _match(one: Marked, link: Link, revision: int) -> Match:
    return Match(one.kind, link.record_id, link.pk, revision, line(one).capitalize(), one.entity)


_UNLINKED = """
SELECT lower(r.{name}), r.id FROM {table} r
 WHERE r.workspace_id = %(workspace)s AND lower(r.{name}) = ANY(%(names)s)
   AND NOT EXISTS (SELECT 1 FROM quickbooks_link l WHERE l.workspace_id = r.workspace_id AND l.realm_id = %(realm)s
                      AND l.kind = %(kind)s AND l.record_id = r.id AND l.removed_at IS NULL
                      AND (l.entity_id IS NOT NULL OR l.open_request IS NOT NULL))
 ORDER BY r.id DESC
"""
_NAMED = {Kind.CONTACT: ("contacts_contact", "display_name"), Kind.SERVICE: ("catalogue_service", "name")}


def _name(entity: Changed) -> str:
    match entity:
        case wire.Customer():
            return wire.given(entity.display_name, "")
        case wire.Item():
            return wire.given(entity.name, "")
        case _:
            return ""


def _adopt_names(scope: Scope, since: datetime, entities: Sequence[Changed]) -> None:
    """Customers and items made since the backup, whose name a record without an entity has: BluePro's values follow."""
    for kind, (table, column) in _NAMED.items():
        named = {
            _name(one).lower(): one
            for one in entities
            if (key := key_of(one)) is not None and key[0] is kind and _made(one, since) and _name(one)
        }
        values = {**scope.values(), "kind": int(kind), "names": list(named)}
        with database.cursor() as cursor:
            cursor.execute(_UNLINKED.format(table=table, name=column), values)
            found = dict(cursor.fetchall())
        for lowered, record_id in found.items():
            _link_name(scope, kind, record_id, named[lowered])


def _made(entity: Changed, since: datetime) -> bool:
    if not isinstance(entity, wire.Customer | wire.Item):
        return False
    made = wire.given(wire.given(entity.meta_data, wire.MetaData()).create_time, None)
    return made is not None and made >= since


def _link_name(scope: Scope, kind: Kind, record_id: int, entity: Changed) -> None:
    key, name = key_of(entity), _name(entity)
    if key is None or isinstance(entity, wire.Deleted):
        return
    live = Link.objects.filter(
        workspace=scope.workspace_id, realm_id=scope.realm_id, kind=int(kind), record_id=record_id, removed_at=None
    )
    columns = {"entity_id": key[1], "sync_token": str(wire.given(entity.sync_token, "")), "pushed_at": scope.now}
    shown = {"name": name, "name_key": names.key(name), "stale": True, "held_revision": None, "fingerprint": ""}
    if not live.update(**columns, **shown):
        Link.objects.create(
            workspace_id=scope.workspace_id,
            realm_id=scope.realm_id,
            kind=int(kind),
            record_id=record_id,
            **columns,
            **shown,
        )


def _tell(lease: Lease, strange: Sequence[Marked], now: datetime) -> None:
    """One problem for all of them; it grows with every page."""
    ids, lines = _told(lease.connection_id)
    fresh = [one for one in strange if _told_as(one) not in ids]
    if fresh:
        ids += [_told_as(one) for one in fresh]
        lines += [line(one) for one in fresh]
        label = "Restored backup"
        problems.open_all(lease.connection_id, [problems.Found(None, None, label, unknown(lines, ids))], now)


def _told(connection_id: int) -> tuple[list[str], list[str]]:
    """What people were told of, ever, and the lines about what is told still."""
    last = Problem.objects.filter(connection=connection_id, cause=UNKNOWN_HERE).order_by("-id").first()
    if last is None:
        return [], []
    return list(last.detail["ids"]), [] if last.closed_at else list(last.detail["lines"])


def _told_as(one: Marked) -> str:
    return f"{one.kind.name} {one.entity_id}"


def remember(pairs: Iterable[tuple[Item, Verdict]], entities: Sequence[wire.Entity]) -> None:
    """What would have been sent counts as the last push of what is asked about: so both answers are possible."""
    for (item, verdict), entity in zip(pairs, entities, strict=True):
        if isinstance(verdict, Held) and item.carried.fingerprint:
            lines = pushed_lines(entity, item.carried.line_keys) if isinstance(entity, wire.Invoice) else ()
            Link.objects.filter(pk=item.carried.link_id).update(
                owned=item.carried.owned,
                fingerprint=item.carried.fingerprint,
                lines=[{"key": one.key, "line_id": one.line_id, "body": one.body} for one in lines],
                refers_to=list(item.carried.refers_to),
                stale=False,
            )
