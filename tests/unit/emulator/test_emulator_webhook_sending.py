"""Webhooks over a real socket: what arrives, what is not waited for, where nothing is sent to.

When something is due is in test_emulator_webhook_queue.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from emulator_books import write
from emulator_http import FRESH
from emulator_webhooks import Told

from qbo_emulator.webhooks.courier import PATIENCE, Courier, sender
from qbo_emulator.webhooks.queue import Delivery, Outcome

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def _listening(serve: Serve) -> AsyncIterator[int]:
    """A server on this machine; its port."""
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def _answering(answer: bytes, received: list[bytes] | None = None) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if received is not None:
            received.append(head + body)
        writer.write(answer)
        await _close(writer)

    return serve


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _send(url: str, anywhere: bool = False, body: bytes = b"[]") -> Outcome:
    return await sender(lambda: anywhere)(Delivery(1, url, {"Content-Type": "application/json"}, body))


def test_a_notification_arrives_with_its_headers_and_body() -> None:
    async def work() -> tuple[Outcome, bytes]:
        received: list[bytes] = []
        async with _listening(_answering(OK, received)) as port:
            outcome = await _send(f"http://127.0.0.1:{port}/hook?a=b", body="[é]".encode())
        return outcome, received[0]

    outcome, raw = asyncio.run(work())
    assert outcome == Outcome(200)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
    assert b"Content-Type: application/json" in head
    assert body.decode() == "[é]"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 500 Oh\r\n\r\n", 500),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", 302),  # not followed
        (b"HTTP/1.0 200\r\n\r\n", 200),
        (b"SSH-2.0-x\r\n", None),
        (b"HTTP/1.1 abc\r\n", None),
        (b"", None),
        (b"x" * 100_000, None),
    ],
)
def test_what_comes_of_a_delivery(answer: bytes, status: int | None) -> None:
    async def work() -> Outcome:
        async with _listening(_answering(answer)) as port:
            return await _send(f"http://127.0.0.1:{port}/")

    outcome = asyncio.run(work())
    assert outcome.status == status
    assert bool(outcome.problem) is (status is None)


def test_f6_8_three_seconds_are_waited_for_an_answer() -> None:
    assert PATIENCE == 3
    silence = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silence.wait()
        await _close(writer)

    async def work() -> Outcome:
        async with _listening(silent) as port:
            delivery = Delivery(1, f"http://127.0.0.1:{port}/", {}, b"[]")
            outcome = await sender(lambda: False, patience=0.05)(delivery)
            silence.set()
            return outcome

    assert asyncio.run(work()) == Outcome(None, "no answer within 0.05 seconds")


def test_nobody_listening_is_a_problem_that_is_named() -> None:
    outcome = asyncio.run(_send("http://127.0.0.1:1/"))
    assert outcome.status is None
    assert outcome.problem


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "http://[2001:db8::1]/"])
def test_other_machines_are_not_called(url: str) -> None:
    outcome = asyncio.run(_send(url))
    assert outcome.status is None
    assert "webhooks_anywhere" in outcome.problem


def test_a_running_courier_sends_by_itself() -> None:
    told = Told()

    async def work() -> int:
        running = asyncio.create_task(Courier(told.emulator.world, told.endpoint.send).run())
        told_before = 0
        for name in ("Ada", "Bob"):
            write(told.emulator.world.companies[FRESH], "Customer", DisplayName=name)
            while len(told.endpoint.received) == told_before:
                await asyncio.sleep(0.01)
            told_before = len(told.endpoint.received)
        running.cancel()
        return told_before

    assert asyncio.run(asyncio.wait_for(work(), 20)) == 2


def test_an_https_endpoint_must_speak_tls() -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        await _close(writer)

    async def work() -> Outcome:
        async with _listening(plain) as port:
            return await _send(f"https://127.0.0.1:{port}/")

    outcome = asyncio.run(work())
    assert outcome.status is None
    assert outcome.problem
