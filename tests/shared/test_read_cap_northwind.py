"""At the monthly cap of reads writes go on: Northwind arrives but for what needs a look-up; when the month ends (the
clock is moved) the rest passes, and everything is equal to the cent.
"""

import os
import random
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from django.test import override_settings
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS

from bluepro.importing.services import import_folder
from bluepro.proof.compare import run_compare
from bluepro.proof.comparing.result import Comparison
from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.models import Connection, Link, RequestItem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.reads import next_month, reads

pytestmark = pytest.mark.django_db(transaction=True)

NORTHWIND = Path(os.environ.get("BLUEPRO_SHARED") or Path(__file__).parents[3] / "shared") / "data" / "northwind"
RECORDS = {Kind.CONTACT: 91, Kind.SERVICE: 77, Kind.INVOICE: 830, Kind.PAYMENT: 916}


def compared(timed: Timed) -> Comparison:
    rig = timed.rig
    Connection.objects.update(
        access_token=secrets.seal(rig.tokens.current().encode()), access_expires_at=timed.after(3600)
    )
    return run_compare(rig.actor.workspace_id, timed.deployment, clock=timed.clock, run=rig.post.run)


def test_writes_go_on_at_the_cap_and_the_rest_passes_when_the_month_ends() -> None:
    dice = random.Random(1)

    def lose(request: httpx2.Request) -> str:
        return dice.choice(["lost_before", "lost_after"]) if request.method == "POST" and dice.random() < 0.1 else ""

    with timed_rig() as timed:
        rig = timed.rig
        import_folder(rig.actor, NORTHWIND, clock=CLOCK, ids=IDS)
        rig.wire.fault = lose
        with override_settings(QBO_READS_A_MONTH=0):
            april = next_month(timed.clock.now())
            while (wait := timed.serve().wait) is not None and timed.after(wait) < april - timedelta(days=1):
                timed.push(wait)
            waiting = RequestItem.objects.filter(settled=False).count()
            arrived = Link.objects.exclude(entity_id=None).count()
            assert reads(timed.clock.now()).used == 0
            assert waiting > 0 and arrived > sum(RECORDS.values()) / 2
            assert Connection.objects.get().paused_until is None
        rig.wire.fault = lambda _: ""
        timed.push((april - timed.clock.now()).total_seconds() + 60)
        timed.settle_down()
        timed.at_rest()
        found = compared(timed)
    assert found.is_equal, found.differences
    assert {kind: count.equal for kind, count in found.counts.items()} == RECORDS
