"""Sends committed requests: one event loop in a thread of its own, one HTTP client for all companies of a process.

The only asynchronous part of the engine. It decides nothing and saves nothing; the outcome comes back as a future.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bluepro.common.clock import Clock
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.judge import SEND_WITHIN
from bluepro.quickbooks.work import Outcome, Sendable, Silence
from qbo_client.config import Timeouts
from qbo_client.transport import Sender, Unanswered, open_http

R = TypeVar("R")


class Post:
    """Sends requests to QuickBooks. Use as a context manager, or call `close`; safe in several threads."""

    def __init__(self, deployment: Deployment, clock: Clock, timeouts: Timeouts | None = None) -> None:
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="post", daemon=True)
        self._thread.start()
        self._http = self.run(_open(deployment, timeouts or Timeouts()))
        self._sender = Sender(self._http, deployment.endpoints, deployment.monotonic)

    def submit(self, sendable: Sendable, committed_at: datetime, token: str, realm_id: str) -> "Future[Outcome]":
        """Begins to send; the future holds the answer, or the silence."""
        work = self._send(sendable, committed_at, token, realm_id)
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Runs other asynchronous work on the same loop and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Ends the loop; what is still under way is cut off."""
        self.run(self._http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _send(self, sendable: Sendable, committed_at: datetime, token: str, realm_id: str) -> Outcome:
        if self._clock.now() - committed_at > timedelta(seconds=SEND_WITHIN):
            return Silence("not sent: too long after it was committed", maybe_done=False)
        try:
            return await self._sender.send(sendable.call, token, realm_id)
        except Unanswered as silence:
            return Silence(silence.reason, silence.maybe_sent)


async def _open(
    deployment: Deployment, timeouts: Timeouts
) -> Any:  # Any: only the client names the HTTP library's types
    return open_http(timeouts, deployment.transport)
