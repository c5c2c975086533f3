"""The Northwind folder: imported whole, quickly, to the cent; again without a change; exported and imported elsewhere.

Reads the folder beside the repository, or where BLUEPRO_SHARED says.
"""

import os
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.db.models import Sum

from bluepro.common.clock import ManualClock
from bluepro.common.ids import SeededIds
from bluepro.importing.exporting import export_folder
from bluepro.importing.report import Counts, ImportReport
from bluepro.importing.services import import_folder
from bluepro.invoicing.models import Invoice
from bluepro.payments.models import Payment
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("BLUEPRO_SHARED") or Path(__file__).parents[3] / "shared")
NORTHWIND = SHARED / "data" / "northwind"
RECORDS = {"contacts": 91, "services": 77, "invoices": 830, "payments": 916}
CLOCK = ManualClock()


def workspace(name: str) -> Actor:
    return owner_actor(create_workspace(name, "ann@example.com", "America/New_York", clock=CLOCK))


def bring_in(actor: Actor, path: Path = NORTHWIND) -> ImportReport:
    return import_folder(actor, path, clock=CLOCK, ids=SeededIds(1))


def totals(actor: Actor) -> dict[str, Decimal]:
    sums = Invoice.objects.filter(workspace=actor.workspace_id).aggregate(*map(Sum, ("total", "discount", "tax")))
    paid = Payment.objects.filter(workspace=actor.workspace_id).aggregate(Sum("amount"))
    return {name.removesuffix("__sum"): Decimal(amount) for name, amount in (sums | paid).items()}


def test_all_of_it_arrives_to_the_cent_and_again_changes_nothing() -> None:
    actor = workspace("Northwind")
    first, again = bring_in(actor), bring_in(actor)
    assert (first.errors, first.written, first.rows) == ((), True, 4973)
    assert first.counts == {kind: Counts(created=count) for kind, count in RECORDS.items()}
    assert again.counts == {kind: Counts(unchanged=count) for kind, count in RECORDS.items()}
    assert totals(actor) == {
        "total": Decimal("1344746.15"),
        "discount": Decimal("58465.72"),
        "tax": Decimal("16399.43"),
        "amount": Decimal("1252876.03"),
    }


def test_exported_and_imported_elsewhere_it_is_equal(tmp_path: Path) -> None:
    here, there = workspace("Here"), workspace("There")
    bring_in(here)
    report = export_folder(here, tmp_path / "first")
    assert (report.counts, report.notices) == (RECORDS, ())
    bring_in(there, tmp_path / "first")
    export_folder(there, tmp_path / "second")
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
    assert totals(here) == totals(there)


def test_two_thousand_rows_a_second() -> None:
    seconds = min(timed(partial(bring_in, workspace(name))) for name in "abc")
    assert 4973 / seconds > 2000


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
