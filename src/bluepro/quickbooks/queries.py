"""Reads of the bridge for pages: how records stand, what was sent for one record, and the problems. Writes nothing.

Every function makes a fixed number of queries, whatever the number of records.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Model

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.payments.models import Payment
from bluepro.quickbooks.arrivals import Arrival, arrivals
from bluepro.quickbooks.models import (
    Change,
    Connection,
    ConnectionState,
    Drift,
    Link,
    Problem,
    Request,
    RequestItem,
    SignInAttempt,
)
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.standing import Facts, SyncState, standing
from bluepro.workspaces.models import TaxRate

MODELS: Mapping[Kind, type[Model]] = {
    Kind.CONTACT: Contact,
    Kind.SERVICE: Service,
    Kind.INVOICE: Invoice,
    Kind.PAYMENT: Payment,
}
HISTORY = 50


def kind_of(name: str) -> Kind:
    """The kind called "contact", "service", "invoice" or "payment". Raises KeyError."""
    return Kind[name.upper()]


def active_or_none(workspace_id: int) -> Connection | None:
    """The workspace's connection, also a paused or lost one."""
    return Connection.objects.filter(workspace=workspace_id).exclude(state=ConnectionState.DISCONNECTED).first()


def last_connection(workspace_id: int) -> Connection | None:
    """The connection made last, also one that was ended."""
    return Connection.objects.filter(workspace=workspace_id).order_by("-connected_at", "-id").first()


def _current(workspace_id: int) -> tuple[Connection | None, str]:
    """The active connection, and the realm whose links count; one query."""
    found = list(Connection.objects.filter(workspace=workspace_id).order_by("-connected_at", "-id"))
    active = next((one for one in found if one.state != ConnectionState.DISCONNECTED), None)
    return active, active.realm_id if active else (found[0].realm_id if found else "")


def sync_states(workspace_id: int, kind: str, ids: Collection[int], *, now: datetime) -> dict[int, SyncState]:
    """How each of these records of a kind ("contact", "service", "invoice", "payment") stands; at most seven
    queries."""
    return _states(workspace_id, kind_of(kind), list(ids), now)


def _states(workspace_id: int, kind: Kind, ids: Sequence[int], now: datetime) -> dict[int, SyncState]:
    connection, realm = _current(workspace_id)
    changes = {
        one.record_id: one for one in Change.objects.filter(workspace=workspace_id, kind=int(kind), record_id__in=ids)
    }
    links = {one.record_id: one for one in _live_links(workspace_id, realm, kind, ids)}
    asking = _asking([one.open_request for one in links.values() if one.open_request])
    opened, dismissed = _problems(connection, kind, ids)
    statuses, days = _statuses_and_days(workspace_id, kind, ids)
    found = {}
    for record_id in ids:
        change, link = changes.get(record_id), links.get(record_id)
        facts = Facts(
            kind=kind,
            record_id=record_id,
            connection=connection,
            dirty=change.dirty if change else False,
            revision=change.revision if change else 0,
            status=statuses.get(record_id, ""),
            day=days.get(record_id),
            link=link,
            asking=asking.get(link.open_request, "") if link and link.open_request else "",
            problem=opened.get(record_id),
            dismissed=dismissed.get(record_id),
        )
        found[record_id] = standing(facts, now)
    return found


def _live_links(workspace_id: int, realm: str, kind: Kind, ids: Collection[int]) -> list[Link]:
    links = Link.objects.filter(workspace=workspace_id, realm_id=realm, kind=int(kind), record_id__in=ids)
    return list(links.filter(removed_at=None).defer("owned", "lines"))


def _asking(ids: Sequence[UUID]) -> dict[UUID, str]:
    return dict(Request.objects.filter(id__in=ids).values_list("id", "state"))


def _problems(
    connection: Connection | None, kind: Kind, ids: Collection[int]
) -> tuple[dict[int, Problem], dict[int, Problem]]:
    """The open problems of these records, and those that a person dismissed last."""
    opened, dismissed = dict[int, Problem](), dict[int, Problem]()
    if connection is None:
        return opened, dismissed
    rows = Problem.objects.filter(connection=connection, kind=int(kind), record_id__in=ids).order_by("id")
    for row in rows:
        if row.record_id is None:
            continue
        if row.closed_at is None:
            opened[row.record_id] = row
        elif row.closed_by:
            dismissed[row.record_id] = row
        else:
            dismissed.pop(row.record_id, None)
    return opened, dismissed


