"""A small business to write invoices and payments for: workspace, people of each role, two contacts, two services."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.crypto import get_random_string

from bluepro.catalogue.models import Service
from bluepro.common.clock import ManualClock
from bluepro.common.ids import SeededIds
from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import save_invoices
from bluepro.payments.models import Allocation
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.workspaces.models import Membership, Role, User, Workspace
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

D = Decimal
NOW = datetime(2026, 3, 16, 15, tzinfo=UTC)
TODAY = date(2026, 3, 16)


@dataclass
class Business:
    """One workspace in New York on March 16, 2026, and short ways to write into it."""

    workspace: Workspace
    owner: Actor
    contact: Contact
    other_contact: Contact
    service: Service
    exempt_service: Service
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    ids: SeededIds = field(default_factory=lambda: SeededIds(1))

    def actor(self, role: Role) -> Actor:
        """A new person of that role."""
        user = User.objects.create_user(f"{role}-{get_random_string(6).lower()}@example.com")
        member = Membership.objects.create(workspace=self.workspace, user=user, role=role, created_at=self.clock.now())
        return replace(self.owner, membership_id=member.pk, role=role, email=user.email, by_command=False)

    def custom(self, price: str, *, quantity: str = "1") -> LineData:
        return LineData("custom", name="Work", quantity=D(quantity), unit_price=D(price))

    def data(self, price: str = "100", **values: object) -> InvoiceData:
        plain = InvoiceData(contact_id=self.contact.pk, issue_date=TODAY, lines=(self.custom(price),))
        return replace(plain, **values)  # type: ignore[arg-type]  # the tests name the fields

    def save(self, *data: InvoiceData, actor: Actor | None = None) -> list[Invoice]:
        edits = [InvoiceEdit(one) for one in data]
        saved = save_invoices(actor or self.owner, edits, clock=self.clock, ids=self.ids)
        return [Invoice.objects.get(pk=pk) for pk in saved.ids]

    def issued(self, price: str = "100", actor: Actor | None = None, **values: object) -> Invoice:
        return self.save(self.data(price, status="issued", **values), actor=actor)[0]

    def draft(self, price: str = "100", actor: Actor | None = None, **values: object) -> Invoice:
        return self.save(self.data(price, **values), actor=actor)[0]

    def edit(self, invoice: Invoice, data: InvoiceData, *, actor: Actor | None = None) -> Invoice:
        edits = [InvoiceEdit(data, id=invoice.pk)]
        save_invoices(actor or self.owner, edits, clock=self.clock, ids=self.ids)
        return Invoice.objects.get(pk=invoice.pk)

    def payment(self, *parts: tuple[Invoice, str], at: datetime = NOW) -> PaymentData:
        return PaymentData(at, "Check", tuple((invoice.pk, D(amount)) for invoice, amount in parts))

    def pay(self, *parts: tuple[Invoice, str], actor: Actor | None = None, at: datetime = NOW) -> int:
        edits = [PaymentEdit(self.payment(*parts, at=at))]
        return save_payments(actor or self.owner, edits, clock=self.clock, ids=self.ids).ids[0]


def paid_by_invoice(ids: Collection[int]) -> dict[int, Decimal]:
    """What was paid on these invoices, added up from the payments themselves; without those that nobody paid."""
    parts = Allocation.objects.filter(invoice_id__in=ids).values_list("invoice_id")
    return dict(parts.annotate(Sum("amount")).order_by())


def open_balances(ids: Collection[int]) -> dict[int, Decimal]:
    """What is open on the issued ones of these invoices, by the same reckoning."""
    issued = Invoice.objects.filter(pk__in=ids, status=InvoiceStatus.ISSUED)
    paid = paid_by_invoice(ids)
    return {pk: total - paid.get(pk, Decimal(0)) for pk, total in issued.values_list("pk", "total")}


def make_business(name: str = "Bright Panes") -> Business:
    """A business of that name."""
    clock = ManualClock(NOW)
    workspace = create_workspace(name, f"{name.split()[0].lower()}@example.com", "America/New_York", clock=clock)
    contacts = [
        Contact.objects.create(
            workspace=workspace, kind="person", display_name=display_name, created_at=NOW, updated_at=NOW
        )
        for display_name in ("Ann Lee", "Bob Ray")
    ]
    services = [
        Service.objects.create(
            workspace=workspace,
            kind="service",
            name=name,
            description="inside and out",
            unit_price=D("12.50"),
            tax_exempt=exempt,
            created_at=NOW,
            updated_at=NOW,
        )
        for name, exempt in (("Windows", False), ("Gutters", True))
    ]
    return Business(workspace, owner_actor(workspace), contacts[0], contacts[1], services[0], services[1])
