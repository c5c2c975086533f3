"""What a comparison reads from the rooms' tables and the bridge, checked against what was saved there."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from bluepro.catalogue.models import Service
from bluepro.common.errors import NotFound
from bluepro.contacts.models import Contact, ContactEmail, ContactPhone
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.proof.compare import run_compare
from bluepro.proof.comparing.facts import LinkFact
from bluepro.proof.progress import look
from bluepro.proof.sides import read_sides
from bluepro.quickbooks.connect.deployment import from_environment
from bluepro.quickbooks.models import (
    Change,
    Connection,
    ConnectionState,
    Lease,
    Link,
    PaymentMethodMapping,
    Problem,
    Request,
)
from bluepro.quickbooks.snapshot import Address, Kind, TaxMode
from bluepro.workspaces.models import Workspace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAMPS = {"created_at": NOW, "updated_at": NOW}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Glass", time_zone="America/New_York", created_at=NOW)


@pytest.fixture
def connection(workspace: Workspace) -> Connection:
    made = Connection.objects.create(
        workspace=workspace,
        realm_id="9341",
        state=ConnectionState.CONNECTED,
        enabled=True,
        synced_since=NOW,
        access_token=b"",
        refresh_token=b"",
        access_expires_at=NOW,
        refresh_expires_at=NOW,
        connected_at=NOW,
        tax_mode=TaxMode.LINE,
        catch_all_item="7",
        tax_item="8",
        start_date=date(2026, 1, 1),
    )
    Lease.objects.create(connection=made)
    return made


def make_contact(workspace: Workspace, name: str = "Zoë Núñez") -> Contact:
    contact = Contact.objects.create(
        workspace=workspace, kind="person", display_name=name, first_name="Zoë", billing_city="Yonkers", **STAMPS
    )
    for position, (email, phone) in enumerate((("a@example.com", "1"), ("b@example.com", "2")), 1):
        ContactEmail.objects.create(contact=contact, position=position, address=email)
        ContactPhone.objects.create(contact=contact, position=position, number=phone)
    return contact


def make_service(workspace: Workspace) -> Service:
    return Service.objects.create(
        workspace=workspace, kind="product", name="Cloth", unit_price=Decimal("1.23456"), tax_exempt=True, **STAMPS
    )


def make_invoice(contact: Contact, service: Service, number: str = "W-1") -> Invoice:
    money = {name: Decimal("2.47") for name in ("subtotal", "total")} | {
        name: Decimal(0) for name in ("discount", "taxable_base", "tax")
    }
    invoice = Invoice.objects.create(
        workspace=contact.workspace,
        ref=number.lower(),
        number=number,
        contact=contact,
        status="issued",
        issue_date=date(2026, 2, 1),
        due_date=date(2026, 3, 3),
        service_city="Tarrytown",
        message="Thanks",
        **money,
        **STAMPS,
    )
    InvoiceLine.objects.create(invoice=invoice, position=2, kind="text", description="Done")
    InvoiceLine.objects.create(
        invoice=invoice, position=1, kind="service", service=service, name="Cloth", quantity=2, amount=Decimal("2.47")
    )
    return invoice


def make_payment(invoice: Invoice) -> Payment:
    payment = Payment.objects.create(
        workspace=invoice.workspace,
        ref="p" + invoice.ref,
        contact=invoice.contact,
        paid_at=NOW,
        paid_on=date(2026, 3, 1),
        amount=Decimal("2.00"),
        method="Check",
        **STAMPS,
    )
    Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal("2.00"))
    return payment


def test_every_record_is_read_as_it_was_saved(workspace: Workspace, connection: Connection) -> None:
    contact, service = make_contact(workspace), make_service(workspace)
    invoice = make_invoice(contact, service)
    payment = make_payment(invoice)
    ours, _ = read_sides(connection)
    assert ours.contacts[contact.pk].emails == ("a@example.com", "b@example.com")
    assert ours.contacts[contact.pk].phones == ("1", "2")
    assert ours.contacts[contact.pk].billing == Address(city="Yonkers")
    assert (ours.services[service.pk].is_product, ours.services[service.pk].unit_price) == (True, Decimal("1.23456"))
    read = ours.invoices[invoice.pk]
    assert [line.kind for line in read.lines] == ["service", "text"]
    assert (read.service_address.city, read.total, read.message) == ("Tarrytown", Decimal("2.47"), "Thanks")
    assert ours.payments[payment.pk].allocations == ((invoice.pk, Decimal("2.00")),)


def test_records_of_other_workspaces_are_not_read(workspace: Workspace, connection: Connection) -> None:
    other = Workspace.objects.create(name="Other", time_zone="UTC", created_at=NOW)
    make_payment(make_invoice(make_contact(other), make_service(other)))
    ours, bridge = read_sides(connection)
    assert not (ours.contacts or ours.services or ours.invoices or ours.payments or bridge.waiting)


def test_the_bridge_is_read_with_links_problems_and_what_waits(workspace: Workspace, connection: Connection) -> None:
    contact, archived = make_contact(workspace), make_contact(workspace, "Old")
    Contact.objects.filter(pk=archived.pk).update(archived_at=NOW)
    Change.objects.filter(workspace=workspace).exclude(record_id=contact.pk).update(dirty=False)
    shared = {"workspace": workspace, "realm_id": "9341", "kind": int(Kind.CONTACT)}
    Link.objects.create(record_id=contact.pk, entity_id="61", sync_token="3", **shared)
    Link.objects.create(record_id=archived.pk, entity_id="62", removed_at=NOW, stale=True, **shared)
    Link.objects.create(record_id=1, entity_id="1", **{**shared, "realm_id": "other"})
    Problem.objects.create(
        connection=connection, kind=int(Kind.CONTACT), record_id=contact.pk, cause="x", text="Look here.", opened_at=NOW
    )
    PaymentMethodMapping.objects.create(connection=connection, method="check", method_id="2")
    ours, bridge = read_sides(connection)
    assert ours.archived == {(Kind.CONTACT, archived.pk)}
    assert bridge.links == (
        LinkFact(Kind.CONTACT, contact.pk, "61", "3"),
        LinkFact(Kind.CONTACT, archived.pk, "62", removed=True),
    )
    assert bridge.problems == {(Kind.CONTACT, contact.pk): "Look here."}
    assert bridge.waiting == {(Kind.CONTACT, contact.pk), (Kind.CONTACT, archived.pk)}
    assert bridge.methods == {"check": "2"}
    assert (bridge.tax_mode, bridge.catch_all_item, bridge.tax_item) == (TaxMode.LINE, "7", "8")
    assert (bridge.connected_at, bridge.start_date) == (NOW, date(2026, 1, 1))


def test_the_number_of_queries_does_not_grow_with_the_records(workspace: Workspace, connection: Connection) -> None:
    service = make_service(workspace)
    make_payment(make_invoice(make_contact(workspace), service))
    with CaptureQueriesContext(
        database,
    ) as few:
        read_sides(connection)
    for number in range(2, 12):
        make_payment(make_invoice(make_contact(workspace, f"N{number}"), service, f"W-{number}"))
    with CaptureQueriesContext(database) as many:
        read_sides(connection)
    assert len(many) == len(few)


def test_without_a_connection_there_is_nothing_to_compare_with(workspace: Workspace) -> None:
    deployment = from_environment(
        {
            "BLUEPRO_QBO_DISCOVERY_URL": "http://127.0.0.1:1/d",
            "BLUEPRO_QBO_API_URL": "http://127.0.0.1:1",
            "BLUEPRO_QBO_CLIENT_ID": "id",
            "BLUEPRO_QBO_CLIENT_SECRET": "secret",
            "BLUEPRO_QBO_REDIRECT_URI": "http://127.0.0.1:2/",
        }
    )
    with pytest.raises(NotFound, match="bluepro connect"):
        run_compare(workspace.pk, deployment)


def test_a_push_is_finished_when_nothing_is_left_that_goes_by_itself(
    workspace: Workspace, connection: Connection
) -> None:
    assert look(connection.pk, NOW).finished
    contact = make_contact(workspace)
    moment = look(connection.pk, NOW)
    assert (moment.waiting, moment.finished) == (1, False)
    revision = Change.objects.get(workspace=workspace, record_id=contact.pk).revision
    link = Link.objects.create(
        workspace=workspace, realm_id="9341", kind=int(Kind.CONTACT), record_id=contact.pk, held_revision=revision
    )
    assert look(connection.pk, NOW).finished  # it waits for a person
    Link.objects.filter(pk=link.pk).update(held_revision=None, retry_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert not look(connection.pk, NOW).finished  # it will be tried again


def test_a_push_is_not_finished_while_a_request_is_open(workspace: Workspace, connection: Connection) -> None:
    Request.objects.create(
        id="0b5f9a52-6f4e-4a2c-9a70-3f0f3a5f1c11",
        connection=connection,
        lease_number=1,
        purpose="push",
        lane="single",
        method="POST",
        path="customer",
        state="open",
        committed_at=NOW,
    )
    moment = look(connection.pk, NOW)
    assert (moment.under_way, moment.finished, moment.requests) == (1, False, 1)


def test_a_connection_that_stopped_says_why(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(state=ConnectionState.LOST, state_reason="No longer accepted.")
    assert look(connection.pk, NOW).stopped == "No longer accepted."
