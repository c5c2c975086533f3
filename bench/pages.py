"""Pages: how long each takes in a workspace with 50,000 invoices, 20,000 contacts, 40,000 payments and 500 services.

    python bench/pages.py [--json FILE] [--only WORD] [--queries]

Makes a database of its own in a temporary folder and removes it. Pages are asked for through Django's test client in
this process, signed in as the Owner, everything (PostgreSQL too) on one core: the median of 15 rounds after two to
warm up; and the processor time of both (without PostgreSQL's parallel workers), which does not depend on what else the
machine does. Ends with 1 if a page is over the budget. Static files and the web server are left out.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bluepro.running.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from django.test import Client

BUDGET_MS = 150.0
ROUNDS, WARM_UP = 15, 2
SIZES = {"contacts": 20_000, "services": 500, "invoices": 50_000, "payments": 40_000}
REALM = "9130"
LATE = 200  # a late page: the last that a list offers


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: median of the rounds and processor time (this process and PostgreSQL's, the mean) in milliseconds,
    queries, and the size of the answer as it is sent, in kB."""

    page: str
    ms: float
    processor_ms: float
    queries: int
    kilobytes: float


def main() -> int:
    """Runs the measurement and prints it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--only", default="", help="pages whose name has this word")
    parser.add_argument("--queries", action="store_true", help="print the slowest query of each page over the budget")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # before the server starts, so that it shares the core
    with tempfile.TemporaryDirectory(prefix="bluepro-bench-") as folder:
        Path(folder).chmod(0o711)  # as root, the server runs as another user, who must be able to pass through
        postgres = EmbeddedPostgres(
            Path(folder) / "data", settings={"fsync": "off"}, durable=False, system_folder=Path(folder) / "system"
        )
        os.environ["DATABASE_URL"] = postgres.start().url
        os.environ["DJANGO_SETTINGS_MODULE"] = "bluepro.config.settings"
        try:
            found = measure(options.only, show_queries=options.queries)
        finally:
            postgres.stop()
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")
    return 0 if all(one.ms < BUDGET_MS for one in found) else 1


def measure(only: str, *, show_queries: bool) -> list[Measured]:
    """Fills the database, then times the pages."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    workspace, client = fill()
    found = []
    sys.stdout.write(f"{'page':60} {'median':>9} {'processor':>9} {'queries':>8} {'size':>9}\n")
    for name, address in pages(workspace):
        if only not in name:
            continue
        one = timed(client, name, address)
        found.append(one)
        over = "  OVER" if one.ms >= BUDGET_MS else ""
        sys.stdout.write(
            f"{name:60} {one.ms:6.1f} ms {one.processor_ms:6.1f} ms {one.queries:8} {one.kilobytes:6.1f} kB{over}\n"
        )
        sys.stdout.flush()
        if show_queries and over:
            slowest_query(client, address)
    return found


def fill() -> tuple[int, "Client"]:
    """The business, and a browser signed in as its Owner."""
    from django.db import connection
    from django.test import Client

    from bluepro.common.clock import SystemClock
    from bluepro.quickbooks.models import Connection
    from bluepro.workspaces.models import Membership
    from bluepro.workspaces.services import create_workspace

    workspace = create_workspace("Bench", "owner@example.com", "America/New_York", clock=SystemClock())
    member = Membership.objects.get(workspace=workspace)
    now = datetime.now(UTC)
    company = Connection.objects.create(
        workspace=workspace,
        realm_id=REALM,
        state="connected",
        enabled=True,
        company_name="Bench Books",
        access_token=b"",
        refresh_token=b"",
        access_expires_at=now,
        refresh_expires_at=now,
        connected_at=now - timedelta(days=1200),
        synced_since=now - timedelta(days=1200),
        readiness={},
        tax_mode="line",
    )
    ids = {"workspace": workspace.pk, "member": member.pk, "connection": company.pk, "realm": REALM}
    with connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "pages.sql").read_text(), {**SIZES, **ids})
        cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(member.user)
    return workspace.pk, client


def pages(workspace: int) -> Iterator[tuple[str, str]]:
    """What is measured: a name and an address each."""
    from django.urls import reverse

    def at(view: str, *args: object) -> str:
        return reverse(view, args=[workspace, *args])

    yield "home", at("home")
    for view, searches, filters, sorts in lists():
        yield view, at(view)
        queries = [f"page={LATE}", *(f"q={word}" for word in searches), *filters]
        queries += [f"sort={sign}{key}{page}" for key in sorts for sign in ("", "-") for page in ("", f"&page={LATE}")]
        queries += [f"q={searches[0]}&sort={sign}{key}" for key in sorts for sign in ("", "-")]
        for query in queries:
            yield f"{view} ?{query}", f"{at(view)}?{query}"
    for name, view, args in details():
        yield name, at(view, *args)
    yield "client_invoice", reverse("client_invoice", args=[page_token()])
    yield "payment_new of the biggest customer", f"{at('payment_new')}?contact={biggest_customer()}"
    yield "payment_new, finding a customer", f"{at('payment_new')}?q=garcia"
    for found, word in (("customers", "find_customer=garcia"), ("services", "find_service=report")):
        yield f"invoice_editor_{found}", f"{at(f'invoice_editor_{found}')}?{word}"
    for view in ("quickbooks", "quickbooks_progress", "quickbooks_problems", "quickbooks_mapping", "quickbooks_help"):
        yield view, at(view)
    yield "quickbooks_problems ?show=closed", f"{at('quickbooks_problems')}?show=closed"
    yield "quickbooks_compare (before comparing)", at("quickbooks_compare")
    for view in ("settings", "settings_people", "settings_import"):
        yield view, at(view)


