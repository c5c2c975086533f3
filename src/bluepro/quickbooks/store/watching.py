"""Reading what changed in QuickBooks: when it is due, where it stands, which links it is about, and what follows.

The place is kept per realm, so that connecting again goes on where it ended. It begins when Sync Data is pressed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.db.models.functions import Coalesce, Least

from bluepro.common.words import day_in_words, dollars
from bluepro.quickbooks.choices import DRIFT
from bluepro.quickbooks.models import Change, Connection, Link, Watch
from bluepro.quickbooks.seen import Ask, Changed, Follows, Key, Known, Newer, Overwrite, Place, key_of
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import drifts, leases, linked, problems, sql
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.store.reads import may_read
from bluepro.quickbooks.work import Carried
from qbo_client import wire

EVERY = timedelta(days=1)
OWN_CHANGES = 500  # an answer holds 1,000 objects; those of the last seconds are seen twice, and others write too
AGAIN = timedelta(minutes=5)  # after an answer that could not be had or read, and for what our own writes move
COLLECT = timedelta(seconds=20)  # webhooks of so long are answered by one reading, and so far are two of them apart


def ask(realm_id: str, now: datetime) -> None:
    """Has the changes read at once. Begins to watch a new realm."""
    made, new = Watch.objects.get_or_create(realm_id=realm_id, defaults={"through": now, "read_at": now})
    if not new:
        Watch.objects.filter(pk=made.pk).update(ask_at=now)


def ask_again(realm_id: str, now: datetime) -> None:
    """Has the changes read in a while: what was written may have changed something else there."""
    Watch.objects.filter(realm_id=realm_id).update(ask_at=_sooner(now + AGAIN, now))


def _sooner(at: datetime, now: datetime) -> Case:
    """The time to ask, at the latest `at`. What is due may be being answered just now: then it is due anew.

    Lists that are read page by page are not held up by it.
    """
    due = Q(ask_at__lte=now) | Q(ask_at=None, kind__isnull=False)
    return Case(When(due, then=Value(now)), default=Least(Coalesce("ask_at", at), at))


def ask_soon(told: Mapping[str, datetime], now: datetime) -> int:
    """Has the changes of these realms read after a pause that collects more of them; answers how many realms that are.

    `told` has the time of each realm's latest change; what was read already, and realms that are not watched, count as
    nothing.
    """
    soon, count = now + COLLECT, 0
    for realm_id, at in told.items():
        news = Watch.objects.filter(realm_id=realm_id, through__lt=at)
        count += news.exclude(ask_at__gt=now, ask_at__lte=soon).update(ask_at=_sooner(soon, now))
    return count


def due_now(now: datetime) -> Q:
    """The watches that are due by their time: asked for, a day old, or half read."""
    return Q(ask_at__lte=now) | Q(read_at__lte=now - EVERY) | Q(kind__isnull=False, ask_at=None)


def next_asked(realm_id: str, now: datetime) -> datetime | None:
    """When the changes are to be read because that was asked for; None if it was not, or no read is left this month."""
    watch = Watch.objects.filter(realm_id=realm_id).exclude(ask_at=None).first()
    return watch.ask_at if watch is not None and may_read(now) else None


def is_due(realm_id: str, now: datetime) -> bool:
    """Whether the changes are to be read now, and may be."""
    return Watch.objects.filter(due_now(now), realm_id=realm_id).exists() and may_read(now)


@dataclass(frozen=True, slots=True)
class Watched:
    """Where the reading stands, how many objects the next answer may hold by our own doing, and what was asked for."""

    place: Place
    own_changes: int
    ask_at: datetime | None = None

    def answers(self, now: datetime) -> datetime | None:
        """The time that was asked for and that a reading which begins now answers.

        None for what is not due, and while lists are read page by page: they end at an earlier time than what was asked
        for meanwhile.
        """
        due = self.place.kind is None and self.ask_at is not None and self.ask_at <= now
        return self.ask_at if due else None


def moved_by(carried: Carried) -> int:
    """How many objects a write makes show up as changed, at the most: with a payment its invoices move {F5.2-5}.

    That the customer moves too, whose balance changes, is what the local QuickBooks does [I].
    """
    return 1 + (carried.kind in (Kind.INVOICE, Kind.PAYMENT)) + len(carried.refers_to)


_OWN_CHANGES = """
SELECT COALESCE(sum(1 + (link.kind IN (3, 4))::int + cardinality(link.refers_to)), 0)::bigint
  FROM quickbooks_connection connection
  JOIN quickbooks_request request ON request.connection_id = connection.id AND request.committed_at > %(since)s
   AND request.purpose = 'push'
  JOIN quickbooks_requestitem item ON item.request_id = request.id
  JOIN quickbooks_link link ON link.id = item.link_id
 WHERE connection.realm_id = %(realm)s
