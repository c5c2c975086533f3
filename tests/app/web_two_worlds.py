"""Two businesses with one of everything each, for tests that walk all pages: ours, and a stranger's full of a word
("Zanzibar") that may never be seen from ours. And a fingerprint of the whole database, to see that nothing changed.
"""

from dataclasses import dataclass
from typing import Any, cast

from connect_world import QuickBooksWorld
from django.db import connection as database
from invoicing_records import NOW, D
from web_world import World, make_world

from bluepro.common.ids import RandomIds
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.comments import add_comment
from bluepro.invoicing.models import Invoice, InvoiceComment
from bluepro.invoicing.rules import LineData
from bluepro.invoicing.sharing import page_token
from bluepro.quickbooks.models import Connection, ConnectionState, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.models import ImportRun, ImportState
from bluepro.workspaces import invitations
from bluepro.workspaces.models import Role
from bluepro.workspaces.tax_rates import save_tax_rate

STRANGE = "Zanzibar"


@dataclass
class Filled:
    """A world and the ids of what is in it, by what a URL calls them."""

    world: World
    ids: dict[str, int]
    token: str


def fill(world: World, word: str, mail: str = "") -> Filled:
    """One of everything in that workspace, each with `word` in every text that people see; e-mails have `mail`."""
    mail = (mail or word).lower()
    business, owner, clock = world.business, world.business.owner, world.business.clock
    contact = _contact(world, word, mail)
    service = business.service
    service.name, service.description = f"{word} service", f"{word} inside"
    service.save()
    line = LineData("service", service_id=service.pk, quantity=D("1"), unit_price=D("80"))
    values: dict[str, Any] = {
        "contact_id": contact,
        "name": f"{word} job",
        "message": f"{word} message",
    }  # Any: of several types
    issued = business.issued(number=f"{word}-1", lines=(line,), **values)
    draft = business.draft(number=f"{word}-2", **values)
    member_draft = business.draft(number=f"{word}-3", actor=world.actor(Role.MEMBER), **values)
    unpaid = business.issued(number=f"{word}-4", **values)
    payment = business.pay((issued, "10"))
    comment = add_comment(owner, issued.pk, f"{word} comment", clock=clock)
    InvoiceComment.objects.filter(pk=comment).update(author=owner.membership_id)
    rate = save_tax_rate(owner, f"{word} tax", D("8.25"))
    invited = invitations.invite(owner, f"{mail}@example.net", Role.MEMBER, clock=clock)
    token = page_token(owner, issued.pk, clock=clock, ids=RandomIds())
    member = world.actor(Role.MANAGER).membership_id
    ids = {
        "contact": contact,
        "service": service.pk,
        "invoice": issued.pk,
        "unpaid": unpaid.pk,
        "draft": draft.pk,
        "member_draft": member_draft.pk,
        "payment": payment,
        "comment": comment,
        "rate": rate.pk,
        "invitation": invited.pk,
        "membership": member,
        "run": _import_run(world, word).pk,
    }
    return Filled(world, ids, token)


def _contact(world: World, word: str, mail: str) -> int:
    data = ContactData(
        kind="person",
        display_name=f"{word} Lee",
        company=f"{word} Homes",
        emails=(f"{mail}.lee@example.com",),
        phones=("555 0100",),
        notes=f"{word} notes",
        billing=Address(f"1 {word} Street", "Springfield", "OR", "97477", "USA"),
        service_addresses=(Address(f"2 {word} Street", "Springfield", "OR", "97477", "USA"),),
    )
    saved = save_contacts(world.business.owner, [ContactEdit(data)], clock=world.business.clock)
    return int(saved.ids[0])


def _import_run(world: World, word: str) -> ImportRun:
    return ImportRun.objects.create(
        workspace=world.workspace,
        membership_id=world.business.owner.membership_id,
        file=b"",
        file_name=f"{word}.zip",
        dry_run=True,
        skip_bad=False,
        state=ImportState.REFUSED,
        reason=f"{word} reason",
        uploaded_at=NOW,
        heard_at=NOW,
    )


def open_problem(filled: Filled, connection: Connection, word: str) -> None:
    """A problem of the invoice, and its id among the ids."""
    problem = Problem.objects.create(
        connection=connection,
        kind=int(Kind.INVOICE),
        record_id=filled.ids["invoice"],
        label=f"invoice {word}-1",
        cause="number_taken",
        text=f"{word} text",
        remedy=f"{word} remedy",
        opened_at=NOW,
    )
    filled.ids["problem"] = problem.pk


def two_worlds() -> tuple[Filled, Filled]:
    """Ours, connected to the emulator; and the stranger's, with a connection that was lost."""
    ours, theirs = fill(make_world(), "Bright"), fill(make_world(f"{STRANGE} Panes"), STRANGE)
    open_problem(ours, QuickBooksWorld().enabled(ours.world.business.owner), "Bright")
    lost = Connection.objects.create(
        workspace=theirs.world.workspace,
        realm_id="4620816365001",
        state=ConnectionState.LOST,
        company_name=f"{STRANGE} Books",
        access_token=b"",
        refresh_token=b"",
        access_expires_at=NOW,
        refresh_expires_at=NOW,
        connected_at=NOW,
    )
    open_problem(theirs, lost, STRANGE)
    return ours, theirs


def fingerprint() -> dict[str, str]:
    """A digest of every table's rows, but sessions: equal before and after if nothing changed."""
    with database.cursor() as cursor:
        names = [name for name in database.introspection.table_names(cursor) if name != "django_session"]
        parts = [
            f"SELECT '{name}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{name}\" t"
            for name in names
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cast("list[tuple[str, str]]", cursor.fetchall()))


def number_of(invoice_id: int) -> str:
    """The number of an invoice."""
    return Invoice.objects.values_list("number", flat=True).get(pk=invoice_id)
