"""Where the pages are: everything under /app, for people on this machine only, forms from our own pages only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbo_emulator.pages import (
    accounts,
    apps,
    companies,
    customers,
    edit_deposit,
    edit_ends,
    edit_merge,
    edit_names,
    edit_payment,
    edit_sale,
    entrances,
    frame,
    history,
    items,
    lever_faults,
    levers,
    payments,
    sale,
    sales,
    statements,
)
from qbo_emulator.pages.html import link, tag
from qbo_emulator.pages.paging import Orders
from qbo_emulator.pages.visit import Missing, Page, Visit
from qbo_emulator.routes.control import is_loopback
from qbo_emulator.routes.forms import form
from qbo_emulator.world import World

Handler = Callable[[Request], Awaitable[Response]]

# Address below a company -> page.
_LOOKS: dict[str, Page] = {
    "sales": sales.sales,
    "sales/{id}": sale.sale,
    "payments": payments.payments,
    "payments/{id}": payments.payment,
    "customers": customers.customers,
    "customers/{id}": customers.customer,
    "items": items.items,
    "items/{id}": items.item,
    "accounts": accounts.accounts,
    "accounts/{id}": accounts.account,
    "reports": statements.statements,
    "reports/profit-and-loss": statements.profit_and_loss,
    "reports/aging": statements.aging,
    "history": history.histories,
    "history/{entity}/{id}": history.history,
    "apps": apps.apps,
    "levers": levers.levers,
}
# Pages with a form: asked for by GET, sent by POST.
_FORMS: dict[str, Page] = {
    "sales/{id}/edit": edit_sale.sale,
    "sales/{id}/void": edit_ends.void_sale,
    "sales/{id}/delete": edit_ends.delete_sale,
    "payments/new": edit_payment.new_payment,
    "payments/deposit": edit_deposit.new_deposit,
    "payments/{id}/edit": edit_payment.payment,
    "payments/{id}/undo": edit_deposit.undo_deposit,
    "payments/{id}/void": edit_ends.void_payment,
    "payments/{id}/delete": edit_ends.delete_payment,
    "customers/{id}/edit": edit_names.customer,
    "customers/{id}/merge": edit_merge.merge_customer,
    "items/{id}/edit": edit_names.item,
    "items/{id}/merge": edit_merge.merge_item,
    "apps/{id}/disconnect": apps.disconnect,
    "levers/settings": levers.settings,
    "levers/options": levers.world_options,
    "levers/clock": levers.clock,
    "levers/faults/new": lever_faults.new_fault,
    "levers/faults/{id}/remove": lever_faults.remove_fault,
}


def missing() -> Response:
    """404 in words; also for what was deleted."""
    return frame.page(
        "Not in the books",
        tag("p", "There is nothing at this address. It may have been deleted. ", link(frame.ROOT, "See all companies")),
        status=404,
    )


def is_own_form(request: Request) -> bool:
    """Whether the browser says that the form stood on a page of this host: nobody signs in here."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


class Pages:
    """The pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._orders = Orders()

    async def style(self, _request: Request) -> Response:
        """The stylesheet."""
        return frame.style()

    async def companies(self, request: Request) -> Response:
        """All companies."""
        return companies.companies(self._world, request)

    async def lost(self, _request: Request) -> Response:
        """Any other address."""
        return missing()

    def entrance(self, name: str) -> Handler:
        """An address as apps write it."""

        async def handler(request: Request) -> Response:
            return entrances.entrance(self._world, name, request) or missing()

        return handler

    def of_company(self, page: Page) -> Handler:
        """A page of one company; a form that was sent reaches it as `typed`."""

        async def handler(request: Request) -> Response:
            company = self._world.company(request.path_params["realm"])
            if company is None:
                return missing()
            typed = await form(request) if request.method == "POST" else None
            try:
                return page(Visit(self._world, company, request, self._orders, typed))
            except Missing:
                return missing()

        return handler


def guarded(handler: Handler) -> Handler:
    """Only from this machine, and only forms of our own."""

    async def guard(request: Request) -> Response:
        if not is_loopback(request):
            return frame.page("Not from here", tag("p", "These pages answer this machine only."), status=403)
        if request.method == "POST" and not is_own_form(request):
            return frame.page("Not done", tag("p", "This was not sent from a page of these books."), status=403)
        return await handler(request)

    return guard


def routes(world: World) -> list[Route]:
    """All pages."""
    pages = Pages(world)
    table: list[tuple[str, Handler, tuple[str, ...]]] = [
        ("", pages.companies, ("GET",)),
        ("/style.css", pages.style, ("GET",)),
        *((f"/{name}", pages.entrance(name), ("GET",)) for name in entrances.ENTRANCES),
        *((f"/{{realm}}/{path}", pages.of_company(page), ("GET", "POST")) for path, page in _FORMS.items()),
        *((f"/{{realm}}/{path}", pages.of_company(page), ("GET",)) for path, page in _LOOKS.items()),
        ("/{anything:path}", pages.lost, ("GET", "POST")),
    ]
    return [Route(f"{frame.ROOT}{path}", guarded(handler), methods=list(verbs)) for path, handler, verbs in table]
