"""What a page weighs as it is sent, with everything that it loads and nothing in a cache: under 100 KB, also when full.

That nothing comes from elsewhere, and nothing moves while loading, is proved in a browser (`tests/e2e`).
"""

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from connect_world import QuickBooksWorld
from django.test import Client
from django.urls import reverse
from invoicing_records import NOW
from web_two_worlds import Filled, fill
from web_walk_table import PAGES
from web_world import make_world

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.models import Invoice
from bluepro.payments.rules import PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.quickbooks.models import Connection, Problem
from bluepro.workspaces.models import Role

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

MOST_BYTES = 100_000
ROWS = 60  # more than a page of a list
PARTS = re.compile(r'(?:src|href)="(/static/[^"#]+)')
OTHER_HOSTS = re.compile(r'(?:src|srcset|poster|data|action|href)="(?:https?:)?//(?!testserver)')


@pytest.fixture
def full() -> Filled:
    """A business with more than a page of everything."""
    filled = fill(make_world(), "Bright")
    owner, clock, business = filled.world.business.owner, filled.world.business.clock, filled.world.business
    contacts = [ContactData(kind="person", display_name=f"Customer number {number} of many") for number in range(ROWS)]
    save_contacts(owner, [ContactEdit(one) for one in contacts], clock=clock)
    lines = tuple(business.custom("100") for _ in range(10))
    issued = business.save(
        *(business.data(status="issued", contact_id=filled.ids["contact"], lines=lines) for _ in range(ROWS))
    )
    payments = [PaymentEdit(business.payment((one, "5"))) for one in issued]
    save_payments(owner, payments, clock=clock, ids=business.ids)
    connection = QuickBooksWorld().enabled(owner)
    Connection.objects.filter(pk=connection.pk).update(synced_since=NOW)
    for one in issued:
        _problem(connection, one)
    filled.ids["problem"] = 0
    return filled


def _problem(connection: Connection, invoice: Invoice) -> None:
    Problem.objects.create(
        connection=connection,
        kind=3,
        record_id=invoice.pk,
        label=f"invoice {invoice.number}",
        cause="number_taken",
        text=f"QuickBooks has an invoice {invoice.number} already, of another customer.",
        remedy="Give the invoice another number, or rename the one in QuickBooks.",
        detail={"code": "6140", "intuit_tid": "1-674df8a8-0c4c1d4d6b7c1a2b3c4d5e6f"},
        opened_at=NOW,
    )


def sent(client: Client, address: str) -> tuple["Answer", int]:
    """The answer and how many bytes of it travel, to a browser that takes gzip."""
    answer = client.get(address, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200, address
    return answer, len(b"".join(answer)) if answer.streaming else len(answer.content)


def test_every_page_with_all_its_parts_is_under_100_kb(full: Filled) -> None:
    client = full.world.browser(Role.OWNER)
    workspace = full.world.workspace.pk
    pages = [one for one in PAGES if one.get is not None and one.view != "settings_export_file"]
    addresses = [
        reverse(
            one.view, args=[workspace, *(part[1:] if part.startswith("=") else full.ids[part] for part in one.args)]
        )
        + one.query.format(**full.ids)
        for one in pages
    ]
    addresses += [reverse("client_invoice", args=[full.token]), reverse("workspaces")]
    weights: dict[str, int] = {}
    heavy = []
    for address in addresses:
        page = client.get(address).content.decode()
        assert not OTHER_HOSTS.search(page), address
        _, total = sent(client, address)
        for part in set(PARTS.findall(page)):
            if part not in weights:
                weights[part] = sent(Client(), part)[1]
            total += weights[part]
        if total > MOST_BYTES:
            heavy.append(f"{address}: {total:,}")
    assert not heavy, "\n".join(heavy)
    assert len(weights) > 3


def test_what_is_compressed_is_what_it_was(full: Filled) -> None:

    client = full.world.browser(Role.OWNER)
    page = client.get(reverse("contacts", args=[full.world.workspace.pk])).content.decode()
    for part in sorted(set(PARTS.findall(page))):
        plain = b"".join(client.get(part))
        packed = client.get(part, headers={"accept-encoding": "gzip"})
        content = b"".join(packed)
        assert (gzip.decompress(content) if "Content-Encoding" in packed.headers else content) == plain
