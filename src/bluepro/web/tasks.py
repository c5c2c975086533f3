"""Work that takes longer than a page may: done by a worker, looked at through its row. Found by Procrastinate."""

from procrastinate.contrib.django import app

from bluepro.web import mailing
from bluepro.web.present import CLOCK, IDS
from bluepro.web.settings import runs

EVERY_10_SECONDS = "* * * * * */10"  # the sixth field is seconds
MORNING = "30 12 * * *"  # 12:30 UTC, before work begins in all American time zones


@app.periodic(cron=EVERY_10_SECONDS)
@app.task(name="mail", pass_context=False)
def mail(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate's signature
    """Tells people by e-mail, at once, that the connection is lost or sending pauses."""
    mailing.deliver(CLOCK)


@app.periodic(cron=MORNING)
@app.task(name="mail_daily", pass_context=False)
def mail_daily(timestamp: int) -> None:  # noqa: ARG001
    """Tells people by e-mail which problems are open."""
    mailing.deliver_daily(CLOCK)


@app.task(name="import_records", pass_context=False)
def import_records(run_id: int) -> None:
    """Checks or imports what somebody uploaded. A second job for the same run does nothing."""
    runs.work(run_id, clock=CLOCK, ids=IDS)


def start(run_id: int) -> None:
    """Has a worker take up the run; only after commit."""
    import_records.defer(run_id=run_id)
