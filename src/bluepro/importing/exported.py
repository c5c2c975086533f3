"""From records to the rows of the files, with a remark for whatever of a record the files cannot hold. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact, ContactKind
from bluepro.importing.formats import CONTACTS, INVOICES, LINES, PAYMENTS, SERVICES
from bluepro.importing.kinds.invoices import STATUSES
from bluepro.importing.own_ids import OwnIds
from bluepro.importing.values import flag_text, money_text, number_text
from bluepro.invoicing.models import Invoice, InvoiceLine, LineKind
from bluepro.invoicing.rules import PRICED
from bluepro.payments.models import Allocation, Payment
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.rules import rate_name

CHUNK = 500
Row = tuple[str, dict[str, str]]
M = TypeVar("M", bound=Model)
_STATUS_NAMES = {stored: name for name, stored in STATUSES.items()}
_ADDRESS = ("street", "city", "region", "postal_code", "country")


@dataclass(slots=True)
class Written:
    """A record as it stands in the files: rows with their file's name, remarks on what they leave out."""

    kind: str
    external_id: str
    rows: list[Row] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def records(workspace: Workspace, own: OwnIds) -> Iterator[Written]:
    """All records of the workspace, kind by kind in the order of the files, each in the order of making."""
    yield from (_contact(row, own) for row in _contacts(workspace))
    yield from (_service(row, own) for row in _chunks(Service.objects.filter(workspace=workspace)))
    yield from (_invoice(row, own) for row in _invoices(workspace))
    yield from (_payment(row, own) for row in _payments(workspace))


def _chunks(rows: QuerySet[M]) -> Iterator[M]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def _contacts(workspace: Workspace) -> Iterator[Contact]:
    found = Contact.objects.filter(workspace=workspace)
    return _chunks(found.prefetch_related("emails", "phones", "service_addresses"))


def _invoices(workspace: Workspace) -> Iterator[Invoice]:
    lines = Prefetch("lines", InvoiceLine.objects.select_related("service").order_by("position"))
    found = Invoice.objects.filter(workspace=workspace).select_related("contact")
    return _chunks(found.prefetch_related(lines, "comments"))


def _payments(workspace: Workspace) -> Iterator[Payment]:
    parts = Prefetch("allocations", Allocation.objects.select_related("invoice").order_by("pk"))
    return _chunks(Payment.objects.filter(workspace=workspace).prefetch_related(parts))


def _contact(contact: Contact, own: OwnIds) -> Written:
    emails = [mail.address for mail in sorted(contact.emails.all(), key=lambda mail: mail.position)]
    phones = [phone.number for phone in sorted(contact.phones.all(), key=lambda phone: phone.position)]
    written = Written(CONTACTS.kind, own.of(contact.pk, contact.external_id))
    row = {
        "external_id": written.external_id,
        "display_name": contact.display_name,
        "company": contact.company,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "email": emails[0] if emails else "",
        "phone": phones[0] if phones else "",
        "notes": contact.notes,
        "tax_exempt": flag_text(contact.tax_exempt),
        "tax_exempt_reason": contact.tax_exempt_reason,
        "tax_exempt_certificate": contact.tax_exempt_certificate,
    }
    row |= {f"billing_{part}": getattr(contact, f"billing_{part}") for part in _ADDRESS}
    written.rows.append((CONTACTS.file, row))
    written.notices += _remarks_on_contact(contact, emails, phones)
    return written


def _remarks_on_contact(contact: Contact, emails: list[str], phones: list[str]) -> Iterator[str]:
    places = len(contact.service_addresses.all())
    if len(emails) > 1:
        yield f"{len(emails) - 1} more e-mail addresses are not in the file."
    if len(phones) > 1:
        yield f"{len(phones) - 1} more phone numbers are not in the file."
    if places:
        yield f"{places} service addresses are not in the file."
    if contact.kind == ContactKind.PERSON and contact.company:
        yield "This person has a company's name and is read as a company."
    if contact.archived_at:
        yield "That it is archived is not in the file."