def _statuses_and_days(
    workspace_id: int, kind: Kind, ids: Collection[int]
) -> tuple[dict[int, str], dict[int, date | None]]:
    """Invoices' stored statuses, and the days that decide whether an invoice or payment is old; one query."""
    if kind is Kind.INVOICE:
        invoices = Invoice.objects.filter(workspace=workspace_id, pk__in=ids).values_list("pk", "status", "issue_date")
        rows = list(invoices)
        return {pk: status for pk, status, _ in rows}, {pk: day for pk, _, day in rows}
    if kind is Kind.PAYMENT:
        payments = Payment.objects.filter(workspace=workspace_id, pk__in=ids)
        newest = payments.annotate(newest=Max("allocations__invoice__issue_date"))
        return {}, {
            pk: max(paid_on, day or paid_on) for pk, paid_on, day in newest.values_list("pk", "paid_on", "newest")
        }
    return {}, {}


@dataclass(frozen=True, slots=True)
class Push:
    """One request that carried the record: what it asked for, which owned fields it changed (names of QuickBooks), and
    what was answered. `taken` None while it is open; `code` is the fault's, `tid` QuickBooks' own mark of the call."""

    operation: str
    changed: tuple[str, ...]
    sent_at: datetime
    answered_at: datetime | None
    taken: bool | None
    status: int | None
    code: str
    tid: str
    elapsed_ms: int | None
    reason: str
    request_id: UUID
    batch: bool


@dataclass(frozen=True, slots=True)
class RecordSync:
    """All that a record's page says of QuickBooks."""

    state: SyncState
    pushes: tuple[Push, ...]
    drifts: tuple[Drift, ...]
    may_push: bool
    realm: str
    connected: bool


def record_sync(workspace_id: int, kind: str, record_id: int, *, now: datetime) -> RecordSync:
    """How one record stands, why, and every push of it, the latest first (at most HISTORY)."""
    which = kind_of(kind)
    state = _states(workspace_id, which, [record_id], now)[record_id]
    connection, realm = _current(workspace_id)
    links = Link.objects.filter(workspace=workspace_id, realm_id=realm, kind=int(which), record_id=record_id)
    items = list(
        RequestItem.objects.filter(link__in=links.values("pk"))
        .select_related("request", "link")
        .defer("carried", "request__body", "request__answer", "link__owned", "link__lines")
        .order_by("-request__committed_at", "-id")[:HISTORY]
    )
    if state.moving and not state.reason.startswith("QuickBooks"):
        state = _with_wait(workspace_id, realm, which, state)
    arrived = _arrival(connection, items)
    if arrived is not None and arrived.seconds is not None:
        state = replace(state, took=arrived.seconds)
    live = connection is not None and connection.state == ConnectionState.CONNECTED and connection.enabled
    may_push = live and connection is not None and connection.synced_since is not None
    drifts = tuple(Drift.objects.filter(link__in=links.values("pk")).order_by("-found_at", "-id")[:HISTORY])
    return RecordSync(state, _pushes(items), drifts, may_push, realm, connection is not None)


def _arrival(connection: Connection | None, items: Sequence[RequestItem]) -> Arrival | None:
    if connection is None or not items:
        return None
    found = arrivals(connection, [items[0].link_id])
    return found[-1] if found else None


def _pushes(items: Sequence[RequestItem]) -> tuple[Push, ...]:
    """Items come latest first; a create that was followed by another create of the same link was not taken."""
    seen_creates, found = set[int](), []
    for position, item in enumerate(items):
        repeated = item.operation == "create" and item.link_id in seen_creates
        if item.operation == "create":
            seen_creates.add(item.link_id)
        found.append(_push(item, latest=position == 0, repeated=repeated))
    return tuple(found)


def _push(item: RequestItem, *, latest: bool, repeated: bool) -> Push:
    request = item.request
    taken: bool | None = None
    if item.settled:
        taken = request.status == 200 and not item.code.isdigit() and not repeated
        if latest and taken and item.link.removed_at is None:
            taken = item.link.pushed_at is not None and item.link.pushed_at >= request.committed_at
    return Push(
        operation=item.operation,
        changed=tuple(item.changed),
        sent_at=request.committed_at,
        answered_at=request.answered_at,
        taken=taken,
        status=request.status,
        code=item.code,
        tid=request.tid,
        elapsed_ms=request.elapsed_ms,
        reason=request.reason,
        request_id=request.id,
        batch=bool(item.bid),
    )


