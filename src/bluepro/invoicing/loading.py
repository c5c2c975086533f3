"""Reads, and locks, what a change of invoices needs: the invoices themselves, what was paid, and what they copy from.

Locks are taken in the order of ids and leave room for readers and for rows that refer to the invoice. Writes nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from bluepro.catalogue.models import Service
from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound
from bluepro.contacts.models import Contact
from bluepro.invoicing.content import COLUMNS, LINE_COLUMNS, Around, InvoiceContent, LineContent, ServiceCopy
from bluepro.invoicing.life_rules import Situation, Standing
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.invoicing.refreshing import Stale, differences
from bluepro.invoicing.rules import InvoiceData
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import tax_rates, today
from bluepro.workspaces.roles import Actor


@dataclass(slots=True)
class Stored:
    """An invoice as it lies in the database, locked: its rows and their content."""

    row: Invoice
    lines: list[InvoiceLine]
    content: InvoiceContent

    @property
    def version(self) -> int:
        return self.row.version

    @property
    def paid(self) -> Decimal:
        """What was paid on it, in dollars, by every payment."""
        return self.row.paid

    def __str__(self) -> str:
        return f"Invoice {self.row.number}"


def lock(workspace_id: int, ids: Collection[int]) -> dict[int, Stored]:
    """The workspace's invoices of these ids, locked until the transaction ends; those that do not exist are missing."""
    if not ids:
        return {}
    found = Invoice.objects.filter(workspace_id=workspace_id, pk__in=ids)
    rows = list(found.select_for_update(no_key=True).order_by("pk"))
    lines: dict[int, list[InvoiceLine]] = {row.pk: [] for row in rows}
    for line in InvoiceLine.objects.filter(invoice_id__in=list(lines)).order_by("invoice_id", "position"):
        lines[line.invoice_id].append(line)
    return {row.pk: Stored(row, lines[row.pk], content_of(row, lines[row.pk])) for row in rows}


def lock_all(actor: Actor, ids: Collection[int]) -> list[Stored]:
    """These invoices, locked, in the order of their ids. Raises NotFound for the first that does not exist."""
    stored = lock(actor.workspace_id, ids)
    missing = sorted(set(ids) - stored.keys())
    if missing:
        raise NotFound(f"There is no invoice {missing[0]} in this workspace.")
    return list(stored.values())


def content_of(row: Invoice, lines: Iterable[InvoiceLine]) -> InvoiceContent:
    """The content of an invoice from its rows; `lines` in the order of their positions."""
    return InvoiceContent(
        **{name: getattr(row, name) for name in COLUMNS},
        lines=tuple(LineContent(*(getattr(line, name) for name in LINE_COLUMNS)) for line in lines),
    )


def around(workspace: Workspace, data: Iterable[InvoiceData]) -> Around:
    """What these invoices are filled in from; services and contacts of other workspaces are missing in it."""
    contacts, services = set[int](), set[int]()
    for invoice in data:
        contacts.add(invoice.contact_id)
        services.update(line.service_id for line in invoice.lines if line.service_id is not None)
    return around_ids(workspace, contacts, services)


def around_ids(workspace: Workspace, contacts: Collection[int], services: Collection[int]) -> Around:
    """As `around`, by ids: two queries."""
    exempt = Contact.objects.filter(workspace=workspace, pk__in=contacts).values_list("pk", "tax_exempt")
    columns = ("pk", "name", "description", "unit_price", "tax_exempt")
    copies = Service.objects.filter(workspace=workspace, pk__in=services).values_list(*columns)
    return Around(
        terms_days=workspace.terms_days,
        services={pk: ServiceCopy(*copied) for pk, *copied in copies},
        contact_tax_exempt=dict(exempt),
    )


def around_now(workspace: Workspace, content: InvoiceContent) -> Around:
    """What a draft would be filled in from if it were refreshed: with the active tax rates, a query more."""
    services = {line.service_id for line in content.lines if line.service_id is not None}
    copies = around_ids(workspace, [content.contact_id], services)
    return replace(copies, rates={rate.name.lower(): rate.percent for rate in tax_rates(workspace.pk)})


def situation(actor: Actor, workspace: Workspace, clock: Clock, *, confirm_date: bool = False) -> Situation:
    """The situation of a person's change, today being the date in the workspace's zone."""
    return Situation(actor=actor, today=today(workspace, clock), confirm_date=confirm_date)


def standing(stored: Stored, actor: Actor) -> Standing:
    """Where the invoice stands for this actor."""
    return Standing(stored.content, stored.paid, stored.row.created_by_id == actor.membership_id)


def stale_copies(workspace: Workspace, invoice_id: int) -> list[Stale]:
    """Which copies of a draft differ from catalogue and contact, for the prompt to refresh; none once it is issued.

    Takes no lock. Raises NotFound. A fixed number of queries.
    """
    row = Invoice.objects.filter(workspace=workspace, pk=invoice_id).first()
    if row is None:
        raise NotFound(f"There is no invoice {invoice_id} in this workspace.")
    content = content_of(row, InvoiceLine.objects.filter(invoice=row).order_by("position"))
    return [] if content.is_frozen else list(differences(content, around_now(workspace, content)))