def lists() -> Iterator[tuple[str, Sequence[str], Sequence[str], Sequence[str]]]:
    """Each list with what is searched, filters and sorts. Of the searches, the last finds nothing."""
    from bluepro.invoicing.status import ShownStatus

    shown = [f"status={str(one).replace(' ', '+')}" for one in ShownStatus]
    customer = f"contact={biggest_customer()}"
    kinds = ["kind=company", "kind=person", "archived=yes"]
    yield "contacts", ("garcia", "ann+smith", "5551", "a", "nobody77"), kinds, ("name", "added")
    yield "services", ("report", "WC-4", "nobody77"), ["kind=product", "archived=yes"], ("name", "price", "sku")
    paid = ["q=garcia&status=Paid", customer, f"{customer}&status=Overdue"]
    sorts = ("number", "date", "due", "total", "balance")
    yield "invoices", ("garcia", "4321", "spring+smith", "a", "nobody77"), [*shown, *paid], sorts
    method = ["method=Cash", customer]
    yield "payments", ("garcia", "4321", "check+lee", "a", "nobody77"), method, ("date", "method", "amount")


def details() -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Pages of single records: an ordinary one, and the biggest customer."""
    from bluepro.catalogue.models import Service
    from bluepro.contacts.models import Contact
    from bluepro.invoicing.models import Invoice
    from bluepro.payments.models import Payment

    contact = Contact.objects.order_by("-pk")[100].pk
    service = Service.objects.order_by("pk")[100].pk
    invoice = Invoice.objects.filter(status="issued", paid__gt=0).order_by("pk")[20_000].pk
    draft = Invoice.objects.filter(status="draft").order_by("pk")[100].pk
    payment = Payment.objects.order_by("pk")[20_000].pk
    yield "contact", "contact", (contact,)
    yield "contact, the biggest customer", "contact", (biggest_customer(),)
    yield "contact_edit", "contact_edit", (contact,)
    yield "service", "service", (service,)
    yield "service_edit", "service_edit", (service,)
    yield "invoice", "invoice", (invoice,)
    yield "invoice_as_client", "invoice_as_client", (invoice,)
    yield "invoice_new", "invoice_new", ()
    yield "invoice_edit", "invoice_edit", (draft,)
    yield "invoice_issue", "invoice_issue", (draft,)
    yield "invoice_delete", "invoice_delete", (draft,)
    yield "payment", "payment", (payment,)
    yield "payment_edit", "payment_edit", (payment,)
    yield "payment_delete", "payment_delete", (payment,)
    for kind, pk in (("contact", contact), ("service", service), ("invoice", invoice), ("payment", payment)):
        yield f"quickbooks_record of a {kind}", "quickbooks_record", (kind, pk)


def biggest_customer() -> int:
    """The contact with the most invoices."""
    from bluepro.contacts.models import Contact

    return Contact.objects.order_by("pk").values_list("pk", flat=True)[0]


def page_token() -> str:
    """The address of a customer's page."""
    from bluepro.invoicing.models import InvoicePage

    return InvoicePage.objects.order_by("pk").values_list("token", flat=True)[10_000]


def timed(client: "Client", name: str, address: str) -> Measured:
    """Asks for the page ROUNDS times. Raises ValueError if it does not answer 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    headers = {"accept-encoding": "gzip"}
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
    queries = len(captured)
    if answer.status_code != 200:
        raise ValueError(f"{name}: {answer.status_code} at {address}")
    for _ in range(WARM_UP):
        client.get(address, headers=headers)
    times, used = [], processor_seconds()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(address, headers=headers)
        times.append((time.perf_counter() - begun) * 1000)
    used = (processor_seconds() - used) * 1000 / ROUNDS
    return Measured(
        name, round(statistics.median(times), 1), round(used, 1), queries, round(len(answer.content) / 1000, 1)
    )


def processor_seconds() -> float:
    """What this process and the PostgreSQL process that serves it have used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slowest_query(client: "Client", address: str) -> None:
    """Prints the page's slowest query."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]))
    sys.stdout.write(f"    {slowest['time']} s: {slowest['sql']}\n")


if __name__ == "__main__":
    sys.exit(main())
