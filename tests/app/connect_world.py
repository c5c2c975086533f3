"""A QuickBooks in this process for the tests of connecting: the emulator, a clock for both sides, and lost answers."""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from cryptography.fernet import Fernet

# Before anything seals: tests must not touch the keys of whoever runs them.
os.environ.setdefault("BLUEPRO_KEYS", Fernet.generate_key().decode())

from bluepro.common.clock import ManualClock
from bluepro.common.ids import SeededIds
from bluepro.quickbooks.connect import mapping, sign_in, start
from bluepro.quickbooks.connect.begin import accept
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.connect.match import match
from bluepro.quickbooks.connect.readiness import Use, accounts_for
from bluepro.quickbooks.connect.tokens import TokenKeeper
from bluepro.quickbooks.models import Connection
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace
from qbo_client.config import Credentials, Endpoints
from qbo_emulator.app import create_app
from qbo_emulator.books.kinds import REALMS, CompanyKind
from qbo_emulator.ids import SeededIds as EmulatorIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World

BASE = "http://127.0.0.1:8099"
REDIRECT = "http://127.0.0.1:8070/callback"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"


@dataclass
class LossyTransport(httpx2.AsyncBaseTransport):
    """Passes everything to the emulator; loses the answers of the next `lose[path]` calls, after they were done.

    `answers[path]` is given instead of asking at all; `asked` lists the paths in order.
    """

    inner: httpx2.AsyncBaseTransport
    lose: dict[str, int] = field(default_factory=dict)
    answers: dict[str, httpx2.Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        response = await self.inner.handle_async_request(request)
        if self.lose.get(path, 0):
            self.lose[path] -= 1
            raise httpx2.ReadTimeout("lost", request=request)
        return response


class QuickBooksWorld:
    """The emulator and a deployment that talks to it, on one clock."""

    def __init__(self, company: CompanyKind = "fresh") -> None:
        self.clock = ManualClock(datetime(2026, 3, 2, 15, tzinfo=UTC))
        self.ids = SeededIds(1)
        settings = Settings(redirect_uris=(REDIRECT,), company=company, limits="none", auto_consent=True)
        self.app = create_app(settings, self.clock, EmulatorIds(1))
        self.transport = LossyTransport(httpx2.ASGITransport(app=self.app))
        keys = Credentials(settings.client_id, settings.client_secret, REDIRECT)
        self.deployment = Deployment(Endpoints.at(BASE), keys, self.transport)

    @property
    def world(self) -> World:
        found: World = self.app.state.world
        return found

    @property
    def common(self) -> dict[str, Any]:
        """The arguments that most calls take."""
        return {"clock": self.clock, "ids": self.ids}

    def settings_of(self, kind: CompanyKind = "fresh") -> Any:
        """The company's own settings, as its owner could change them inside QuickBooks."""
        return self.world.companies[REALMS[kind]].settings

    def consent(self, address: str) -> sign_in.Answer:
        """Opens the address as a browser would; the emulator consents at once."""

        async def get() -> httpx2.Response:
            async with httpx2.AsyncClient(transport=self.transport) as http:
                return await http.get(address)

        response = asyncio.run(get())
        assert response.status_code == 302, response.text
        query = parse_qs(urlsplit(response.headers["location"]).query)
        return sign_in.answer_of({name: values[0] for name, values in query.items()})

    def signed_in(self, actor: Actor) -> sign_in.Answer:
        """A sign-in begun and consented to."""
        return self.consent(sign_in.begin(actor, self.deployment, **self.common).address)

    def connect(self, actor: Actor) -> Connection:
        """The whole way to a connection."""
        return sign_in.finish(actor, self.signed_in(actor), self.deployment, **self.common)

    def started(self, actor: Actor) -> Connection:
        """A new connection that is to send everything."""
        return start.choose_start(actor, self.connect(actor), None, self.deployment, **self.common)

    def begun(self, actor: Actor) -> Connection:
        """A connection that may send, to a company with data of its own: enabled, its preview seen."""
        connection = match(actor, self.enabled(actor), self.deployment, **self.common)
        return accept(actor, connection, self.deployment, **self.common)

    def keeper(self, connection: Connection) -> TokenKeeper:
        return TokenKeeper(connection.pk, self.deployment, **self.common, sleep=lambda _seconds: None)

    def enabled(self, actor: Actor) -> Connection:
        """Connected, mapped to the first account offered for each use, and enabled."""
        return self.enabled_again(actor, self.connect(actor))

    def enabled_again(self, actor: Actor, connection: Connection) -> Connection:
        """A connection that stands, with everything to be sent, mapped and enabled in the same way."""
        if connection.start_chosen_at is None:
            connection = start.choose_start(actor, connection, None, self.deployment, **self.common)
        return self.mapped(actor, connection)

    def mapped(self, actor: Actor, connection: Connection) -> Connection:
        """A connection that stands, mapped to the first account offered for each use, and enabled."""
        snapshot = mapping.snapshot_of(connection)
        income, discount, deposit = (accounts_for(snapshot, use)[0].id for use in Use)
        edit = mapping.MappingEdit(income=income, discount=discount, deposit=deposit, tax_mode="line", enabled=True)
        return mapping.save_mapping(actor, connection, edit, self.deployment, **self.common)

    def later(self, **delta: float) -> None:
        self.clock.advance(timedelta(**delta))


def owner_of(name: str, world: QuickBooksWorld) -> Actor:
    """The Owner of a new workspace."""
    return owner_actor(create_workspace(name, "ann@example.com", "America/New_York", clock=world.clock))
