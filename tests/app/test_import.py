"""Importing sound files: what comes of them, that again changes nothing, that files and cells may look differently."""

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from import_files import edited, sound, write

from bluepro.catalogue.models import Service
from bluepro.common.clock import ManualClock
from bluepro.common.errors import NotAllowed, Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts.models import Contact
from bluepro.contacts.queries import contact_data
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.importing.report import Counts, ImportReport
from bluepro.importing.services import import_folder
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Payment
from bluepro.workspaces.models import Role, TaxRate
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db

CLOCK = ManualClock()
CREATED = {
    "contacts": Counts(created=2),
    "services": Counts(created=2),
    "invoices": Counts(created=3),
    "payments": Counts(created=2),
}
UNCHANGED = {kind: Counts(unchanged=counts.created) for kind, counts in CREATED.items()}


@pytest.fixture
def actor() -> Actor:
    return owner_actor(create_workspace("One", "ann@example.com", "America/New_York", clock=CLOCK))


def run(actor: Actor, path: Path, *, dry_run: bool = False, skip_bad: bool = False) -> ImportReport:
    return import_folder(actor, path, clock=CLOCK, ids=SeededIds(1), dry_run=dry_run, skip_bad=skip_bad)


def changed_counts(report: ImportReport) -> dict[str, int]:
    return {kind: counts.changed for kind, counts in report.counts.items() if counts.changed}


def test_everything_arrives(actor: Actor, tmp_path: Path) -> None:
    report = run(actor, write(tmp_path, sound()))
    assert (report.errors, report.counts, report.written, report.rows) == ((), CREATED, True, 15)
    first, second, third = Invoice.objects.order_by("pk")
    assert (first.total, first.tax, first.due_date) == (Decimal("106.60"), Decimal("6.60"), date(2026, 3, 2))
    assert (second.total, second.discount, second.status) == (Decimal("40.50"), Decimal("4.50"), "issued")
    assert (third.total, third.contact_tax_exempt, third.status) == (Decimal(50), True, "draft")
    assert [contact.kind for contact in Contact.objects.order_by("pk")] == ["person", "company"]
    assert first.tax_rate_name == TaxRate.objects.get().name == "8.25%"
    lines = InvoiceLine.objects.filter(invoice__in=[first, second]).order_by("pk")
    assert [(line.name, line.quantity, line.unit_price, line.tax_exempt) for line in lines] == [
        ("Windows", Decimal(1), Decimal(80), False),
        ("Travel", Decimal(2), Decimal(10), True),
        ("Goods", Decimal(0), Decimal(0), False),
        ("Soap", Decimal(10), Decimal("4.5"), True),
    ]


