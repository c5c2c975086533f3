"""Where the pages are: everything under /app, for people on this machine only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.pages import apps, companies, customers, entrances, frame, items, payments, sales
from qbo_emulator.pages.html import link, tag
from qbo_emulator.pages.paging import Orders
from qbo_emulator.routes.control import is_loopback
from qbo_emulator.world import World

Handler = Callable[[Request], Awaitable[Response]]
ListPage = Callable[[Company, Request, Orders], Response]
OnePage = Callable[[Company, Row], Response]

_LISTS: tuple[tuple[str, ListPage], ...] = (
    ("sales", sales.sales),
    ("payments", payments.payments),
    ("customers", customers.customers),
    ("items", items.items),
)
_ONES: tuple[tuple[str, str, OnePage], ...] = (
    ("sales", "Invoice", sales.invoice),
    ("payments", "Payment", payments.payment),
    ("customers", "Customer", customers.customer),
)


def missing() -> Response:
    """404 in words; also for what was deleted."""
    return frame.page(
        "Not in the books",
        tag("p", "There is nothing at this address. It may have been deleted. ", link(frame.ROOT, "See all companies")),
        status=404,
    )


class Pages:
    """The pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._orders = Orders()

    async def style(self, _request: Request) -> Response:
        """The stylesheet."""
        return frame.style()

    async def companies(self, _request: Request) -> Response:
        """All companies."""
        return companies.companies(self._world)

    def entrance(self, name: str) -> Handler:
        """An address as apps write it."""

        async def handler(request: Request) -> Response:
            return entrances.entrance(self._world, name, request) or missing()

        return handler

    def list_page(self, show: ListPage) -> Handler:
        """A list of one company."""
        return self._of_company(lambda company, request: show(company, request, self._orders))

    def one_page(self, table: str, show: OnePage) -> Handler:
        """One row of a table."""

        def answer(company: Company, request: Request) -> Response | None:
            row = company.tables[table].get(request.path_params["id"])
            return show(company, row) if row else None

        return self._of_company(answer)

    def apps(self) -> Handler:
        """The connected apps."""
        return self._of_company(lambda company, _request: apps.apps(self._world, company))

    def confirm(self) -> Handler:
        """The question before an app is disconnected."""
        return self._of_company(lambda company, request: apps.confirm(self._world, company, request.path_params["id"]))

    def disconnect(self) -> Handler:
        """What the confirmed question does."""
        return self._of_company(
            lambda company, request: apps.disconnect(self._world, company, request.path_params["id"], request)
        )

    def _of_company(self, show: Callable[[Company, Request], Response | None]) -> Handler:
        async def handler(request: Request) -> Response:
            company = self._world.company(request.path_params["realm"])
            return (show(company, request) if company else None) or missing()

        return handler


def guarded(handler: Handler) -> Handler:
    """Only from this machine."""

    async def guard(request: Request) -> Response:
        if not is_loopback(request):
            return frame.page("Not from here", tag("p", "These pages answer this machine only."), status=403)
        return await handler(request)

    return guard


def routes(world: World) -> list[Route]:
    """All pages."""
    pages = Pages(world)
    table: list[tuple[str, str, Handler]] = [
        ("GET", "", pages.companies),
        ("GET", "/style.css", pages.style),
        *(("GET", f"/{name}", pages.entrance(name)) for name in entrances.ENTRANCES),
        *(("GET", f"/{{realm}}/{room}", pages.list_page(show)) for room, show in _LISTS),
        *(("GET", f"/{{realm}}/{room}/{{id}}", pages.one_page(name, show)) for room, name, show in _ONES),
        ("GET", "/{realm}/apps", pages.apps()),
        ("GET", "/{realm}/apps/{id}/disconnect", pages.confirm()),
        ("POST", "/{realm}/apps/{id}/disconnect", pages.disconnect()),
    ]
    return [Route(f"{frame.ROOT}{path}", guarded(handler), methods=[verb]) for verb, path, handler in table]
