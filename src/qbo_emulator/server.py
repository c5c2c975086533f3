"""The emulator on a socket: uvicorn, with connections that can break when a fault rule asks for it."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from qbo_emulator.routes.delivery import LOSS

_RESET = struct.pack("ii", 1, 0)  # linger for no time: the peer sees a reset, not an orderly end


class BreakingProtocol(H11Protocol):
    """One connection. It offers the extension LOSS to the application and breaks when it is sent its message."""

    def __init__(self, *args: Any, **options: Any) -> None:  # Any: whatever uvicorn hands over
        super().__init__(*args, **options)
        self._lost = asyncio.Event()
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:  # Any: ASGI, which uvicorn types apart
            async def watched(message: Any) -> None:
                if message["type"] == LOSS:
                    await self._break()
                else:
                    await send(message)

            scope.setdefault("extensions", {})[LOSS] = {}
            await inner(scope, receive, watched)

        self.app = app

    async def _break(self) -> None:
        """Reset the connection, and wait until uvicorn knows."""
        if self.transport.is_closing():
            return
        held = self.transport.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()
        await self._lost.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits in _break."""
        super().connection_lost(exc)
        self._lost.set()


def spare_collector() -> None:
    """Let the garbage collector look at each object once, while it is young; for the whole process.

    The books are trees without cycles. Searching them again and again takes a quarter of a batch's time, and stops the
    server for a second at 100,000 invoices. A cycle that is found alive once waits for 200 million further objects.
    """
    gc.set_threshold(200_000, 1_000, 1_000)


def config(app: Any) -> Config:  # Any: an ASGI application
    """How uvicorn serves the emulator."""
    return Config(
        app,
        http=BreakingProtocol,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        timeout_keep_alive=75,  # a client that pauses between calls should not meet a closing connection
        timeout_graceful_shutdown=5,
    )
