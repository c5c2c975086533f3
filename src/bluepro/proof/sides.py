"""Reads BluePro's side of a comparison from the rooms' tables, and what the bridge knows, in one consistent snapshot.

A reader of its own, apart from the engine's: a mistake of the engine's in reading must show as a difference.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.catalogue.models import Service, ServiceKind
from bluepro.contacts.models import Contact, ContactEmail, ContactKind, ContactPhone
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.proof.comparing.facts import Bridge, LinkFact, OurSide, RecordKey
from bluepro.quickbooks.models import Change, Connection, Link, PaymentMethodMapping, Problem
from bluepro.quickbooks.snapshot import (
    Address,
    ContactRecord,
    InvoiceRecord,
    Kind,
    LineRecord,
    PaymentRecord,
    ServiceRecord,
    TaxMode,
)
from bluepro.quickbooks.store.due import agreed

CHUNK = 2000

Grouped = dict[int, list[Any]]  # Any: rows of one of several tables, by the id of what they belong to


def read_sides(connection: Connection) -> tuple[OurSide, Bridge]:
    """All records of the connection's workspace and what the bridge knows of them, as of one moment."""
    workspace = connection.workspace_id
    with one_moment():
        contacts, services = _contacts(workspace), _services(workspace)
        archived = frozenset(_archived(Kind.CONTACT, Contact, workspace)) | frozenset(
            _archived(Kind.SERVICE, Service, workspace)
        )
        ours = OurSide(contacts, services, _invoices(workspace), _payments(workspace), archived)
        return ours, _bridge(connection)


@contextmanager
def one_moment() -> Iterator[None]:
    """Reads inside the block see one consistent picture; within a transaction that is open already, that one's."""
    outermost = not database.in_atomic_block
    with transaction.atomic():
        if outermost:
            with database.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _archived(kind: Kind, model: type[Contact] | type[Service], workspace: int) -> Iterator[RecordKey]:
    rows = model.objects.filter(workspace=workspace, archived_at__isnull=False).values_list("id", flat=True)
    return ((kind, record_id) for record_id in rows)


def _contacts(workspace: int) -> dict[int, ContactRecord]:
    emails: dict[int, list[str]] = defaultdict(list)
    for email in ContactEmail.objects.filter(contact__workspace=workspace).order_by("position"):
        emails[email.contact_id].append(email.address)
    phones: dict[int, list[str]] = defaultdict(list)
    for phone in ContactPhone.objects.filter(contact__workspace=workspace).order_by("position"):
        phones[phone.contact_id].append(phone.number)
    rows = Contact.objects.filter(workspace=workspace).order_by("id").iterator(CHUNK)
    return {row.pk: _contact(row, tuple(emails[row.pk]), tuple(phones[row.pk])) for row in rows}


def _contact(row: Contact, emails: tuple[str, ...], phones: tuple[str, ...]) -> ContactRecord:
    return ContactRecord(
        id=row.pk,
        is_company=row.kind == ContactKind.COMPANY,
        display_name=row.display_name,
        company=row.company,
        first_name=row.first_name,
        last_name=row.last_name,
        emails=emails,
        phones=phones,
        billing=Address(
            street=row.billing_street,
            city=row.billing_city,
            region=row.billing_region,
            postal_code=row.billing_postal_code,
            country=row.billing_country,
        ),
        tax_exempt=row.tax_exempt,
        tax_exempt_reason=row.tax_exempt_reason,
        tax_exempt_certificate=row.tax_exempt_certificate,
    )


def _services(workspace: int) -> dict[int, ServiceRecord]:
    rows = Service.objects.filter(workspace=workspace).order_by("id").iterator(CHUNK)
    return {
        row.pk: ServiceRecord(
            id=row.pk,
            is_product=row.kind == ServiceKind.PRODUCT,
            name=row.name,
            sku=row.sku,
            description=row.description,
            unit_price=row.unit_price,
            tax_exempt=row.tax_exempt,
            income_account=row.income_account,
        )
        for row in rows
    }