def _with_wait(workspace_id: int, realm: str, kind: Kind, state: SyncState) -> SyncState:
    """Names what the record waits for, where something that it refers to is not in QuickBooks yet."""
    missing = _missing(workspace_id, realm, kind, state.record_id) if state.where == "Waiting" else ""
    if not missing:
        return state
    return replace(state, reason=f"It waits for {missing}, which must be in QuickBooks first.")


def _missing(workspace_id: int, realm: str, kind: Kind, record_id: int) -> str:
    """What the record refers to that is not in QuickBooks, in words; "" if all of it is."""
    if kind is Kind.INVOICE:
        invoice = Invoice.objects.filter(workspace=workspace_id, pk=record_id).select_related("contact").first()
        if invoice is None or invoice.status != InvoiceStatus.ISSUED:
            return ""
        services = list(invoice.lines.exclude(service=None).values_list("service_id", flat=True))
        lacking = _unlinked(workspace_id, realm, Kind.SERVICE, services)
        if _unlinked(workspace_id, realm, Kind.CONTACT, [invoice.contact_id]):
            return f"its customer {invoice.contact.display_name}"
        names = Service.objects.filter(pk__in=lacking).order_by("name").values_list("name", flat=True)
        return f"the service {names[0]}" if lacking else ""
    if kind is Kind.PAYMENT:
        payment = Payment.objects.filter(workspace=workspace_id, pk=record_id).select_related("contact").first()
        if payment is None:
            return ""
        if _unlinked(workspace_id, realm, Kind.CONTACT, [payment.contact_id]):
            return f"its customer {payment.contact.display_name}"
        numbers = dict(payment.allocations.order_by("invoice_id").values_list("invoice_id", "invoice__number"))
        open_ones = _unready(workspace_id, realm, list(numbers))
        return f"invoice {numbers[open_ones[0]]}" if open_ones else ""
    return ""


def _unlinked(workspace_id: int, realm: str, kind: Kind, ids: Sequence[int]) -> list[int]:
    links = Link.objects.filter(workspace=workspace_id, realm_id=realm, kind=int(kind), record_id__in=ids)
    there = set(links.filter(removed_at=None).exclude(entity_id=None).values_list("record_id", flat=True))
    return [one for one in ids if one not in there]


def _unready(workspace_id: int, realm: str, ids: Sequence[int]) -> list[int]:
    """Invoices that do not stand in QuickBooks as they are here: payments wait for them."""
    unlinked = set(_unlinked(workspace_id, realm, Kind.INVOICE, ids))
    dirty = Change.objects.filter(workspace=workspace_id, kind=int(Kind.INVOICE), record_id__in=ids, dirty=True)
    links = Link.objects.filter(workspace=workspace_id, realm_id=realm, kind=int(Kind.INVOICE), record_id__in=ids)
    held = links.filter(removed_at=None).exclude(held_revision=None).values_list("record_id", flat=True)
    waiting = unlinked | {*dirty.values_list("record_id", flat=True), *held}
    return [one for one in ids if one in waiting]


def sign_in_workspace(state_hash: str) -> int | None:
    """The workspace whose sign-in has this state (SHA-256 in hex), if it is still awaited."""
    return SignInAttempt.objects.filter(state_hash=state_hash).values_list("workspace_id", flat=True).first()


def rates_used(workspace_id: int) -> list[Decimal]:
    """The sales tax rates of the workspace and of its invoices, in per cent above 0, each once, rising."""
    rates = TaxRate.objects.filter(workspace=workspace_id, active=True, percent__gt=0).values_list("percent", flat=True)
    invoices = Invoice.objects.filter(workspace=workspace_id, tax_rate_percent__gt=0)
    billed = invoices.order_by().values_list("tax_rate_percent", flat=True).distinct()
    return sorted({rate.normalize() for rate in (*rates, *billed)})


def members(problem: Problem, most: int) -> list[Problem]:
    """The records that a problem of the whole connection is about, the oldest day first; none for other problems."""
    if problem.kind is not None:
        return []
    found = Problem.objects.filter(connection=problem.connection_id, cause=problem.cause, member=True, closed_at=None)
    return list(found.order_by("detail__day", "pk")[:most])


def methods_used(workspace_id: int) -> list[str]:
    """The payment methods in use, as people wrote them, each spelling once; by name."""
    rows = Payment.objects.filter(workspace=workspace_id).values_list("method", flat=True).distinct()
    return sorted({one.casefold(): one for one in rows if one.strip()}.values(), key=str.casefold)