def test_payments_over_several_invoices_in_the_workspaces_time(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    payment = Payment.objects.get(external_id="P2")
    assert (payment.amount, payment.paid_on) == (Decimal("120.50"), date(2026, 2, 1))
    assert payment.paid_at == datetime(2026, 2, 2, 4, 30, tzinfo=UTC)
    parts = payment.allocations.order_by("invoice__number").values_list("invoice__number", "amount")
    assert list(parts) == [("N-I1", Decimal("80.00")), ("N-I2", Decimal("40.50"))]


def test_the_same_again_writes_nothing(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    with CaptureQueriesContext(connection) as captured:
        report = run(actor, tmp_path)
    assert (report.counts, report.errors) == (UNCHANGED, ())
    written = [one["sql"] for one in captured.captured_queries if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert [sql for sql in written if "import_" not in sql.split("SET")[0]] == []


def test_a_dry_run_writes_nothing(actor: Actor, tmp_path: Path) -> None:
    report = run(actor, write(tmp_path, sound()), dry_run=True)
    assert (report.counts, report.written, report.dry_run) == (CREATED, False, True)
    assert not Contact.objects.exists() and not TaxRate.objects.exists() and not Payment.objects.exists()


@pytest.mark.parametrize(
    ("file", "row", "cells", "counts"),
    [
        ("contacts.csv", 2, {"display_name": "Ann L."}, {"contacts": 1}),
        ("contacts.csv", 2, {"email": ""}, {"contacts": 1}),
        ("services.csv", 2, {"unit_price": "81"}, {"services": 1}),
        ("invoices.csv", 2, {"message": "Thanks"}, {"invoices": 1}),
        ("invoices.csv", 4, {"status": "scheduled"}, {"invoices": 1}),
        ("invoices.csv", 4, {"contact_external_id": "C1"}, {"invoices": 1}),
        ("invoice_lines.csv", 3, {"quantity": "3"}, {"invoices": 1}),
        ("payments.csv", 2, {"method": "Cash"}, {"payments": 1}),
        ("payments.csv", 2, {"amount": "26.59"}, {"payments": 1}),
    ],
)
def test_a_changed_cell_changes_its_record(
    actor: Actor, tmp_path: Path, file: str, row: int, cells: dict[str, str], counts: dict[str, int]
) -> None:
    run(actor, write(tmp_path, sound()))
    report = run(actor, write(tmp_path, edited(file, row, **cells)))
    assert (report.errors, changed_counts(report)) == ((), counts)
    assert sum(one.created for one in report.counts.values()) == 0


def test_lines_are_replaced_by_position(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    before = {line.position: line.pk for line in InvoiceLine.objects.filter(invoice__external_id="I3")}
    files = sound()
    files["invoice_lines.csv"].insert(0, files["invoice_lines.csv"][-1] | {"position": "7", "name": "Later"})
    run(actor, write(tmp_path, files))
    lines = InvoiceLine.objects.filter(invoice__external_id="I3").order_by("position")
    assert [(line.position, line.name) for line in lines] == [(1, "Visit"), (2, "Later")]
    assert lines[0].pk == before[1]


def test_records_that_the_files_lack_stay(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    files = sound()
    files["contacts.csv"] = [{"external_id": "C3", "display_name": "New"}]
    files["services.csv"] = [files["services.csv"][0]]
    files["invoices.csv"] = [files["invoices.csv"][0] | {"external_id": "I9", "number": "N-9"}]
    files["invoice_lines.csv"] = [files["invoice_lines.csv"][3] | {"invoice_external_id": "I9"}]
    files["payments.csv"] = [files["payments.csv"][0] | {"external_id": "P9", "invoice_external_id": "I9"}]
    report = run(actor, write(tmp_path, files))
    assert report.errors == ()
    assert (Contact.objects.count(), Service.objects.count(), Invoice.objects.count()) == (3, 2, 4)
    assert Invoice.objects.get(external_id="I9").contact.external_id == "C1"


def test_columns_that_a_file_lacks_leave_what_is_stored(actor: Actor, tmp_path: Path) -> None:
    files = edited("invoices.csv", 2, message="Thanks", due_date="2026-12-24", service_city="Troy")
    files["services.csv"][0] |= {"description": "inside", "income_account": "Sales"}
    files["contacts.csv"][0] |= {"notes": "nice", "billing_city": "Troy"}
    run(actor, write(tmp_path, files))
    optional = (
        "message",
        "due_date",
        "service_city",
        "description",
        "income_account",
        "notes",
        "billing_city",
        "reference",
    )
    for rows in files.values():
        for row in rows:
            for name in optional:
                row.pop(name, None)
    report = run(actor, write(tmp_path, files))
    assert (report.counts, report.errors) == (UNCHANGED, ())
    assert Invoice.objects.get(external_id="I1").message == "Thanks"


def test_the_file_sets_the_main_address_only(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    pk = Contact.objects.get(external_id="C1").pk
    data = contact_data(actor.workspace_id, [pk])[pk]
    more = replace(data, emails=("ann@example.com", "b@example.com", "c@example.com"))
    save_contacts(actor, [ContactEdit(more, id=pk)], clock=CLOCK)
    assert run(actor, tmp_path).counts == UNCHANGED
    run(actor, write(tmp_path, edited("contacts.csv", 2, email="c@example.com")))
    assert contact_data(actor.workspace_id, [pk])[pk].emails == ("c@example.com", "b@example.com")


def test_cells_may_be_written_in_other_ways(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    files = edited("services.csv", 2, unit_price="+080.00000", tax_exempt="FALSE", name=" Windows ")
    files["payments.csv"][0]["paid_at"] = "2026-02-02T04:30:00Z"
    files["payments.csv"][1]["paid_at"] = files["payments.csv"][2]["paid_at"] = "2026-02-01 23:30-05:00"
    files["invoices.csv"][0]["external_id"] = " I1"
    assert run(actor, write(tmp_path, files)).counts == UNCHANGED


def test_a_date_alone_is_its_midnight_in_the_workspace(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, edited("payments.csv", 2, paid_at="2026-07-04")))
    payment = Payment.objects.get(external_id="P1")
    assert (payment.paid_at, payment.paid_on) == (datetime(2026, 7, 4, 4, tzinfo=UTC), date(2026, 7, 4))


def test_marks_line_ends_blank_rows_column_order_and_unknown_columns(actor: Actor, tmp_path: Path) -> None:
    write(tmp_path, sound())
    text = "kind,favourite colour,name,tax_exempt,unit_price,external_id,description\r\n\r\n"
    text += 'service,red,Windows,false,80,S1,"a\r\n""b"", ü"\r\n,,,,,,\r\nproduct,,Soap,true,4.5,S2,\r\n'
    (tmp_path / "services.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    report = run(actor, tmp_path)
    assert (report.errors, report.counts) == ((), CREATED)
    assert report.notices == ("services.csv: the column 'favourite colour' is unknown and was ignored.",)
    assert Service.objects.get(external_id="S1").description == 'a\n"b", ü'


@pytest.mark.parametrize("inside", ["", "my files/"])
def test_a_zip_will_do(actor: Actor, tmp_path: Path, inside: str) -> None:
    write(tmp_path, sound())
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sound():
            archive.write(tmp_path / name, f"{inside}{name}")
        archive.writestr("__MACOSX/contacts.csv", b"\0")
    assert run(actor, tmp_path / "all.zip").counts == CREATED


def test_cancelled_invoices_come_in_and_stay(actor: Actor, tmp_path: Path) -> None:
    files = edited("invoices.csv", 4, status="cancelled")
    assert run(actor, write(tmp_path, files)).counts == CREATED
    assert run(actor, tmp_path).counts == UNCHANGED
    assert Invoice.objects.get(external_id="I3").status == "cancelled"


def test_progress_is_told(actor: Actor, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    import_folder(
        actor,
        write(tmp_path, sound()),
        clock=CLOCK,
        ids=SeededIds(1),
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert told[0] == ("reading contacts.csv", 2, 2)
    assert told[-1] == ("saving payments", 3, 3)


@pytest.mark.parametrize("role", [Role.BOOKKEEPER, Role.MEMBER])
def test_the_role_decides(actor: Actor, tmp_path: Path, role: Role) -> None:
    with pytest.raises(NotAllowed, match="may not import records"):
        run(replace(actor, role=role), write(tmp_path, sound()))


def test_a_manager_imports_with_new_tax_rates(actor: Actor, tmp_path: Path) -> None:
    assert run(replace(actor, role=Role.MANAGER), write(tmp_path, sound())).counts == CREATED


def test_no_such_folder(actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no folder"):
        run(actor, tmp_path / "nowhere")
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    with pytest.raises(Refused, match=r"neither a folder nor a readable \.zip"):
        run(actor, tmp_path / "x.zip")


def test_many_rows_pass_in_few_statements(actor: Actor, tmp_path: Path) -> None:
    files = sound()
    for number in range(2500):
        files["contacts.csv"].append({"external_id": f"X{number}", "display_name": f"Person {number}"})
    with CaptureQueriesContext(connection) as captured:
        report = run(actor, write(tmp_path, files))
    assert report.counts["contacts"] == Counts(created=2502)
    assert len(captured) < 200
