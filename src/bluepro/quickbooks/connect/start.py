"""Send from: everything, or what is dated on or after a day. A person chooses once, before the first push.

Shows what there is per year, so that the choice can be made. Contacts and services have no date: all of them go.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear

from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.common.ids import Ids
from bluepro.common.words import day_in_words
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.payments.models import Payment
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.lifecycle import own_connection
from bluepro.quickbooks.connect.mapping import make_items
from bluepro.quickbooks.models import Connection
from bluepro.workspaces.roles import Action, Actor, require

_log = logging.getLogger(__name__)

EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Year:
    """How many issued invoices and payments are dated in a year, and their sums in dollars."""

    year: int
    invoices: int = 0
    invoiced: Decimal = Decimal(0)
    payments: int = 0
    paid: Decimal = Decimal(0)


def years(workspace_id: int) -> tuple[Year, ...]:
    """What there is to send, per year, the oldest first; two queries."""
    issued = Invoice.objects.filter(workspace=workspace_id, status=InvoiceStatus.ISSUED)
    invoices = _per_year(issued.annotate(year=ExtractYear("issue_date")).values("year"), "total")
    payments = _per_year(
        Payment.objects.filter(workspace=workspace_id).annotate(year=ExtractYear("paid_on")).values("year"), "amount"
    )
    none = (0, Decimal(0))
    return tuple(
        Year(year, *invoices.get(year, none), *payments.get(year, none)) for year in sorted({*invoices, *payments})
    )


def _per_year(rows, column: str) -> dict[int, tuple[int, Decimal]]:  # type: ignore[no-untyped-def]  # a query of either table
    found = (
        rows.annotate(number=Count("pk"), amount_of=Sum(column)).order_by().values_list("year", "number", "amount_of")
    )
    return {year: (number, amount) for year, number, amount in found}


def choose_start(
    actor: Actor,
    connection: Connection,
    day: date | None,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run = asyncio.run,
) -> Connection:
    """Chooses the first day whose invoices and payments are sent; None for everything.

    May be chosen anew until Sync Data is first pressed. Raises Refused after that or for an impossible day, NotFound
    if the connection has ended, and what QuickBooks refuses if the items of ours are due now.
    """
    require(actor, Action.CONFIGURE_SYNC)
    connection = own_connection(actor, connection)
    if connection.synced_since is not None:
        raise refuse("start", "begun", f"Records are being sent already, {in_words(connection)}. That stays.")
    if day is not None and day < EARLIEST:
        raise refuse("start", "too_early", f"{day_in_words(day)} is before {EARLIEST.year}. Choose everything instead.")
    connection.start_date, connection.start_chosen_at, connection.start_chosen_by = day, clock.now(), actor.email
    connection.save(update_fields=["start_date", "start_chosen_at", "start_chosen_by"])
    _log.info("start chosen", extra={"action": "start_chosen", "workspace": actor.workspace_id})
    return make_items(connection, deployment, clock=clock, ids=ids, run=run)


def in_words(connection: Connection) -> str:
    """What is sent, to end a sentence with."""
    if connection.start_date is None:
        return "all of them"
    return f"those dated {day_in_words(connection.start_date)} or later"
