"""Work that takes longer than a page may: done by a worker, looked at through its row. Found by Procrastinate."""

from procrastinate.contrib.django import app

from bluepro.web.present import CLOCK, IDS
from bluepro.web.settings import runs


@app.task(name="import_records", pass_context=False)
def import_records(run_id: int) -> None:
    """Checks or imports what somebody uploaded. A second job for the same run does nothing."""
    runs.work(run_id, clock=CLOCK, ids=IDS)


def start(run_id: int) -> None:
    """Has a worker take up the run; only after commit."""
    import_records.defer(run_id=run_id)
