"""A business in BluePro with its QuickBooks company, and what its people do: one method per act, by the dice.

What people handed in last is remembered here, so that an act costs no reading. An act that the rooms refuse is an act
all the same: people try such things too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sim_clock import SimClock

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, delete_service, save_services
from bluepro.common.errors import BlueProError
from bluepro.common.ids import SeededIds
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, delete_contact, save_contacts
from bluepro.invoicing.life import cancel_invoices, delete_invoices, issue_invoices
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import import_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.quickbooks import again, answers
from bluepro.quickbooks.choices import offered
from bluepro.quickbooks.connect import lifecycle
from bluepro.quickbooks.models import Connection, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.roles import Actor

Dice = tuple[float, ...]
T = TypeVar("T")

FIRST_DAY = date(2026, 2, 10)
DAYS = 40
NAMES = ("Ann Ash", "Bob Birch", "Cy Cedar", "Di Dogwood", "Eve Elm", "Flo Fir", "Gus Gum", "Hal Hazel", "Ivy Ironwood")
WORK = ("Mowing", "Pruning", "Hauling", "Seeding", "Washing", "Sealing")
STREETS = ("1 Oak St", "22 Pine Ave", "333 Lake Rd")
MOST_CONTACTS, MOST_SERVICES = 12, 6


def pick(among: Sequence[T], die: float) -> T:
    """The one that the die shows."""
    return among[int(die * len(among))]


def dollars(die: float, most: int = 300) -> Decimal:
    """From 1 cent to `most` dollars."""
    return Decimal(1 + int(die * most * 100)).scaleb(-2)


class Impossible(Exception):
    """There is nothing yet that the act could be done with."""


@dataclass
class Business:
    """One workspace with its connection. `paused` and `synced` are what people last said of sending."""

    actor: Actor
    connection: Connection
    clock: SimClock
    ids: SeededIds
    realm: str
    position: int
    synced: bool
    paused: bool = False
    contacts: dict[int, ContactData] = field(default_factory=dict)
    services: dict[int, ServiceData] = field(default_factory=dict)
    invoices: dict[int, InvoiceData] = field(default_factory=dict)
    former: dict[int, InvoiceData] = field(default_factory=dict)
    payments: dict[int, PaymentData] = field(default_factory=dict)

    @property
    def may_write(self) -> bool:
        """Whether anything may be sent, by what people last said."""
        return self.synced and not self.paused

    def act(self, what: str, dice: Dice) -> str:
        """Does it; a sentence about what happened."""
        try:
            return _ACTS[what](self, dice)
        except Impossible:
            return f"{what}: there is none"
        except BlueProError as error:
            return f"{what}: refused ({error})"

    # Contacts and services

    def add_contact(self, dice: Dice) -> str:
        if len(self.contacts) >= MOST_CONTACTS:
            return self.edit_contact(dice)
        data = ContactData("person", pick(NAMES, dice[0]), emails=(f"c{int(dice[1] * 1000)}@example.com",))
        return self._save_contact(None, data)

    def edit_contact(self, dice: Dice) -> str:
        contact = self._contact(dice[0])
        data = self.contacts[contact]
        match int(dice[1] * 4):
            case 0:
                data = replace(data, emails=(f"c{int(dice[2] * 1000)}@example.com",) if dice[3] < 0.8 else ())
            case 1:
                data = replace(data, phones=(f"555-{int(dice[2] * 9000) + 1000}",))
            case 2:
                data = replace(data, billing=Address(pick(STREETS, dice[2]), "Springfield", "IL", "62701", "USA"))
            case _:
                data = replace(data, first_name=pick(NAMES, dice[2]).split()[0])
        return self._save_contact(contact, data)

    def rename_contact(self, dice: Dice) -> str:
        contact = self._contact(dice[0])
        return self._save_contact(contact, replace(self.contacts[contact], display_name=pick(NAMES, dice[1])))

    def delete_contact(self, dice: Dice) -> str:
        contact = self._contact(dice[0])
        delete_contact(self.actor, contact)
        return f"contact {contact} ({self.contacts.pop(contact).display_name}) is deleted"

    def _save_contact(self, contact: int | None, data: ContactData) -> str:
        saved = save_contacts(self.actor, [ContactEdit(data, contact)], clock=self.clock).ids[0]
        self.contacts[saved] = data
        return f"contact {saved} is {'changed' if contact else 'made'}: {data.display_name} {data.emails} {data.phones}"

    def add_service(self, dice: Dice) -> str:
        if len(self.services) >= MOST_SERVICES:
            return self.reprice_service(dice)
        name = f"{pick(WORK, dice[0])} {len(self.services) + 1}"
        return self._save_service(None, ServiceData("service", name, dollars(dice[1])))

    def reprice_service(self, dice: Dice) -> str:
        service = self._service(dice[0])
        return self._save_service(service, replace(self.services[service], unit_price=dollars(dice[1])))

    def rename_service(self, dice: Dice) -> str:
        service = self._service(dice[0])
        name = f"{pick(WORK, dice[1])} {int(dice[2] * 20)}"
        return self._save_service(service, replace(self.services[service], name=name))

    def delete_service(self, dice: Dice) -> str:
        service = self._service(dice[0])
        delete_service(self.actor, service)
        return f"service {service} ({self.services.pop(service).name}) is deleted"

    def _save_service(self, service: int | None, data: ServiceData) -> str:
        saved = save_services(self.actor, [ServiceEdit(data, service)], clock=self.clock).ids[0]
        self.services[saved] = data
        return f"service {saved} is {'changed' if service else 'made'}: {data.name} at {data.unit_price}"

    # Invoices

    def draft_invoice(self, dice: Dice) -> str:
        return self._save_invoice(None, replace(self._new_invoice(dice), status="draft"))

    def new_invoice(self, dice: Dice) -> str:
        return self._save_invoice(None, self._new_invoice(dice))

    def twin_invoices(self, dice: Dice) -> str:
        data = self._new_invoice(dice)
        return f"{self._save_invoice(None, data)}; and the same again: {self._save_invoice(None, data)}"

    def issue_draft(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0], "draft")
        issue_invoices(self.actor, [invoice], clock=self.clock, confirm_date=True)
        self.invoices[invoice] = replace(self.invoices[invoice], status="issued")
        return f"invoice {invoice} is issued"

    def change_invoice(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0], "issued")
        data = self.invoices[invoice]
        lines = list(data.lines)
        match int(dice[1] * 7):
            case 0:
                lines[0] = replace(lines[0], unit_price=dollars(dice[2]))
            case 1:
                lines.append(LineData("custom", name="Extra", quantity=Decimal(1), unit_price=dollars(dice[2])))
            case 2 if len(lines) > 1:
                lines.pop(int(dice[2] * len(lines)))
            case 3:
                data = replace(data, discount_kind="percent", discount_value=Decimal(int(dice[2] * 20)))
            case 4:
                data = replace(data, message=f"Thank you {int(dice[2] * 100)}" if dice[3] < 0.8 else "")
            case 5:
                data = replace(data, issue_date=_day(dice[2]), due_date=None)
            case _:
                data = replace(data, due_date=_day(dice[2]) + timedelta(days=60))
        return self._save_invoice(invoice, replace(data, lines=tuple(lines)))

    def revert_invoice(self, dice: Dice) -> str:
        """Back to what it said before the last change: the fingerprint is one that was pushed before."""
        invoice = self._invoice(dice[0], "issued")
        if invoice not in self.former:
            raise Impossible
        return self._save_invoice(invoice, self.former[invoice])

    def renumber_invoice(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0], "issued")
        return self._save_invoice(invoice, replace(self.invoices[invoice], number=f"R{int(dice[1] * 10_000)}"))

    def cancel_invoice(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0], "issued")
        cancel_invoices(self.actor, [invoice], clock=self.clock)
        self.invoices[invoice] = replace(self.invoices[invoice], status="cancelled")
        return f"invoice {invoice} is cancelled"

    def delete_invoice(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0])
        delete_invoices(self.actor, [invoice], clock=self.clock, reason="a mistake")
        del self.invoices[invoice]
        return f"invoice {invoice} is deleted"

    def _new_invoice(self, dice: Dice) -> InvoiceData:
        lines = [LineData("custom", name="Work", quantity=Decimal(1), unit_price=dollars(dice[1]))]
        if self.services and dice[2] < 0.6:
            lines.append(LineData("service", service_id=pick(sorted(self.services), dice[1]), quantity=Decimal(2)))
        if dice[3] < 0.1:
            lines.append(LineData("text", name="With care"))
        taxed = dice[3] > 0.7
        return InvoiceData(
            contact_id=self._contact(dice[0]),
            issue_date=_day(dice[2]),
            status="issued",
            lines=tuple(lines),
            tax_rate_percent=Decimal("8.25") if taxed else None,
            tax_rate_name="Local" if taxed else "",
        )

    def _save_invoice(self, invoice: int | None, data: InvoiceData) -> str:
        edit = InvoiceEdit(data, invoice)
        saved = import_invoices(self.actor, [edit], clock=self.clock, ids=self.ids).ids[0]
        if saved in self.invoices:
            self.former[saved] = self.invoices[saved]
        self.invoices[saved] = data
        said = ", ".join(f"{line.quantity} x {line.unit_price}" for line in data.lines)
        return f"invoice {saved} is {'changed' if invoice else 'made'} ({data.status}): {said}"

    # Payments

    def pay_invoice(self, dice: Dice) -> str:
        invoice = self._invoice(dice[0], "issued")
        amount = self._part_of(invoice, 1.0 if dice[1] < 0.5 else dice[2])
        return self._save_payment(None, self._payment(dice, ((invoice, amount),)))

    def pay_several(self, dice: Dice) -> str:
        first = self._invoice(dice[0], "issued")
        customer = self.invoices[first].contact_id
        others = [
            one
            for one, data in self.invoices.items()
            if data.status == "issued" and data.contact_id == customer and one != first
        ]
        parts = ((one, self._part_of(one, dice[1])) for one in (first, *others[:2]))
        return self._save_payment(None, self._payment(dice, tuple(parts)))

    def twin_payments(self, dice: Dice) -> str:
        """Two of equal amount on one invoice on one day, without a reference."""
        invoice = self._invoice(dice[0], "issued")
        data = replace(self._payment(dice, ((invoice, self._part_of(invoice, 0.5)),)), reference="")
        return f"{self._save_payment(None, data)}; and the same again: {self._save_payment(None, data)}"

    def change_payment(self, dice: Dice) -> str:
        payment = self._payment_id(dice[0])
        data = self.payments[payment]
        match int(dice[1] * 4):
            case 0:
                data = replace(data, reference=f"ref {int(dice[2] * 100)}" if dice[3] < 0.8 else "")
            case 1:
                data = replace(data, paid_at=self._moment(dice[2]))
            case 2:
                (invoice, amount), *rest = data.allocations
                less = max((amount * Decimal(dice[2])).quantize(Decimal("0.01")), Decimal("0.01"))
                data = replace(data, allocations=((invoice, less), *rest))
            case _:
                invoice = self._invoice(dice[2], "issued")
                data = replace(data, allocations=((invoice, self._part_of(invoice, dice[3])),))
        return self._save_payment(payment, data)

    def delete_payment(self, dice: Dice) -> str:
        payment = self._payment_id(dice[0])
        delete_payments(self.actor, [payment], "a mistake", clock=self.clock)
        del self.payments[payment]
        return f"payment {payment} is deleted"

    def enter_payment_anew(self, dice: Dice) -> str:
        data = self.payments[self._payment_id(dice[0])]
        return f"{self.delete_payment(dice)}; {self._save_payment(None, data)}"

    def _payment(self, dice: Dice, allocations: tuple[tuple[int, Decimal], ...]) -> PaymentData:
        reference = f"check {int(dice[3] * 1000)}" if dice[3] < 0.4 else ""
        return PaymentData(self._moment(dice[3]), "Cash", allocations, reference=reference)

    def _save_payment(self, payment: int | None, data: PaymentData) -> str:
        edit = PaymentEdit(data, payment)
        saved = save_payments(self.actor, [edit], clock=self.clock, ids=self.ids).ids[0]
        self.payments[saved] = data
        said = ", ".join(f"{amount} on invoice {invoice}" for invoice, amount in data.allocations)
        return f"payment {saved} is {'changed' if payment else 'made'}: {said}"

    def _part_of(self, invoice: int, share: float) -> Decimal:
        total, paid = Invoice.objects.values_list("total", "paid").get(pk=invoice)
        if total <= paid:
            raise Impossible
        part = ((total - paid) * Decimal(str(share))).quantize(Decimal("0.01"))
        return max(part, Decimal("0.01"))

    def _moment(self, die: float) -> datetime:
        return self.clock.now() - timedelta(days=int(die * 10), hours=int(die * 7))

    # Sending

    def press_sync(self, dice: Dice) -> str:
        lifecycle.sync_data(self.actor, self.connection, clock=self.clock)
        self.synced = True
        return "Sync Data is pressed"

    def pause(self, dice: Dice) -> str:
        lifecycle.pause(self.actor, self.connection)
        self.paused = True
        return "sending is paused"

    def resume(self, dice: Dice) -> str:
        lifecycle.resume(self.actor, self.connection)
        self.paused = False
        return "sending goes on"

    def push_again(self, dice: Dice) -> str:
        kind = pick((Kind.CONTACT, Kind.SERVICE, Kind.INVOICE, Kind.PAYMENT), dice[0])
        held: Mapping[Kind, Mapping[int, object]] = {
            Kind.CONTACT: self.contacts,
            Kind.SERVICE: self.services,
            Kind.INVOICE: self.invoices,
            Kind.PAYMENT: self.payments,
        }
        record = _any(held[kind], dice[1])
        again.push_again(self.actor, kind, record)
        return f"Push again on {kind.name.lower()} {record}"

    def answer_problem(self, dice: Dice) -> str:
        mine = Problem.objects.filter(connection=self.connection, closed_at=None).exclude(kind=None)
        found = list(mine.order_by("id"))
        if not found:
            raise Impossible
        return self.answer(pick(found, dice[0]), dice[1])

    def answer(self, problem: Problem, die: float) -> str:
        """Answers one, as the dice say where there is a choice."""
        choices = offered(problem.cause, problem.detail)
        if choices:
            chosen = answers.answer(self.actor, problem.pk, pick(choices, die).key, clock=self.clock)
            return f"{problem.label} ({problem.cause}): {chosen.words}"
        again.push_again(self.actor, Kind(problem.kind or 0), problem.record_id or 0)
        return f"{problem.label} ({problem.cause}): Push again"

    def let_go(self) -> bool:
        """Says that what is held together may go; answers whether anything was."""
        mine = Problem.objects.filter(connection=self.connection, closed_at=None, kind=None)
        held = [one for one in mine if any(choice.key == "send" for choice in offered(one.cause, one.detail))]
        for problem in held:
            answers.answer(self.actor, problem.pk, "send", clock=self.clock)
        return bool(held)

    # What there is

    def _contact(self, die: float) -> int:
        if not self.contacts:
            self.add_contact((die, die, die, die))
        return _any(self.contacts, die)

    def _service(self, die: float) -> int:
        return _any(self.services, die)

    def _invoice(self, die: float, status: str = "") -> int:
        """The newer ones more often: they are the ones in flight."""
        fitting = [one for one, data in self.invoices.items() if status in ("", data.status)]
        if not fitting:
            raise Impossible
        return fitting[-1 - int(die * die * len(fitting))]

    def _payment_id(self, die: float) -> int:
        if not self.payments:
            raise Impossible
        return list(self.payments)[-1 - int(die * die * len(self.payments))]


def _any(held: Mapping[int, object], die: float) -> int:
    if not held:
        raise Impossible
    return pick(list(held), die)


def _day(die: float) -> date:
    return FIRST_DAY + timedelta(days=int(die * DAYS))


_ACTS: Mapping[str, Callable[[Business, Dice], str]] = {
    "add contact": Business.add_contact,
    "edit contact": Business.edit_contact,
    "rename contact": Business.rename_contact,
    "delete contact": Business.delete_contact,
    "add service": Business.add_service,
    "reprice service": Business.reprice_service,
    "rename service": Business.rename_service,
    "delete service": Business.delete_service,
    "draft invoice": Business.draft_invoice,
    "issue draft": Business.issue_draft,
    "new invoice": Business.new_invoice,
    "twin invoices": Business.twin_invoices,
    "change invoice": Business.change_invoice,
    "revert invoice": Business.revert_invoice,
    "renumber invoice": Business.renumber_invoice,
    "cancel invoice": Business.cancel_invoice,
    "delete invoice": Business.delete_invoice,
    "pay invoice": Business.pay_invoice,
    "pay several": Business.pay_several,
    "twin payments": Business.twin_payments,
    "change payment": Business.change_payment,
    "delete payment": Business.delete_payment,
    "enter payment anew": Business.enter_payment_anew,
    "press Sync Data": Business.press_sync,
    "push again": Business.push_again,
    "pause": Business.pause,
    "resume": Business.resume,
    "answer a problem": Business.answer_problem,
}
