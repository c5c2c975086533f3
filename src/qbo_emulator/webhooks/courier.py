"""Sends what the queue says is due, and tells it what came of it. The only part of webhooks that waits.

A plain POST over asyncio's streams, three seconds for all of it (F6-8), no redirects, to this machine only unless an
option allows more.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import SplitResult

from qbo_emulator.webhooks.queue import Delivery, Outcome
from qbo_emulator.webhooks.subscription import check_endpoint
from qbo_emulator.world import World

PATIENCE = 3.0
TICK = 0.2  # how often the clock is looked at while something waits: it can be pushed
_PORTS = {"http": 80, "https": 443}

Send: TypeAlias = Callable[[Delivery], Awaitable[Outcome]]


class Refused(Exception):
    """The address leads beyond this machine."""


class Courier:
    """Carries the notifications of one world."""

    def __init__(self, world: World, send: Send) -> None:
        self._world = world
        self._send = send
        self._under_way: set[asyncio.Task[None]] = set()

    async def round(self) -> int:
        """Send everything that is due now and wait for what comes of it; answers how many were sent."""
        deliveries = self._world.webhooks.due(self._world.clock.now())
        await asyncio.gather(*(self._carry(one) for one in deliveries))
        return len(deliveries)

    async def run(self) -> None:
        """Send for ever, each endpoint by itself; asleep while nothing waits."""
        bell = asyncio.Event()
        while True:
            self._world.webhooks.bell = bell.set  # a reset makes another queue
            for one in self._world.webhooks.due(self._world.clock.now()):
                task = asyncio.create_task(self._carry(one))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            await self._sleep(bell)

    async def _sleep(self, bell: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(bell.wait(), TICK if self._world.webhooks.pending() else None)
        except TimeoutError:
            return
        bell.clear()

    async def _carry(self, delivery: Delivery) -> None:
        queue = self._world.webhooks
        outcome = await self._send(delivery)
        queue.settle(delivery.number, outcome, self._world.clock.now())
        self._world.activity += 1


def sender(anywhere: Callable[[], bool], patience: float = PATIENCE) -> Send:
    """A sender over the network; `anywhere` says whether other machines may be called, `patience` is in seconds."""

    async def send(delivery: Delivery) -> Outcome:
        try:
            async with asyncio.timeout(patience):
                return Outcome(await _post(delivery, anywhere()))
        except TimeoutError:
            return Outcome(None, f"no answer within {patience:g} seconds")
        except (OSError, ValueError, Refused) as error:
            return Outcome(None, str(error) or type(error).__name__)

    return send


async def _post(delivery: Delivery, anywhere: bool) -> int:
    """The status of the answer; its body is not read."""
    parts = check_endpoint(delivery.url)
    reader, writer = await _connect(parts, anywhere)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = {"Host": parts.netloc, **delivery.headers, "Content-Length": str(len(delivery.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, "Connection": "close"}.items())
        writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + delivery.body)
        await writer.drain()
        return _status(await reader.readline())
    finally:
        writer.close()
        with suppress(OSError):  # the other side may be gone already
            await writer.wait_closed()


async def _connect(parts: SplitResult, anywhere: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address of the host that takes one. OSError if none does."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    *others, last = await _addresses(host, port, anywhere)
    for address in others:
        with suppress(OSError):
            return await asyncio.open_connection(address, port, ssl=tls, server_hostname=host if tls else None)
    return await asyncio.open_connection(last, port, ssl=tls, server_hostname=host if tls else None)


async def _addresses(host: str, port: int, anywhere: bool) -> list[str]:
    """Where a host is. Refused if that is not here and has to be; asked once and then called, so it cannot change."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not anywhere and not all(ipaddress.ip_address(one).is_loopback for one in addresses):
        raise Refused(f"{host} is not this machine, and the option webhooks_anywhere is off")
    return addresses


def _status(line: bytes) -> int:
    """The status in the first line of an answer. ValueError if it is none."""
    words = line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError("the answer is not HTTP")
    return int(words[1])