def _invoices(workspace: int) -> dict[int, InvoiceRecord]:
    lines: dict[int, list[LineRecord]] = defaultdict(list)
    for line in InvoiceLine.objects.filter(invoice__workspace=workspace).order_by("position").iterator(CHUNK):
        lines[line.invoice_id].append(_line(line))
    rows = Invoice.objects.filter(workspace=workspace).order_by("id").iterator(CHUNK)
    return {row.pk: _invoice(row, tuple(lines[row.pk])) for row in rows}


def _line(row: InvoiceLine) -> LineRecord:
    return LineRecord(
        id=row.pk,
        kind=row.kind,
        service_id=row.service_id,
        name=row.name,
        description=row.description,
        quantity=row.quantity,
        unit_price=row.unit_price,
        amount=row.amount,
        tax_exempt=row.tax_exempt,
    )


def _invoice(row: Invoice, lines: tuple[LineRecord, ...]) -> InvoiceRecord:
    return InvoiceRecord(
        id=row.pk,
        ref=row.ref,
        number=row.number,
        contact_id=row.contact_id,
        status=row.status,
        issue_date=row.issue_date,
        due_date=row.due_date,
        service_address=Address(
            street=row.service_street,
            city=row.service_city,
            region=row.service_region,
            postal_code=row.service_postal_code,
            country=row.service_country,
        ),
        message=row.message,
        tax_rate_percent=row.tax_rate_percent,
        contact_tax_exempt=row.contact_tax_exempt,
        subtotal=row.subtotal,
        discount=row.discount,
        taxable_base=row.taxable_base,
        tax=row.tax,
        total=row.total,
        lines=lines,
    )


def _payments(workspace: int) -> dict[int, PaymentRecord]:
    allocations: Grouped = defaultdict(list)
    parts = Allocation.objects.filter(payment__workspace=workspace).order_by("invoice_id")
    for payment, invoice, amount in parts.values_list("payment_id", "invoice_id", "amount").iterator(CHUNK):
        allocations[payment].append((invoice, amount))
    rows = Payment.objects.filter(workspace=workspace).order_by("id").iterator(CHUNK)
    return {
        row.pk: PaymentRecord(
            id=row.pk,
            ref=row.ref,
            contact_id=row.contact_id,
            paid_on=row.paid_on,
            amount=row.amount,
            method=row.method,
            reference=row.reference,
            description=row.description,
            allocations=tuple(allocations[row.pk]),
        )
        for row in rows
    }


def _bridge(connection: Connection) -> Bridge:
    links = Link.objects.filter(workspace=connection.workspace_id, realm_id=connection.realm_id).order_by("id")
    facts: list[LinkFact] = []
    waiting: set[RecordKey] = set()
    for link in links.iterator(CHUNK):
        kind = Kind(link.kind)
        removed = link.removed_at is not None
        settled = agreed(link.agreed)
        facts.append(LinkFact(kind, link.record_id, link.entity_id or "", link.sync_token, removed, settled))
        if link.stale:
            waiting.add((kind, link.record_id))
    return Bridge(
        links=tuple(facts),
        connected_at=connection.connected_at,
        tax_mode=TaxMode(connection.tax_mode) if connection.tax_mode else TaxMode.AUTOMATED,
        catch_all_item=connection.catch_all_item,
        tax_item=connection.tax_item,
        discount_item=connection.discount_item,
        methods=dict(PaymentMethodMapping.objects.filter(connection=connection).values_list("method", "method_id")),
        start_date=connection.start_date,
        problems=_problems(connection),
        waiting=frozenset(waiting | _dirty(connection.workspace_id)),
    )


def _dirty(workspace: int) -> set[RecordKey]:
    rows = Change.objects.filter(workspace=workspace, dirty=True).values_list("kind", "record_id")
    return {(Kind(kind), record_id) for kind, record_id in rows}


def _problems(connection: Connection) -> dict[RecordKey, str]:
    rows = Problem.objects.filter(connection=connection, closed_at=None, kind__isnull=False).order_by("-id")
    return {
        (Kind(kind), record_id): text
        for kind, record_id, text in rows.values_list("kind", "record_id", "text")
        if kind is not None and record_id is not None
    }