"""


def watched(connection: Connection) -> Watched | None:
    """None for a realm that is not watched yet."""
    watch = Watch.objects.filter(realm_id=connection.realm_id).first()
    if watch is None:
        return None
    place = Place(
        watch.through, None if watch.kind is None else Kind(watch.kind), watch.since, watch.start, watch.until
    )
    ((own,),) = sql.rows(_OWN_CHANGES, {"realm": connection.realm_id, "since": watch.read_at})
    return Watched(place, own, watch.ask_at)


# What is as our last write left it is most of what an answer shows: it is not even loaded.
_LINKS = """
SELECT link.*
  FROM unnest(%(ids)s::text[], %(tokens)s::text[]) AS seen (entity_id, token)
  JOIN quickbooks_link link ON link.realm_id = %(realm)s AND link.kind = %(kind)s AND link.entity_id = seen.entity_id
 WHERE link.workspace_id = %(workspace)s AND link.removed_at IS NULL
   AND (link.open_request IS NOT NULL OR link.sync_token <> seen.token)
"""


def known(scope: Scope, entities: Iterable[Changed]) -> dict[Key, Known]:
    """The live links of these entities, without those that are as our last write left them."""
    tokens: dict[Kind, dict[str, str]] = defaultdict(dict)
    for entity in entities:
        key = key_of(entity)
        if key is not None:
            tokens[key[0]][key[1]] = "" if isinstance(entity, wire.Deleted) else wire.given(entity.sync_token, "")
    return {(one.kind, entity_id): one for kind in tokens for entity_id, one in _known(scope, kind, tokens[kind])}


def _known(scope: Scope, kind: Kind, tokens: Mapping[str, str]) -> Iterable[tuple[str, Known]]:
    values = {**scope.values(), "kind": int(kind), "ids": list(tokens), "tokens": list(tokens.values())}
    links = list(Link.objects.raw(_LINKS, values))
    records = [link.record_id for link in links]
    changes = Change.objects.filter(workspace=scope.workspace_id, kind=int(kind), record_id__in=records)
    latest = {one.record_id: one for one in changes.only("record_id", "revision", "dirty")}
    wanted = _wanted(kind, records)
    writes = linked.writes_of_invoices(scope.realm_id, [(kind, link.entity_id or "") for link in links])
    for link in links:
        change, times = latest.get(link.record_id), writes.get(link.entity_id or "", {})
        yield (
            link.entity_id or "",
            Known(
                link.id,
                kind,
                link.record_id,
                change.revision if change else 0,
                _label(link),
                link.sync_token,
                link.asked_token,
                link.owned,
                link.accepted,
                link.record_id in wanted and not link.voided,
                link.open_request is not None or any(None in each for each in times.values()),
                change is not None and change.dirty,
                times,
            ),
        )


_WANTED = {
    Kind.CONTACT: "SELECT id FROM contacts_contact WHERE id = ANY(%s) AND archived_at IS NULL",
    Kind.SERVICE: "SELECT id FROM catalogue_service WHERE id = ANY(%s) AND archived_at IS NULL",
    Kind.INVOICE: "SELECT id FROM invoicing_invoice WHERE id = ANY(%s) AND status = 'issued'",
    Kind.PAYMENT: "SELECT id FROM payments_payment WHERE id = ANY(%s)",
}


def _wanted(kind: Kind, records: Collection[int]) -> set[int]:
    """Those that are still to be in QuickBooks: what was archived, cancelled or deleted here may go there too."""
    with database.cursor() as cursor:
        cursor.execute(_WANTED[kind], [list(records)])
        return {record_id for (record_id,) in cursor.fetchall()}


def _label(link: Link) -> str:
    """What people call the record, as far as its last push tells."""
    if link.kind == Kind.INVOICE:
        return f"Invoice {link.owned.get('DocNumber', '')}"
    if link.kind != Kind.PAYMENT:
        return link.name
    amount, day = link.owned.get("TotalAmt", "0"), link.owned.get("TxnDate")
    on = f" on {day_in_words(datetime.fromisoformat(day).date())}" if isinstance(day, str) else ""
    return f"Payment of {dollars(Decimal(str(amount)))}{on}"


def settle(
    lease: Lease, scope: Scope, found: Sequence[Follows], place: Place, *, asked_at: datetime | None, again: bool
) -> None:
    """Saves what follows and where the reading stands, in one transaction. Raises LeaseLost.

    `asked_at` is what has been answered by this; what was asked for since stays asked, after a pause. `again`: in a
    while it is read once more, for what was still being written.
    """
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        _take_tokens([one for one in found if isinstance(one, Newer)], lease, scope.now)
        _overwrite([one for one in found if isinstance(one, Overwrite)], scope.now)
        _ask([one for one in found if isinstance(one, Ask)], lease, scope.now)
        left = _still_asked(asked_at, place, scope.now)
        Watch.objects.filter(realm_id=scope.realm_id).update(**_columns(place), read_at=scope.now, ask_at=left)
        if again:
            ask_again(scope.realm_id, scope.now)


def _still_asked(asked_at: datetime | None, place: Place, now: datetime) -> Case:
    """What was asked for while `asked_at` was answered: read after a pause, but at once where pages follow anyway."""
    answered = When(ask_at=asked_at, then=Value(None, DateTimeField()))
    if place.kind is not None:
        return Case(answered, When(ask_at__isnull=False, then=Value(now)), default=F("ask_at"))
    return Case(answered, When(ask_at__lte=now, then=Value(now + COLLECT)), default=F("ask_at"))


def put_off(realm_id: str, now: datetime) -> None:
    """After an answer that could not be had: asked again in a while."""
    Watch.objects.filter(realm_id=realm_id).update(ask_at=now + AGAIN, read_at=now)


def _columns(place: Place) -> dict[str, Any]:  # Any: columns of many types
    return {
        "through": place.through,
        "kind": None if place.kind is None else int(place.kind),
        "since": place.since,
        "start": place.start,
        "until": place.until,
    }


_TAKE = """
UPDATE quickbooks_link AS link
   SET sync_token = seen.token, asked_token = '', agreed = link.agreed - 'left',
       held_revision = CASE WHEN link.asked_token = '' THEN link.held_revision END
  FROM unnest(%s::bigint[], %s::text[]) AS seen (id, token)
 WHERE link.id = seen.id AND link.open_request IS NULL
