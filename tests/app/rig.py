"""A business, a QuickBooks in this process and the engine between them: what the engine's tests stand on.

The emulator is reached through one transport that can also play faults: lose answers before or after the books took
the write, answer HTML, be slow. Nothing of ours is patched.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx2

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.clock import SystemClock
from bluepro.common.ids import RandomIds
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import import_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.models import Connection, Lease, Link, Problem, Request
from bluepro.quickbooks.post import Post
from bluepro.quickbooks.serve import Means, Served, serve
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.together import is_together
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace
from qbo_client.config import Credentials, Endpoints
from qbo_emulator.app import create_app
from qbo_emulator.clock import SystemClock as EmulatorClock
from qbo_emulator.gateway.delivery import ConnectionLost
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings

BASE = "http://127.0.0.1:9"
CLOCK = SystemClock()
IDS = RandomIds()

Fault = Callable[[httpx2.Request], str]


def no_fault(_request: httpx2.Request) -> str:
    return ""


class Wire(httpx2.AsyncBaseTransport):
    """The way to the emulator. `fault` gives "" (none), "lost_before", "lost_after", "refused" or "html" per call."""

    def __init__(self, app: Any) -> None:  # Any: an ASGI application
        self._inner = httpx2.ASGITransport(app=app)
        self.fault: Fault = no_fault
        self.calls: list[tuple[str, str, bytes]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        fault = self.fault(request)
        if "/v3/" in request.url.path:
            self.calls.append((request.method, str(request.url), body))
        if fault == "refused":
            raise httpx2.ConnectError("refused", request=request)
        if fault == "lost_before":
            raise httpx2.ReadTimeout("lost", request=request)
        if fault == "html":
            return httpx2.Response(503, text="<html><body>Service Unavailable</body></html>", request=request)
        try:
            response = await self._inner.handle_async_request(request)
        except ConnectionLost as lost:  # a fault rule of the emulator: it has no socket to break here
            raise httpx2.ReadError(str(lost), request=request) from lost
        if fault == "lost_after":
            await response.aread()
            raise httpx2.ReadError("reset", request=request)
        return response


class Tokens:
    """The access token that the emulator gave; a renewal is counted and gives the same kind anew."""

    def __init__(self, take: Callable[[], str]) -> None:
        self._take = take
        self.token = take()

    def current(self) -> str:
        return self.token

    def renew(self, stale: str) -> str:
        self.token = self._take()
        return self.token


@dataclass
class Rig:
    """One business connected to one QuickBooks company."""

    actor: Actor
    connection: Connection
    wire: Wire
    post: Post
    tokens: Tokens
    control: httpx2.Client
    realm: str
    accounts: dict[str, str] = field(default_factory=dict)

    def means(self) -> Means:
        return Means(self.post, lambda _: self.tokens, CLOCK, IDS)

    def sync(self) -> Served:
        return serve(self.connection.id, self.means())

    def sync_until_quiet(self, rounds: int = 20) -> None:
        """Serves until nothing is sent any more, as the sweep would."""
        for _ in range(rounds):
            before = len(self.wire.calls)
            self.sync()
            if len(self.wire.calls) == before:
                return
        raise AssertionError("the engine does not come to rest")

    def contact(self, name: str, **fields: Any) -> int:
        data = ContactData(kind=fields.pop("kind", "person"), display_name=name, **fields)
        return save_contacts(self.actor, [ContactEdit(data)], clock=CLOCK).ids[0]

    def rename(self, contact_id: int, name: str) -> None:
        save_contacts(self.actor, [ContactEdit(ContactData("person", name), id=contact_id)], clock=CLOCK)

    def service(self, name: str, price: str = "100.00", **fields: Any) -> int:
        data = ServiceData(fields.pop("kind", "service"), name, Decimal(price), **fields)
        return save_services(self.actor, [ServiceEdit(data)], clock=CLOCK).ids[0]

    def invoice(self, contact_id: int, lines: Sequence[LineData], **fields: Any) -> int:
        return import_invoices(self.actor, [self.invoice_edit(contact_id, lines, **fields)], clock=CLOCK, ids=IDS).ids[
            0
        ]

    def invoice_edit(self, contact_id: int, lines: Sequence[LineData], **fields: Any) -> InvoiceEdit:
        id_ = fields.pop("id", None)
        fields = {"status": "issued", "issue_date": date(2026, 3, 2), **fields}
        return InvoiceEdit(InvoiceData(contact_id=contact_id, lines=tuple(lines), **fields), id=id_)

    def payment(self, *allocations: tuple[int, str], **fields: Any) -> int:
        parts = tuple((invoice, Decimal(amount)) for invoice, amount in allocations)
        at = fields.pop("paid_at", datetime(2026, 3, 9, 15, tzinfo=UTC))
        data = PaymentData(paid_at=at, method=fields.pop("method", "Cash"), allocations=parts, **fields)
        return save_payments(self.actor, [PaymentEdit(data)], clock=CLOCK, ids=IDS).ids[0]

    def entities(self, entity: str, where: str = "") -> list[dict[str, Any]]:
        """What QuickBooks holds, as JSON with exact numbers."""
        query = f"SELECT * FROM {entity}{' WHERE ' + where if where else ''} MAXRESULTS 1000"
        answer = self.control.get(
            f"/v3/company/{self.realm}/query",
            params={"query": query},
            headers={"Authorization": f"Bearer {self.tokens.current()}", "Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = json.loads(answer.text, parse_float=Decimal)["QueryResponse"].get(entity, [])
        return found

    def link(self, kind: Kind, record_id: int) -> Link:
        return Link.objects.get(kind=int(kind), record_id=record_id, removed_at=None)

    def problems(self) -> list[Problem]:
        return list(Problem.objects.filter(closed_at=None).order_by("id"))

    def the_problem(self) -> Problem:
        """The only one of a record or of the connection; a question about many records may stand beside it."""
        (problem,) = [one for one in self.problems() if one.kind is not None or not is_together(one.cause)]
        return problem

    def writes(self) -> int:
        return sum(1 for method, url, _ in self.wire.calls if method == "POST")

    def requests(self) -> list[Request]:
        return list(Request.objects.order_by("committed_at"))

    def close(self) -> None:
        self.post.close()
        self.control.close()


def priced(name: str, quantity: str, price: str, *, exempt: bool = False) -> LineData:
    """A custom line."""
    return LineData("custom", name=name, quantity=Decimal(quantity), unit_price=Decimal(price), tax_exempt=exempt)


def of_service(service_id: int, quantity: str = "1", price: str | None = None) -> LineData:
    """A line of a catalogue service, at its price unless another is given."""
    given = Decimal(price) if price is not None else None
    return LineData("service", service_id=service_id, quantity=Decimal(quantity), unit_price=given)


def address(street: str) -> Address:
    return Address(street, "Springfield", "IL", "62701", "USA")


class _SyncApp(httpx2.BaseTransport):
    """A synchronous way into the same emulator, for looking at its books beside the engine."""

    def __init__(self, post: Post, app: Any) -> None:  # Any: an ASGI application
        self._post, self._inner = post, httpx2.ASGITransport(app=app, client=("127.0.0.1", 1))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return self._post.run(self._answer(request))

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        sent = httpx2.Request(request.method, request.url, headers=request.headers, content=request.read())
        response = await self._inner.handle_async_request(sent)
        body = await response.aread()
        return httpx2.Response(response.status_code, headers=response.headers, content=body)


def make_rig(name: str = "Clear View", company: str = "fresh") -> Rig:
    """A workspace with an enabled connection to a company of the emulator; Sync Data was pressed."""
    app = create_app(Settings(limits="none"), EmulatorClock(), SeededIds(7))
    wire = Wire(app)
    deployment = Deployment(
        Endpoints(f"{BASE}/.well-known/openid_configuration", BASE),
        Credentials("id", "secret", f"{BASE}/callback"),
        transport=wire,
    )
    post = Post(deployment, CLOCK)
    control = httpx2.Client(transport=_SyncApp(post, app), base_url=BASE)
    realm = next(one["realm_id"] for one in control.get("/_emulator/companies").json() if one["kind"] == company)
    tokens = Tokens(lambda: control.post("/_emulator/tokens", json={"realm_id": realm}).json()["access_token"])
    workspace = create_workspace(name, "owner@example.com", "America/New_York", clock=CLOCK)
    connection = Connection.objects.create(
        workspace=workspace,
        realm_id=realm,
        state="connected",
        enabled=True,
        company_name="Fresh",
        access_token=secrets.seal(b"-"),
        refresh_token=secrets.seal(b"-"),
        access_expires_at=CLOCK.now(),
        refresh_expires_at=CLOCK.now(),
        tax_mode="automated",
        unknown_after=0,
        unlimited_rates=True,
        start_chosen_at=CLOCK.now(),
        synced_since=CLOCK.now(),
        connected_at=CLOCK.now(),
    )
    Lease.objects.create(connection=connection)
    rig = Rig(owner_actor(workspace), connection, wire, post, tokens, control, realm)
    _map(rig)
    return rig


def _map(rig: Rig) -> None:
    accounts = {one["AccountSubType"]: one["Id"] for one in rig.entities("Account")}
    rig.connection.income_account = accounts["SalesOfProductIncome"]
    rig.connection.discount_account = accounts["DiscountsRefundsGiven"]
    rig.connection.deposit_account = accounts["UndepositedFunds"]
    rig.connection.catch_all_item = next(one["Id"] for one in rig.entities("Item") if one["Name"] == "Services")
    rig.connection.save()
