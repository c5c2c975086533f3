"""How many queries a page makes does not depend on how many rows it shows: the same with 3 rows and with 30.

All lists stay within one page in both cases.
"""

from collections.abc import Callable

import pytest
from connect_world import QuickBooksWorld
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from invoicing_records import NOW, D
from web_two_worlds import Filled, fill
from web_walk_table import PAGES, Page
from web_world import World, make_world

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.comments import add_comment
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.rules import InvoiceData, LineData
from bluepro.quickbooks.models import Change, Connection, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces import invitations
from bluepro.workspaces.models import Membership, Role, User
from bluepro.workspaces.tax_rates import save_tax_rate

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 30


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Filled:
    for name in ("ENVIRONMENT", "API_URL", "DISCOVERY_URL", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.delenv(f"BLUEPRO_QBO_{name}", raising=False)
    found = fill(make_world(), "Bright")
    Connection.objects.filter(pk=QuickBooksWorld().enabled(found.world.business.owner).pk).update(synced_since=NOW)
    found.ids["problem"] = 0
    return found


def grow(filled: Filled, first: int, last: int) -> None:
    """Records numbered `first` to `last` of every kind, all of one customer, and more parts of the same records."""
    world, owner, clock = filled.world, filled.world.business.owner, filled.world.business.clock
    big = Invoice.objects.get(pk=filled.ids["invoice"])
    for number in range(first, last):
        save_contacts(owner, [ContactEdit(_contact(number))], clock=clock)
        services = save_services(owner, [ServiceEdit(_service(number))], clock=clock).ids
        add_comment(owner, filled.ids["invoice"], f"Note {number}", clock=clock)
        save_tax_rate(owner, f"Rate {number}", D(number))
        invitations.invite(owner, f"guest{number}@example.net", Role.MEMBER, clock=clock)
        user = User.objects.create_user(f"more{number}@example.com", name=f"More {number}")
        Membership.objects.create(workspace=world.workspace, user=user, role=Role.MEMBER, created_at=NOW)
        issued = world.business.issued(contact_id=filled.ids["contact"], lines=_lines(filled, services[0]))
        world.business.pay((big, "0.01"), (issued, "1"))
        _problem(world, issued)
    _longer_draft(filled, last)


def _contact(number: int) -> ContactData:
    return ContactData(
        kind="person",
        display_name=f"Customer {number}",
        emails=(f"c{number}@example.com", f"d{number}@example.com"),
        phones=(f"555 {number}",),
        service_addresses=(Address(f"{number} Elm", "Eugene", "OR", "97401", "USA"),),
    )


def _service(number: int) -> ServiceData:
    return ServiceData(kind="service", name=f"Service {number}", unit_price=D("10"), tax_exempt=False)


def _lines(filled: Filled, service_id: int) -> tuple[LineData, ...]:
    kept = LineData("service", service_id=filled.ids["service"], quantity=D("1"), unit_price=D("80"))
    return (kept, LineData("service", service_id=service_id, quantity=D("1"), unit_price=D("20")))


def _longer_draft(filled: Filled, lines: int) -> None:
    """The draft gets that many lines."""
    draft = Invoice.objects.get(pk=filled.ids["draft"])
    line = LineData("service", service_id=filled.ids["service"], quantity=D("1"), unit_price=D("80"))
    data = InvoiceData(contact_id=filled.ids["contact"], issue_date=draft.issue_date, lines=(line,) * lines)
    filled.world.business.edit(draft, data)


def _problem(world: World, invoice: Invoice) -> None:
    Problem.objects.create(
        connection=Connection.objects.get(workspace=world.workspace),
        kind=int(Kind.INVOICE),
        record_id=invoice.pk,
        label=f"invoice {invoice.number}",
        cause="number_taken",
        text="Taken.",
        opened_at=NOW,
    )
    Problem.objects.create(
        connection=Connection.objects.get(workspace=world.workspace),
        kind=int(Kind.INVOICE),
        record_id=invoice.pk,
        label=f"invoice {invoice.number}",
        cause="closed_books",
        text="Closed.",
        opened_at=NOW,
        closed_at=NOW,
    )


def queries_of(filled: Filled, pages: list[Page]) -> dict[str, int]:
    """How many queries each page makes."""
    client = filled.world.browser(Role.OWNER)
    found = {}
    for page in pages:
        args = [one[1:] if one.startswith("=") else filled.ids[one] for one in page.args]
        where = reverse(page.view, args=[filled.world.workspace.pk, *args]) + page.query.format(**filled.ids)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(where)
        assert answer.status_code == 200, str(page)
        found[str(page)] = len(captured)
    return found


def test_pages_make_as_many_queries_for_thirty_rows_as_for_three(filled: Filled) -> None:
    left_out = ("settings_export_file", "invoice_edit")
    pages = [page for page in PAGES if page.get is not None and page.view not in left_out]
    pages += [Page(view, "O", None, query="?q=e") for view in ("contacts", "services", "invoices", "payments")]
    pages.append(Page("invoice_edit", "O", None, ("draft",)))
    grow(filled, 1, FEW)
    few = queries_of(filled, pages)
    grow(filled, FEW, MANY)
    many = queries_of(filled, pages)
    assert Change.objects.filter(dirty=True).count() > MANY
    assert {page: (few[page], many[page]) for page in few if few[page] != many[page]} == {}
    assert max(many.values()) <= 35, sorted(many.items(), key=lambda one: -one[1])[:3]


@pytest.mark.parametrize("view", ["client_invoice", "workspaces"])
def test_so_do_the_customers_page_and_the_list_of_companies(filled: Filled, view: str) -> None:
    client = filled.world.browser(Role.OWNER)
    address = reverse(view, args=[filled.token] if view == "client_invoice" else [])

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    grow(filled, 1, FEW)
    few = count(lambda: client.get(address))
    grow(filled, FEW, MANY)
    for number in range(3):
        other = make_world(f"Other{number} Panes")
        Membership.objects.create(
            workspace=other.workspace, user=filled.world.people[Role.OWNER], role=Role.MEMBER, created_at=NOW
        )
    assert count(lambda: client.get(address)) == few
