"""A worker process: runs Procrastinate's jobs, and listens for changes.

Knows how to start and stop; what a job does is in `tasks`.
"""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from typing import cast

import psycopg
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.db import connection as database
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from bluepro.common.clock import Clock, SystemClock
from bluepro.common.ids import Ids, RandomIds
from bluepro.quickbooks import tasks
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.connect.reading import refresh_readiness
from bluepro.quickbooks.connect.tokens import TokenKeeper
from bluepro.quickbooks.post import Post
from bluepro.quickbooks.serve import Means
from bluepro.quickbooks.triggers import CHANNEL

log = logging.getLogger(__name__)

CONCURRENCY = 4
POLLING = 1.0  # seconds: how late a job scheduled for later may start


def means(deployment: Deployment, post: Post, *, clock: Clock, ids: Ids, stopping: Callable[[], bool]) -> Means:
    """What a worker serves companies with."""

    def tokens(connection_id: int) -> TokenKeeper:
        return TokenKeeper(connection_id, deployment, clock=clock, ids=ids)

    return Means(post, tokens, clock, ids, stopping=stopping, others_wait=tasks.others_wait)


def run_worker(deployment: Deployment, *, concurrency: int = CONCURRENCY) -> None:
    """Works until SIGTERM or SIGINT; then finishes the requests that are under way."""
    stop = threading.Event()
    clock, ids = SystemClock(), RandomIds()
    with Post(deployment, clock) as post:
        tasks.PROCESS.means = means(deployment, post, clock=clock, ids=ids, stopping=stop.is_set)
        tasks.PROCESS.read_readiness = lambda connection: refresh_readiness(
            connection, deployment, clock=clock, ids=ids
        )
        ear = threading.Thread(target=_listen, args=(stop,), name="listen", daemon=True)
        ear.start()
        try:
            asyncio.run(_work(concurrency, stop))
        finally:
            stop.set()
            ear.join()


async def _work(concurrency: int, stop: threading.Event) -> None:
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            working = asyncio.ensure_future(
                worker_app.run_worker_async(
                    concurrency=concurrency,
                    fetch_job_polling_interval=POLLING,
                    delete_jobs="always",
                    install_signal_handlers=False,
                )
            )
            _stop_on_signals(working, stop)
            with contextlib.suppress(asyncio.CancelledError):
                await working


def _stop_on_signals(working: "asyncio.Future[None]", stop: threading.Event) -> None:
    """Running jobs end their slice at once; Procrastinate waits for them, then returns."""

    def on_signal() -> None:
        stop.set()
        working.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)


def _listen(stop: threading.Event) -> None:
    """Wakes companies as changes are committed; what it misses, the sweep finds."""
    while not stop.is_set():
        try:
            _hear(stop)
        except (psycopg.Error, DatabaseError, InterfaceError, ConnectorException) as error:
            close_old_connections()
            log.warning("listener lost its connection", extra={"action": "listener_lost", "reason": str(error)[:200]})
            stop.wait(1)


def _hear(stop: threading.Event) -> None:
    with psycopg.connect(autocommit=True, **database.get_connection_params()) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        tasks.wake_all_with_work(owned_too=True)
        while not stop.is_set():
            for heard in connection.notifies(timeout=0.5):
                tasks.wake_workspace(int(heard.payload))
                if stop.is_set():
                    return
