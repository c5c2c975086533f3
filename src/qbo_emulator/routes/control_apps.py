"""/_emulator/ calls about apps: keys, tokens, what ends them, webhooks.

Documented in docs/emulator.md.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.apps import App
from qbo_emulator.books.history import Actor
from qbo_emulator.routes.forms import missing, whole_number
from qbo_emulator.routes.oauth import token_answer
from qbo_emulator.webhooks.events import OPERATIONS
from qbo_emulator.webhooks.queue import Notification
from qbo_emulator.webhooks.subscription import Subscription
from qbo_emulator.world import World


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body of the control API; unknown fields are refused."""


class NewApp(_Body):
    """An app to register; keys that are left out are drawn."""

    client_id: str = ""
    client_secret: str = ""
    redirect_uris: tuple[str, ...] = ()
    production: bool = False
    premium: bool = False
    launch_url: str = ""
    disconnect_url: str = ""
    reconnect_url: str = ""


class NewToken(_Body):
    """Tokens without a browser."""

    realm_id: str
    client_id: str = ""


class NewAdmin(_Body):
    """Who connects apps from now on; empty: the same person, made admin again."""

    user: str = ""


class TestEvent(_Body):
    """What the portal's test button tells; nothing of it need exist."""

    realm_id: str = "1"
    entity: str = "Customer"
    id: str = "1"
    operation: Literal["Create", "Update", "Delete", "Void", "Merge", "Emailed"] = "Create"

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS.get(self.entity, ()):
            raise ValueError(f"operation: {self.entity} has no webhook for {self.operation}")


class AppControl:
    """The apps' part of the control API of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def apps(self, _request: Request) -> Response:
        """All apps, secrets included: they protect nothing."""
        return JSONResponse([msgspec.to_builtins(app) for app in self._world.oauth.apps.values()])

    async def register(self, request: Request) -> Response:
        """Register an app."""
        new = msgspec.json.decode(await request.body() or b"{}", type=NewApp)
        app = self._world.oauth.add(App(**msgspec.structs.asdict(new)))
        return JSONResponse(msgspec.to_builtins(app), 201)

    async def tokens(self, request: Request) -> Response:
        """Tokens without a browser."""
        new = msgspec.json.decode(await request.body(), type=NewToken)
        client_id = new.client_id or self._world.settings.client_id
        company = self._world.company(new.realm_id)
        if company is None:
            return missing("company")
        if client_id not in self._world.oauth.apps:
            return missing("app")
        issued = self._world.oauth.issue_directly(client_id, new.realm_id, company.settings.user)
        return JSONResponse({**token_answer(issued, hard=True), "realmId": new.realm_id}, 201)

    async def disconnect(self, request: Request) -> Response:
        """The customer disconnects inside QuickBooks: all tokens of the realm die."""
        realm_id = request.path_params["realm"]
        if self._world.company(realm_id) is None:
            return missing("company")
        return JSONResponse({"ended": self._world.oauth.disconnect(realm_id)})

    async def remove_admin(self, request: Request) -> Response:
        """Whoever connected apps to this company is no admin any more."""
        company = self._world.company(request.path_params["realm"])
        if company is None:
            return missing("company")
        new = msgspec.json.decode(await request.body() or b"{}", type=NewAdmin)
        if new.user:
            company.settings.user, company.actor = new.user, Actor(new.user)
        return JSONResponse({"refused": self._world.oauth.remove_admin(company.realm_id)})

    async def subscriptions(self, _request: Request) -> Response:
        """The endpoints of all apps."""
        held = self._world.webhooks.subscriptions
        return JSONResponse({client_id: msgspec.to_builtins(one) for client_id, one in held.items()})

    async def subscribe(self, request: Request) -> Response:
        """Set an app's endpoint."""
        client_id = request.path_params["client_id"]
        wanted = msgspec.json.decode(await request.body(), type=Subscription)
        if client_id not in self._world.oauth.apps:
            return missing("app")
        return JSONResponse(msgspec.to_builtins(self._world.subscribe(client_id, wanted)))

    async def unsubscribe(self, request: Request) -> Response:
        """Forget an app's endpoint and what waits for it."""
        if request.path_params["client_id"] not in self._world.webhooks.subscriptions:
            return missing("subscription")
        self._world.webhooks.unsubscribe(request.path_params["client_id"])
        return Response(status_code=204)

    async def test_event(self, request: Request) -> Response:
        """The portal's test button (F6-1)."""
        told = msgspec.json.decode(await request.body() or b"{}", type=TestEvent)
        client_id, queue = request.path_params["client_id"], self._world.webhooks
        if client_id not in queue.subscriptions:
            return missing("subscription")
        event = queue.test_event(told.realm_id, told.entity, told.id, told.operation, self._world.clock.now())
        queue.add(client_id, [event])
        return JSONResponse(msgspec.to_builtins(event), 202)

    async def notifications(self, request: Request) -> Response:
        """Notifications with a number above `since`, at most `limit`: the settled ones, then those in line."""
        since, limit = whole_number(request, "since", 0), whole_number(request, "limit", 1000)
        found = [one for one in self._world.webhooks.notifications() if one.number > since]
        return JSONResponse([_shown(one) for one in found[:limit]])

    async def repeat(self, request: Request) -> Response:
        """Send a settled notification once more."""
        try:
            again = self._world.webhooks.repeat(int(request.path_params["number"]), self._world.clock.now())
        except KeyError:
            return missing("settled notification")
        return JSONResponse(_shown(again), 202)


def _shown(one: Notification) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(one)
    return told
