"""Work spread over any number of workers: serve a company, sweep for companies with work. A job serves a company.

A doubled or lost job costs nothing or a sweep, since ownership is the lease. Jobs are never retried.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from bluepro.common.clock import SystemClock
from bluepro.common.errors import BlueProError
from bluepro.quickbooks.connect import reading
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.serve import Means, serve
from bluepro.quickbooks.store import company, leases
from bluepro.quickbooks.store.prune import prune

log = logging.getLogger(__name__)

SWEEP = "* * * * * */10"  # every 10 s: the sixth field is seconds
DAILY = "23 9 * * *"  # in the night of all American time zones
EVERY_MINUTE = "* * * * *"
READINGS = 20  # companies whose settings are read in a minute


_OTHERS = """
SELECT 1 FROM procrastinate_jobs
 WHERE status = 'todo' AND task_name = 'serve_company' AND (scheduled_at IS NULL OR scheduled_at <= now())
   AND args->>'connection_id' <> %s LIMIT 1
"""


@dataclass
class _Process:
    """What this process serves with; set by `worker` before the first job runs."""

    means: Means | None = None
    read_readiness: Callable[[Connection], object] | None = None


PROCESS = _Process()


@app.task(name="serve_company", pass_context=False)
def serve_company(connection_id: int) -> None:
    """Serves a company until its time slice ends; wakes it again if there is more to do."""
    if PROCESS.means is None:
        raise RuntimeError("this process was not started as a worker")
    served = serve(connection_id, PROCESS.means)
    if served.wait is not None:
        wake(connection_id, served.wait)


@app.periodic(cron=SWEEP)
@app.task(name="sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Finds the companies with work that nothing has woken: lost jobs, waits that are over."""
    log.debug("sweep", extra={"action": "sweep", "at": timestamp})
    wake_all_with_work()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="finish_stalled", pass_context=False)
async def finish_stalled(timestamp: int) -> None:
    """Ends the jobs of workers that died; they are never retried, since the sweep finds what is left to do."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("stalled job", extra={"action": "job_stalled", "job": job.id, "at": timestamp})
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="read_readiness", pass_context=False)
def read_readiness(timestamp: int) -> None:
    """Reads the settings of companies where they have changed, or were read a month ago; what fails is tried again."""
    if PROCESS.read_readiness is None:
        raise RuntimeError("this process was not started as a worker")
    for connection in reading.outdated(SystemClock().now(), READINGS):
        facts = {"connection": connection.pk, "at": timestamp}
        try:
            PROCESS.read_readiness(connection)
            log.info("readiness read", extra={"action": "readiness_read", **facts})
        except BlueProError as error:
            log.warning("readiness not read", extra={"action": "readiness_failed", "reason": str(error)[:200], **facts})


@app.periodic(cron=DAILY)
@app.task(name="daily", pass_context=False)
def daily(timestamp: int) -> None:
    """Forgets what was said in requests settled long ago."""
    emptied = prune(SystemClock().now())
    log.info("pruned", extra={"action": "pruned", "count": emptied, "at": timestamp})


def wake_all_with_work(*, owned_too: bool = False) -> None:
    """Wakes every company with something to do that nobody owns; a new worker also those whose owner may be dead."""
    for connection_id in company.with_work(SystemClock().now(), owned_too=owned_too):
        wake(connection_id)


def wake_workspace(workspace_id: int) -> None:
    """Wakes the workspace's company, if it has a connection that may write.

    Whoever serves it hears of changes himself, here or in another process, and looks once more after he has ended.
    """
    connection = company.of_workspace(workspace_id)
    if connection is None or (PROCESS.means is not None and PROCESS.means.doors.knock(connection.id)):
        return
    if not leases.is_held(connection.id, SystemClock().now()):
        wake(connection.id)


def others_wait(connection_id: int) -> bool:
    """Whether another company than this one waits for a worker."""
    with database.cursor() as cursor:
        cursor.execute(_OTHERS, [str(connection_id)])
        return cursor.fetchone() is not None


def wake(connection_id: int, seconds: float = 0) -> None:
    """Has the company served soon, or in some seconds; takes "already queued" for success. Only after commit."""
    later = {"schedule_in": {"seconds": seconds}} if seconds > 0 else {}
    lock = f"company {connection_id}{' later' if later else ''}"

    def defer() -> None:
        try:
            serve_company.configure(queueing_lock=lock, **later).defer(connection_id=connection_id)  # type: ignore[arg-type]
        except exceptions.AlreadyEnqueued:
            log.debug("already queued", extra={"action": "wake_doubled"})

    transaction.on_commit(defer)