"""
_HOLD = """
UPDATE quickbooks_link AS link
   SET held_revision = seen.revision, held_for = seen.cause, asked_token = seen.token,
       agreed = link.agreed - ARRAY['overwrite', 'left']
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS seen (id, revision, cause, token)
 WHERE link.id = seen.id
"""


def _take_tokens(found: Sequence[Newer], lease: Lease, now: datetime) -> None:
    """Takes the tokens over; a change that was asked about and has been taken back there is no question any more."""
    if not found:
        return
    with database.cursor() as cursor:
        cursor.execute(_TAKE, [[one.known.link_id for one in found], [one.token for one in found]])
    settled = [(one.known.kind, one.known.record_id) for one in found if one.known.asked_token]
    problems.close_fixed(lease.connection_id, settled, now, only=DRIFT)


_HELD_OTHERWISE = Case(When(asked_token="", then=F("held_revision")))  # what was held for the question goes again


def _overwrite(found: Sequence[Overwrite], now: datetime) -> None:
    for one in found:
        Link.objects.filter(id=one.known.link_id).update(
            sync_token=one.token,
            asked_token="",
            fingerprint="",
            stale=True,
            held_revision=_HELD_OTHERWISE,
            retry_at=None,
            attempts=0,
        )
    drifts.keep([(one.known.link_id, one.fields) for one in found], now)


def _ask(found: Sequence[Ask], lease: Lease, now: datetime) -> None:
    if not found:
        return
    with database.cursor() as cursor:
        columns = ([one.known.link_id for one in found], [one.known.revision for one in found])
        cursor.execute(_HOLD, [*columns, [one.trouble.cause for one in found], [one.token for one in found]])
    problems.open_all(
        lease.connection_id,
        [problems.Found(one.known.kind, one.known.record_id, one.known.label, one.trouble) for one in found],
        now,
    )
