"""Exporting: what is imported from the files is what was exported, and what they cannot hold is told."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_files import sound, write

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, archive_services, save_services
from bluepro.common.clock import ManualClock
from bluepro.common.errors import NotAllowed, Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts.models import Contact
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, archive_contacts, save_contacts
from bluepro.importing.exporting import export_folder
from bluepro.importing.formats import FORMATS
from bluepro.importing.report import ImportReport
from bluepro.importing.services import import_folder
from bluepro.invoicing.comments import add_comment
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import import_invoices, save_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.workspaces.models import Role
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

CLOCK = ManualClock()
D = TypeVar("D")
needs_database = pytest.mark.django_db


def workspace(name: str) -> Actor:
    return owner_actor(create_workspace(name, "ann@example.com", "America/New_York", clock=CLOCK))


@pytest.fixture
def actor() -> Actor:
    return workspace("One")


def bring_in(actor: Actor, path: Path) -> ImportReport:
    return import_folder(actor, path, clock=CLOCK, ids=SeededIds(7))


def contents(folder: Path) -> dict[str, list[list[str]]]:
    files = {}
    for form in FORMATS:
        with (folder / form.file).open(encoding="utf-8", newline="") as stream:
            files[form.file] = list(csv.reader(stream, strict=True))
    return files


def changes(report: ImportReport) -> int:
    assert report.errors == ()
    return sum(counts.created + counts.changed for counts in report.counts.values())


@needs_database
def test_there_and_back(actor: Actor, tmp_path: Path) -> None:
    bring_in(actor, write(tmp_path / "in", sound()))
    report = export_folder(actor, tmp_path / "out")
    assert (report.counts, report.notices) == ({"contacts": 2, "services": 2, "invoices": 3, "payments": 2}, ())
    assert changes(bring_in(actor, tmp_path / "out")) == 0
    other = workspace("Two")
    assert changes(bring_in(other, tmp_path / "out")) == 9
    export_folder(other, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(form.file for form in FORMATS)


@needs_database
def test_records_made_here_get_ids_that_are_known_again(actor: Actor, tmp_path: Path) -> None:
    make_all(actor)
    export_folder(actor, tmp_path / "out")
    names = contents(tmp_path / "out")
    ids = [row[0] for form in FORMATS for row in names[form.file][1:]]
    assert all(name.startswith("bp-") for name in ids)
    assert changes(bring_in(actor, tmp_path / "out")) == 0
    assert not Contact.objects.exclude(external_id=None).exists()
    other = workspace("Two")
    own = ContactData(kind="person", display_name="Not one of the files'")
    save_contacts(other, [ContactEdit(own)] * 3, clock=CLOCK)
    assert changes(bring_in(other, tmp_path / "out")) == 7
    assert Contact.objects.filter(workspace=other.workspace_id, display_name=own.display_name).count() == 3
    assert changes(bring_in(other, tmp_path / "out")) == 0


def make_all(actor: Actor) -> list[int]:
    """Two contacts, two services, two invoices of two lines, a payment over both; the ids of the invoices."""
    people = [ContactData(kind="person", display_name="Ann"), ContactData(kind="person", display_name="Bob")]
    contacts = save_contacts(actor, [ContactEdit(one) for one in people], clock=CLOCK).ids
    goods = [
        ServiceData("service", "Windows", Decimal(80), description="all"),
        ServiceData("product", "Soap", Decimal(5)),
    ]
    services = save_services(actor, [ServiceEdit(one) for one in goods], clock=CLOCK).ids
    lines = (LineData("service", services[0]), LineData("service", services[1]))
    today = CLOCK.now().date()
    data = InvoiceData(contacts[0], today, "issued", lines=lines)
    invoices = save_invoices(actor, [InvoiceEdit(data), InvoiceEdit(data)], clock=CLOCK, ids=SeededIds(1)).ids
    parts = tuple((pk, Decimal("85")) for pk in invoices)
    save_payments(actor, [PaymentEdit(PaymentData(CLOCK.now(), "Check", parts))], clock=CLOCK, ids=SeededIds(2))
    return list(invoices)


@needs_database
def test_what_the_files_cannot_hold_is_told(actor: Actor, tmp_path: Path) -> None:
    first, _ = make_all(actor)
    rich = ContactData(
        kind="person",
        display_name="Ann",
        company="Employer",
        emails=("a@b.co", "c@d.co"),
        phones=("1", "2", "3"),
        service_addresses=(Address("1 Elm St"),),
        tax_exempt=True,
    )
    ann = Contact.objects.get(display_name="Ann").pk
    save_contacts(actor, [ContactEdit(rich, id=ann)], clock=CLOCK)
    archive_contacts(actor, [ann], clock=CLOCK)
    windows, soap = (line.service_id or 0 for line in Invoice.objects.get(pk=first).lines.order_by("position"))
    exempt = ServiceData("service", "Windows", Decimal(80), tax_exempt=True, description="all")
    described = ServiceData("product", "Soap", Decimal(5), description="new")
    save_services(actor, [ServiceEdit(exempt, id=windows), ServiceEdit(described, id=soap)], clock=CLOCK)
    archive_services(actor, [soap], clock=CLOCK)
    add_comment(actor, first, "call them", clock=CLOCK)
    report = export_folder(actor, tmp_path / "out")
    told = "\n".join(report.notices)
    for remark in (
        "1 more e-mail addresses",
        "2 more phone numbers",
        "1 service addresses",
        "read as a company",
        "archived",
        "when the contact was not exempt",
        "1 internal comments",
        "Line 1 was made with another tax-exempt flag",
        "Line 2 has no text where its service has one",
    ):
        assert remark in told
    assert report.notice_count == len(report.notices)


@needs_database
def test_other_peoples_files_are_not_overwritten(actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="not empty"):
        export_folder(actor, tmp_path)
    with pytest.raises(Refused, match="not a folder"):
        export_folder(actor, tmp_path / "keep.txt", overwrite=True)
    export_folder(actor, tmp_path, overwrite=True)
    assert len(list(tmp_path.iterdir())) == 6


@needs_database
def test_a_folder_that_cannot_be_written(actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="cannot be written"):
        export_folder(actor, tmp_path / "file" / "below")
    (tmp_path / "out" / "payments.csv").mkdir(parents=True)
    (tmp_path / "out" / "payments.csv" / "x").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        export_folder(actor, tmp_path / "out", overwrite=True)
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.endswith(".part")]


@needs_database
def test_the_role_decides(actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="Member may not see totals"):
        export_folder(replace(actor, role=Role.MEMBER), tmp_path)


# Printable text of any script, as it is stored: composed, no white space around it.
TEXT = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \",;'="), max_size=20).map(str.strip)
NAME = TEXT.filter(lambda text: any(char.isalnum() for char in text))
LINES = st.lists(TEXT, max_size=3).map("\n".join)
CENTS = st.decimals(0, 100, places=2)
PRICES = st.decimals(-1000, 100_000, places=5)
PERCENTS = st.decimals(0, 100, places=5)
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))
ADDRESS = st.builds(Address, street=LINES, city=TEXT, region=TEXT, postal_code=TEXT, country=TEXT)


@st.composite
def contacts(draw: st.DrawFn) -> ContactData:
    company = draw(st.just("") | NAME)
    return ContactData(
        kind="company" if company else "person",
        display_name=draw(NAME),
        company=company,
        first_name=draw(TEXT),
        last_name=draw(TEXT),
        emails=draw(st.sampled_from([(), ("a@example.com",)])),
        phones=tuple(filter(None, [draw(TEXT)])),
        billing=draw(ADDRESS),
        notes=draw(LINES),
        tax_exempt=draw(st.booleans()),
        tax_exempt_reason=draw(TEXT),
        tax_exempt_certificate=draw(TEXT),
    )


SERVICES = st.builds(
    ServiceData,
    kind=st.sampled_from(["service", "product"]),
    name=NAME,
    unit_price=PRICES,
    tax_exempt=st.booleans(),
    sku=TEXT,
    income_account=TEXT,
)


@st.composite
def lines(draw: st.DrawFn, services: list[int]) -> LineData:
    kind = draw(st.sampled_from(["service", "custom", "heading", "text"]))
    if kind in ("heading", "text"):
        return LineData(kind, name=draw(NAME), description=draw(LINES))
    quantity, price = draw(st.decimals(0, 100, places=5)), draw(st.decimals(0, 1000, places=5))
    if kind == "custom":
        return LineData(kind, None, draw(NAME), draw(LINES), quantity, price, draw(st.booleans()))
    return LineData(kind, draw(st.sampled_from(services)), draw(TEXT), draw(LINES), quantity, price)


@st.composite
def invoices(draw: st.DrawFn, people: list[int], services: list[int]) -> InvoiceData:
    discount = draw(st.none() | PERCENTS)
    deposit = draw(st.sampled_from(["", "percent", "amount"]))
    day = draw(DAYS)
    return InvoiceData(
        contact_id=draw(st.sampled_from(people)),
        issue_date=day,
        due_date=day + timedelta(days=draw(st.integers(0, 90))),
        status=draw(st.sampled_from(["draft", "scheduled", "cancelled"])),
        name=draw(TEXT),
        lines=tuple(draw(st.lists(lines(services), max_size=4))),
        discount_kind="" if discount is None else "percent",
        discount_value=discount,
        tax_rate_percent=draw(st.none() | st.sampled_from([Decimal("8.25"), Decimal("7"), Decimal("0.00001")])),
        required_deposit_kind=deposit,
        required_deposit_value=draw(CENTS) if deposit else None,
        message=draw(LINES),
        service_street=draw(LINES),
        service_country=draw(TEXT),
    )


@needs_database
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_there_is_comes_back_as_it_was(data: st.DataObject) -> None:
    with transaction.atomic(), TemporaryDirectory() as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        actor, other = workspace("One"), workspace("Two")
        fill(actor, data)
        report = export_folder(actor, first)
        assert report.notices == ()
        assert changes(bring_in(actor, first)) == 0
        assert changes(bring_in(other, first)) == sum(report.counts.values())
        export_folder(other, second)
        assert contents(second) == contents(first)
        transaction.set_rollback(True)


def fill(actor: Actor, data: st.DataObject) -> None:
    people = data.draw(st.lists(contacts(), min_size=1, max_size=3))
    contact_edits = [ContactEdit(one, external_id=name) for one, name in named(people)]
    contact_ids = save_contacts(actor, contact_edits, clock=CLOCK).ids
    goods = data.draw(st.lists(SERVICES, min_size=1, max_size=3))
    service_edits = [ServiceEdit(one, external_id=name) for one, name in named(goods)]
    service_ids = save_services(actor, service_edits, clock=CLOCK).ids
    bills = data.draw(st.lists(invoices(list(contact_ids), list(service_ids)), max_size=4))
    edits = [InvoiceEdit(one, external_id=name) for one, name in named(bills)]
    import_invoices(actor, edits, clock=CLOCK, ids=SeededIds(3))


def named(data: Iterable[D]) -> Iterator[tuple[D, str | None]]:
    """Every second record has an external id."""
    for at, one in enumerate(data):
        yield one, f"x{at}" if at % 2 else None
