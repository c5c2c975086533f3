"""/_emulator/: what a person does inside QuickBooks, and what tests need, apart from the emulated API. Loopback only.

Documented in docs/emulator.md. Bad input is answered with 400 and a text that names the field.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qbo_emulator import company_changes, options
from qbo_emulator.bad_input import BadInput
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.kinds import REALMS, CompanyKind
from qbo_emulator.company_changes import CompanyPatch, NewCompany
from qbo_emulator.routes.control_apps import AppControl
from qbo_emulator.routes.control_gateway import GatewayControl
from qbo_emulator.routes.forms import missing, whole_number
from qbo_emulator.world import World

Handler = Callable[[Request], Awaitable[Response]]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body of the control API; unknown fields are refused."""


class Advance(_Body):
    """Push the clock."""

    advance_seconds: Annotated[float, msgspec.Meta(ge=0)]


class Choice(_Body):
    """A company by its realm."""

    realm_id: str


class Reset(_Body):
    """Begin anew, perhaps with the other company preselected."""

    company: CompanyKind | UnsetType = UNSET


def is_loopback(request: Request) -> bool:
    """Whether the caller is on this machine."""
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def guarded(handler: Handler) -> Handler:
    """Only from this machine; bad input, and what the books refuse, becomes 400."""

    async def guard(request: Request) -> Response:
        if not is_loopback(request):
            return JSONResponse({"error": "The control API answers callers on this machine only."}, 403)
        try:
            return await handler(request)
        except (msgspec.MsgspecError, BadInput) as error:
            return JSONResponse({"error": f"Bad input: {error}"}, 400)
        except Fault as fault:
            return JSONResponse({"error": str(fault)}, 400)

    return guard


def _shown(company: Company) -> dict[str, object]:
    settings = company.settings
    patched = {name: getattr(settings, name) for name in company_changes.SETTINGS}
    closed = settings.book_close_date
    return {
        "realm_id": company.realm_id,
        "kind": settings.kind,
        **patched,
        "book_close_date": closed.isoformat() if closed else None,
    }


class Control:
    """The control API of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def health(self, _request: Request) -> Response:
        """Whether it answers."""
        return JSONResponse({"status": "ok"})

    async def companies(self, _request: Request) -> Response:
        """All companies with their settings."""
        return JSONResponse([_shown(company) for company in self._world.companies.values()])

    async def add_companies(self, request: Request) -> Response:
        """Add companies; answers them as `companies` does."""
        new = msgspec.json.decode(await request.body(), type=NewCompany)
        return JSONResponse([_shown(company) for company in self._world.add_companies(new)], 201)

    async def preselect(self, request: Request) -> Response:
        """Which company consent offers first, and --auto-consent takes."""
        choice = msgspec.json.decode(await request.body(), type=Choice)
        if self._world.company(choice.realm_id) is None:
            return missing("company")
        self._world.preselected = choice.realm_id
        return JSONResponse({"realm_id": choice.realm_id})

    async def patch_company(self, request: Request) -> Response:
        """Change settings of one company, as its owner would inside QuickBooks."""
        patch = msgspec.json.decode(await request.body(), type=CompanyPatch)
        company = self._world.company(request.path_params["realm"])
        if company is None:
            return missing("company")
        company_changes.apply(company, patch)
        return JSONResponse(_shown(company))

    async def requests(self, request: Request) -> Response:
        """The log after number `since`, at most `limit` entries."""
        since, limit = whole_number(request, "since", 0), whole_number(request, "limit", 1000)
        return JSONResponse(self._world.log.since(since, limit))

    async def clear_requests(self, _request: Request) -> Response:
        """Empty the log and the counts."""
        self._world.log.clear()
        return Response(status_code=204)

    async def summary(self, _request: Request) -> Response:
        """Counts by kind since the last clearing."""
        return JSONResponse(self._world.log.summary())

    async def clock(self, _request: Request) -> Response:
        """The present as the emulator has it."""
        return JSONResponse({"now": self._world.clock.now().isoformat()})

    async def advance(self, request: Request) -> Response:
        """Push the clock forward."""
        push = msgspec.json.decode(await request.body(), type=Advance)
        self._world.clock.advance(push.advance_seconds)
        return await self.clock(request)

    async def options(self, _request: Request) -> Response:
        """The named options as they are."""
        return JSONResponse(msgspec.to_builtins(self._world.options))

    async def patch_options(self, request: Request) -> Response:
        """Change some of them."""
        values = msgspec.json.decode(await request.body(), type=dict[str, object])
        self._world.options = options.changed(self._world.options, values)
        return await self.options(request)

    async def reset(self, request: Request) -> Response:
        """Both companies as at the start, no tokens, an empty log."""
        wanted = msgspec.json.decode(await request.body() or b"{}", type=Reset)
        if wanted.company is not UNSET:
            self._world.preselected = REALMS[wanted.company]
        self._world.reset()
        return await self.companies(request)


def routes(world: World) -> list[Route]:
    """All control routes, each behind the guard."""
    control, apps, gateway = Control(world), AppControl(world), GatewayControl(world)
    table: list[tuple[str, str, Handler]] = [
        ("GET", "health", control.health),
        ("GET", "companies", control.companies),
        ("POST", "companies", control.add_companies),
        ("PATCH", "companies/{realm}", control.patch_company),
        ("POST", "companies/{realm}/disconnect", apps.disconnect),
        ("POST", "companies/{realm}/remove-admin", apps.remove_admin),
        ("POST", "preselect", control.preselect),
        ("GET", "apps", apps.apps),
        ("POST", "apps", apps.register),
        ("POST", "tokens", apps.tokens),
        ("GET", "webhooks", apps.subscriptions),
        ("PUT", "webhooks/{client_id}", apps.subscribe),
        ("DELETE", "webhooks/{client_id}", apps.unsubscribe),
        ("POST", "webhooks/{client_id}/test", apps.test_event),
        ("GET", "notifications", apps.notifications),
        ("POST", "notifications/{number:int}/repeat", apps.repeat),
        ("GET", "requests", control.requests),
        ("DELETE", "requests", control.clear_requests),
        ("GET", "requests/summary", control.summary),
        ("GET", "clock", control.clock),
        ("POST", "clock", control.advance),
        ("GET", "options", control.options),
        ("PATCH", "options", control.patch_options),
        ("GET", "faults", gateway.faults),
        ("POST", "faults", gateway.add_faults),
        ("DELETE", "faults", gateway.clear_faults),
        ("DELETE", "faults/{number:int}", gateway.remove_fault),
        ("GET", "usage", gateway.usage),
        ("POST", "usage", gateway.set_usage),
        ("POST", "other-app", gateway.other_app),
        ("POST", "reset", control.reset),
    ]
    return [Route(f"/_emulator/{path}", guarded(handler), methods=[verb]) for verb, path, handler in table]
