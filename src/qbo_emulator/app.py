"""The emulator as an ASGI application: create_app puts world, routes and the observing layer together.

It holds no rule and no state of its own; several applications in one process do not know of each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any  # what a coroutine is sent

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books import faults
from qbo_emulator.clock import Clock
from qbo_emulator.gateway import wire_format
from qbo_emulator.ids import Ids
from qbo_emulator.observe import Observer
from qbo_emulator.pages.routes import routes as pages
from qbo_emulator.persistence.keeper import Keeper
from qbo_emulator.routes import accounting, control, levers, oauth
from qbo_emulator.routes.delivery import Sleep, response_of
from qbo_emulator.settings import Settings
from qbo_emulator.webhooks.courier import Courier, sender
from qbo_emulator.world import World


def create_app(settings: Settings, clock: Clock, ids: Ids, sleep: Sleep = asyncio.sleep) -> Starlette:
    """An emulator with its companies; its state is `app.state.world`. DataFileError if `settings.data` cannot be used.

    `clock` is the present that pushing the control clock adds to; `ids` draws tokens, codes and trace ids; `sleep`
    waits so many seconds where an answer takes its time.
    """
    world = World(settings, clock, ids)
    keeper = Keeper(world, settings.data) if settings.data else None
    if keeper:
        keeper.begin()
    courier = Courier(world, sender(lambda: world.options.webhooks_anywhere))

    @asynccontextmanager
    async def alive(_app: Starlette) -> AsyncIterator[None]:
        """What goes on beside the calls while a server runs, and what is done when it stops."""
        tasks = [_begin(work) for work in (courier.run(), *([keeper.run()] if keeper else []))]
        try:
            yield
            await _end(tasks)
        finally:
            if keeper:
                keeper.save()

    async def surprise(request: Request, _error: Exception) -> Response:
        """A mistake of ours looks like one of QuickBooks' own (F9.3-70); the server's log has the trace."""
        answer = response_of(wire_format.refusal(faults.example("10000"), world.clock))
        answer.headers["intuit_tid"] = request.scope.get("intuit_tid", "")  # the observing layer is past
        return answer

    app = Starlette(
        routes=[
            *oauth.routes(world, sleep),
            *accounting.routes(world, sleep),
            *control.routes(world),
            *levers.routes(world),
            *pages(world),
        ],
        middleware=[Middleware(Observer, world=world)],
        exception_handlers={500: surprise},
        lifespan=alive,
    )
    app.router.redirect_slashes = False  # QuickBooks sends nobody elsewhere
    app.state.world, app.state.keeper = world, keeper
    return app


def _begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task whose failure is told at once, not when the server stops."""
    task = asyncio.create_task(work)
    task.add_done_callback(_complain)
    return task


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        asyncio.get_running_loop().call_exception_handler({"message": "stopped", "exception": task.exception()})


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel them and wait; what one of them failed with is raised."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
