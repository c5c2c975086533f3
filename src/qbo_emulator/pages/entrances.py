"""Addresses in the form that apps use to link to something in QuickBooks: they lead to the page that shows it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse

from qbo_emulator.pages.frame import HEADERS, home_of
from qbo_emulator.world import World

# path below /app: (the name of the id, the room here)
ENTRANCES = {
    "invoice": ("txnId", "sales"),
    "recvpayment": ("txnId", "payments"),
    "customerdetail": ("nameId", "customers"),
    "items": ("itemId", "items"),
}


def entrance(world: World, name: str, request: Request) -> RedirectResponse | None:
    """The way to what is named by id and `companyId`; the preselected company if none is named. None for no company."""
    realm_id = request.query_params.get("companyId") or world.preselected
    company = world.company(realm_id)
    if company is None:
        return None
    key, room = ENTRANCES[name]
    rest = [request.query_params[key]] if request.query_params.get(key) else []
    return RedirectResponse(home_of(company, room, *rest), 303, HEADERS)
