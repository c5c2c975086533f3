"""A first push of one company at a QuickBooks that limits and takes its time, with edits of people meanwhile."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bench import cpu, edits
from bench.figures import Say
from bench.model import Counts
from bench.place import Company, place

CUSTOMERS, SERVICES = 200, 40
QUIET_EDITS = 40
EVERY = 4.0  # seconds between two edits during the push


@dataclass(frozen=True, slots=True)
class FirstPush:
    """Rates are records a minute; delays seconds beyond QuickBooks' own; `refusals` moments of a 429, in seconds after
    the start; `edit_cost` processor milliseconds of an edit while nothing else is to do."""

    names_a_minute: float
    sales_a_minute: float
    edits_a_minute: float
    quiet: list[float]
    busy: list[float]
    refusals: list[float]
    worker: float
    postgres: float
    records: int
    edit_cost: float

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def first_push(say: Say, *options: str, sales: Counts, warm_up: float, seconds: float) -> FirstPush:
    """Names first, then so many invoices and payments, measured for `seconds` after a warm-up."""
    options = ("--latency", "documented", "--no-request-log", *options)
    with place(*options, limits="documented") as where, where.worker() as worker:
        company = where.company("First push", unlimited=False)
        names = Counts(contacts=CUSTOMERS, services=SERVICES)
        company.write(names, "n")
        say(f"{names.all} customers and services")
        names_a_minute = names.all / company.push() * 60
        customers = company.customers()
        say(f"{QUIET_EDITS} edits while nothing else is to do")
        used = _used(worker.pid, where.postmaster)
        quiet = _edit(company, customers[:QUIET_EDITS], 1.0)
        edit_cost = (sum(_used(worker.pid, where.postmaster)) - sum(used)) / QUIET_EDITS * 1000
        company.write(sales, "b")
        begun = _now()
        company.press()
        say(f"{warm_up:.0f} s of warm-up, {seconds:.0f} s of measuring")
        time.sleep(warm_up)
        since, used = _now(), _used(worker.pid, where.postmaster)
        customers = customers[QUIET_EDITS : QUIET_EDITS + int(seconds / EVERY)]
        busy = _edit(company, customers, EVERY, until=since + timedelta(seconds=seconds))
        until, spent = _now(), _used(worker.pid, where.postmaster)
        pushed = _pushed(company, since, until)
        return FirstPush(
            names_a_minute,
            pushed / (until - since).total_seconds() * 60,
            len(busy) / (until - since).total_seconds() * 60,
            edits.delays(quiet),
            edits.delays(busy),
            _refusals(company, begun),
            spent[0] - used[0],
            spent[1] - used[1],
            pushed,
            edit_cost,
        )


def _edit(company: Company, customers: list[int], every: float, until: datetime | None = None) -> list[edits.Edit]:
    """An edit of each customer in turn, or an invoice for him."""
    made = []
    for number, customer in enumerate(customers):
        begun = time.monotonic()
        save = edits.write_invoice if number % 2 else edits.change_customer
        made.append(save(company, customer, customer))
        time.sleep(max(every - (time.monotonic() - begun), 0))
    if until is not None:
        time.sleep(max((until - _now()).total_seconds(), 0))
    return made


def _now() -> datetime:
    from bluepro.common.clock import SystemClock

    return SystemClock().now()


def _used(worker: int, postmaster: int) -> tuple[float, float]:
    return cpu.seconds_of_group(worker), cpu.seconds_of_group(postmaster)


def _pushed(company: Company, since: datetime, until: datetime) -> int:
    """Invoices and payments of the backlog that came to be between the two."""
    from bluepro.invoicing.models import Invoice
    from bluepro.quickbooks.models import Link

    mine = {"workspace": company.actor.workspace_id}
    edited = Invoice.objects.filter(**mine, number__startswith="edit").values("id")
    links = Link.objects.filter(**mine, kind__in=(3, 4), pushed_at__gte=since, pushed_at__lt=until)
    return links.exclude(kind=3, record_id__in=edited).count()


def _refusals(company: Company, begun: datetime) -> list[float]:
    """When QuickBooks refused for its limits; several within a second are one."""
    from bluepro.quickbooks.models import THROTTLED, Request

    refused = Request.objects.filter(connection=company.connection, status__in=THROTTLED)
    at = [
        (one - begun).total_seconds() for one in refused.order_by("answered_at").values_list("answered_at", flat=True)
    ]
    return [one for number, one in enumerate(at) if not number or one - at[number - 1] > 5]