def _service(service: Service, own: OwnIds) -> Written:
    written = Written(SERVICES.kind, own.of(service.pk, service.external_id))
    row = {
        "external_id": written.external_id,
        "name": service.name,
        "kind": service.kind,
        "description": service.description,
        "unit_price": number_text(service.unit_price),
        "tax_exempt": flag_text(service.tax_exempt),
        "sku": service.sku,
        "income_account": service.income_account,
    }
    written.rows.append((SERVICES.file, row))
    if service.archived_at:
        written.notices.append("That it is archived is not in the file.")
    return written


def _invoice(invoice: Invoice, own: OwnIds) -> Written:
    written = Written(INVOICES.kind, own.of(invoice.pk, invoice.external_id))
    row = {
        "external_id": written.external_id,
        "number": invoice.number,
        "name": invoice.name,
        "contact_external_id": own.of(invoice.contact.pk, invoice.contact.external_id),
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": invoice.due_date.isoformat(),
        "status": _STATUS_NAMES[invoice.status],
        "discount_kind": invoice.discount_kind,
        "discount_value": number_text(invoice.discount_value) if invoice.discount_kind else "",
        "tax_rate_percent": number_text(invoice.tax_rate_percent) if invoice.tax_rate_percent else "",
        "message": invoice.message,
        "required_deposit_kind": invoice.required_deposit_kind,
        "required_deposit_value": number_text(invoice.required_deposit_value) if invoice.required_deposit_kind else "",
    }
    row |= {f"service_{part}": getattr(invoice, f"service_{part}") for part in _ADDRESS}
    written.rows.append((INVOICES.file, row))
    lines = list(invoice.lines.all())
    written.rows += [(LINES.file, _line(line, written.external_id, own)) for line in lines]
    written.notices += _remarks_on_invoice(invoice)
    written.notices += (notice for line in lines for notice in _remarks_on_line(line))
    return written


def _remarks_on_invoice(invoice: Invoice) -> Iterator[str]:
    percent, comments = invoice.tax_rate_percent, len(invoice.comments.all())
    if invoice.tax_rate_name not in ("", rate_name(percent)):
        yield f"The name of its tax rate, {invoice.tax_rate_name!r}, is not in the file."
    if invoice.contact_tax_exempt != invoice.contact.tax_exempt:
        then = "exempt" if invoice.contact_tax_exempt else "not exempt"
        yield f"It was made when the contact was {then} from sales tax; read elsewhere, its tax differs."
    if comments:
        yield f"{comments} internal comments are not in the file."


def _line(line: InvoiceLine, invoice: str, own: OwnIds) -> dict[str, str]:
    row = {
        "invoice_external_id": invoice,
        "position": str(line.position),
        "kind": line.kind,
        "name": line.name,
        "description": line.description,
    }
    if line.service:
        row["service_external_id"] = own.of(line.service.pk, line.service.external_id)
    if line.kind in PRICED:
        row |= {"quantity": number_text(line.quantity), "unit_price": number_text(line.unit_price)}
    if line.kind == LineKind.CUSTOM:
        row["tax_exempt"] = flag_text(line.tax_exempt)
    return row


def _remarks_on_line(line: InvoiceLine) -> Iterator[str]:
    service = line.service
    if service is None:
        return
    if line.tax_exempt != service.tax_exempt:
        yield f"Line {line.position} was made with another tax-exempt flag than its service has; its tax differs."
    if (service.name and not line.name) or (service.description and not line.description):
        yield f"Line {line.position} has no text where its service has one; read elsewhere, it takes the service's."


def _payment(payment: Payment, own: OwnIds) -> Written:
    written = Written(PAYMENTS.kind, own.of(payment.pk, payment.external_id))
    shared = {
        "external_id": written.external_id,
        "paid_at": payment.paid_at.astimezone(UTC).isoformat(),
        "method": payment.method,
        "description": payment.description,
        "reference": payment.reference,
    }
    for part in payment.allocations.all():
        invoice = own.of(part.invoice.pk, part.invoice.external_id)
        row = shared | {"invoice_external_id": invoice, "amount": money_text(part.amount)}
        written.rows.append((PAYMENTS.file, row))
    return written
