"""Compare with QuickBooks, on demand and in rehearsals: reads both sides and compares them. Writes nothing anywhere
but the log of its reads.
"""

import asyncio
import time
from collections.abc import Callable

from bluepro.common.clock import Clock, SystemClock
from bluepro.common.errors import NotFound
from bluepro.common.ids import Ids, RandomIds
from bluepro.proof.books import read_books
from bluepro.proof.comparing.comparison import compare
from bluepro.proof.comparing.result import Comparison
from bluepro.proof.sides import read_sides
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.models import Connection, ConnectionState


def run_compare(
    workspace_id: int,
    deployment: Deployment,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    run: Run = asyncio.run,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Comparison:
    """Compare the workspace with the QuickBooks company that it is connected to.

    QuickBooks is read first, so that what is pushed meanwhile shows as a difference and never as equal by chance.
    Raises NotFound without a connection, and whatever the reads raise (NoAnswer, QuickBooksRefused, ConnectionLost).
    """
    connection = _connection(workspace_id)
    clock, ids = clock or SystemClock(), ids or RandomIds()
    theirs = read_books(connection, deployment, clock=clock, ids=ids, run=run, monotonic=monotonic, sleep=sleep)
    ours, bridge = read_sides(connection)
    return compare(ours, theirs, bridge)


def _connection(workspace_id: int) -> Connection:
    rows = Connection.objects.filter(workspace=workspace_id).exclude(state=ConnectionState.DISCONNECTED)
    found = rows.first()
    if found is None:
        raise NotFound("This workspace is not connected to QuickBooks; connect it with: bluepro connect")
    return found
