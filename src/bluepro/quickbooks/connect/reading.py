"""Reads a company's readiness from QuickBooks, about six reads, and stores it with the connection.

What it means is in `readiness.py` and `checks.py`.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from bluepro.common.clock import Clock
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.calls import ANY_STATE, SetupCalls, calls_of
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.holdings import count_holdings
from bluepro.quickbooks.connect.readiness import Readiness, of_answers
from bluepro.quickbooks.models import Connection, ConnectionState
from qbo_client import wire

MONTH = timedelta(days=30)
STANDING = (ConnectionState.CONNECTED, ConnectionState.PAUSED)


def read(calls: SetupCalls) -> Readiness:
    """The snapshot as QuickBooks has it now. Lists come with what is inactive. Raises what SetupCalls raises."""
    preferences = calls.preferences()
    tax = wire.given(preferences.tax_prefs, wire.TaxPrefs())
    by_codes = wire.given(tax.using_sales_tax, False) and tax.partner_tax_enabled is wire.UNSET
    return of_answers(
        company=calls.company_info(),
        preferences=preferences,
        accounts=calls.all(wire.Account, [ANY_STATE]),
        tax_codes=calls.all(wire.TaxCode),
        terms=calls.all(wire.Term),
        payment_methods=calls.all(wire.PaymentMethod, [ANY_STATE]),
        tax_rates=calls.all(wire.TaxRate) if by_codes else (),
    )


def refresh_readiness(
    connection: Connection, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run = asyncio.run
) -> Readiness:
    """Reads and stores the snapshot of a connection that stands; also in `connection` itself.

    Before the first push also how much there is in QuickBooks.
    """
    calls = calls_of(connection, deployment, clock=clock, ids=ids, run=run)
    snapshot = read(calls)
    store(connection, snapshot, clock=clock)
    if connection.synced_since is None:
        store_holdings(connection, count_holdings(calls))
    return snapshot


def outdate(realm_ids: Collection[str]) -> None:
    """Has the snapshots of these companies read anew: their settings have changed."""
    Connection.objects.filter(realm_id__in=realm_ids, state__in=STANDING).update(readiness_at=None)


def outdated(now: datetime, limit: int) -> list[Connection]:
    """The connections whose snapshot is to be read anew: because of a change there, or after a month."""
    old = Q(readiness_at=None) | Q(readiness_at__lt=now - MONTH)
    return list(Connection.objects.filter(old, state=ConnectionState.CONNECTED).order_by("id")[:limit])


def store_holdings(connection: Connection, holds: Mapping[str, int]) -> None:
    """Saves what there was before the first push; afterwards it would count what is ours."""
    if connection.synced_since is None:
        connection.holds = dict(holds)
        connection.save(update_fields=["holds"])


def store(connection: Connection, snapshot: Readiness, *, clock: Clock) -> None:
    """Saves the snapshot and what follows from it."""
    connection.readiness = snapshot.to_json()
    connection.readiness_at = clock.now()
    connection.company_name = snapshot.company_name[:200]
    connection.tax_code = snapshot.tax_code[:20]
    connection.save(update_fields=["readiness", "readiness_at", "company_name", "tax_code"])
