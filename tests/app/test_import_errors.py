"""Bad input: every error names file, row, column and reason, nothing is half-written, and bad records can be left
out."""

import csv
import zipfile
from pathlib import Path

import pytest
from import_files import Rows, edited, sound, write

from bluepro.common.clock import ManualClock
from bluepro.common.errors import Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts.models import Contact
from bluepro.importing.report import ImportReport
from bluepro.importing.services import import_folder
from bluepro.invoicing.models import Invoice
from bluepro.payments.models import Payment
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db

CLOCK = ManualClock()


@pytest.fixture
def actor() -> Actor:
    return owner_actor(create_workspace("One", "ann@example.com", "America/New_York", clock=CLOCK))


def run(actor: Actor, path: Path, *, skip_bad: bool = False) -> ImportReport:
    return import_folder(actor, path, clock=CLOCK, ids=SeededIds(1), skip_bad=skip_bad)


def places(report: ImportReport) -> list[tuple[str, int, str]]:
    return [(error.file, error.row, error.column) for error in report.errors]


CELLS = [
    ("contacts.csv", 2, "display_name", " ", "may not be empty"),
    ("contacts.csv", 2, "display_name", "x" * 600, "600 characters; at most 500"),
    ("contacts.csv", 2, "display_name", "a\x07", "U+0007"),
    ("contacts.csv", 2, "display_name", "a\x00", "NUL"),
    ("contacts.csv", 2, "email", "nobody", "not an e-mail"),
    ("contacts.csv", 3, "company", "x" * 101, "at most 100"),
    ("contacts.csv", 2, "tax_exempt", "yes", "neither true nor false"),
    ("contacts.csv", 2, "external_id", "", "may not be empty"),
    ("contacts.csv", 2, "external_id", "x" * 101, "at most 100"),
    ("contacts.csv", 2, "external_id", "C2", "Row 2 has the same"),
    ("services.csv", 2, "name", "", "may not be empty"),
    ("services.csv", 2, "kind", "bundle", "neither service nor product"),
    ("services.csv", 2, "unit_price", "", "may not be empty"),
    ("services.csv", 2, "unit_price", "1,000.00", "not a number"),
    ("services.csv", 2, "unit_price", "1e5", "not a number"),
    ("services.csv", 2, "unit_price", "NaN", "not a number"),
    ("services.csv", 2, "unit_price", "$5", "not a number"),
    ("services.csv", 2, "unit_price", "٣", "not a number"),
    ("services.csv", 2, "unit_price", "1" * 41, "too many digits"),
    ("services.csv", 2, "unit_price", "1.123456", "at most 5 decimals"),
    ("services.csv", 2, "unit_price", "99999999999.1", "at most 99,999,999,999"),
    ("services.csv", 2, "tax_exempt", "", "may not be empty"),
    ("invoices.csv", 2, "number", "", "may not be empty"),
    ("invoices.csv", 3, "number", "n-i1", "Another invoice has the number"),
    ("invoices.csv", 2, "contact_external_id", "", "may not be empty"),
    ("invoices.csv", 4, "contact_external_id", "C9", "has a contact 'C9'"),
    ("invoices.csv", 2, "issue_date", "", "may not be empty"),
    ("invoices.csv", 2, "issue_date", "2026-02-30", "does not exist in the calendar"),
    ("invoices.csv", 2, "issue_date", "31.01.2026", "not a date"),
    ("invoices.csv", 2, "issue_date", "20260131", "not a date"),
    ("invoices.csv", 2, "issue_date", "1026-01-31", "not between the years"),
    ("invoices.csv", 2, "due_date", "tomorrow", "not a date"),
    ("invoices.csv", 2, "status", "paid", "not one of draft, sent, cancelled, scheduled"),
    ("invoices.csv", 3, "discount_kind", "rebate", "neither percent nor amount"),
    ("invoices.csv", 3, "discount_value", "101", "100 percent"),
    ("invoices.csv", 3, "discount_value", "", "give the discount"),
    ("invoices.csv", 2, "tax_rate_percent", "100.5", "100 percent"),
    ("invoices.csv", 2, "tax_rate_percent", "8.25%", "not a number"),
    ("invoice_lines.csv", 2, "invoice_external_id", "I9", "no invoice 'I9'"),
    ("invoice_lines.csv", 2, "position", "0", "not a position"),
    ("invoice_lines.csv", 3, "position", "1", "Row 2 has the same position"),
    ("invoice_lines.csv", 6, "position", "1.0", "not a position"),
    ("invoice_lines.csv", 2, "kind", "freight", "not one of"),
    ("invoice_lines.csv", 2, "service_external_id", "S9", "has a service 'S9'"),
    ("invoice_lines.csv", 2, "service_external_id", "", "needs its service"),
    ("invoice_lines.csv", 3, "service_external_id", "S1", "Only service lines"),
    ("invoice_lines.csv", 3, "name", "", "may not be empty"),
    ("invoice_lines.csv", 3, "quantity", "", "needs its quantity"),
    ("invoice_lines.csv", 3, "quantity", "-1", "0"),
    ("invoice_lines.csv", 3, "quantity", "1 000", "not a number"),
    ("invoice_lines.csv", 3, "unit_price", "", "needs its unit price"),
    ("invoice_lines.csv", 3, "unit_price", "1.000001", "decimals"),
    ("payments.csv", 2, "invoice_external_id", "I9", "has an invoice 'I9'"),
    ("payments.csv", 2, "invoice_external_id", "I3", "only issued invoices can be paid"),
    ("payments.csv", 2, "amount", "106.61", "more than the open balance"),
    ("payments.csv", 2, "amount", "0", "not above 0"),
    ("payments.csv", 2, "amount", "-5", "not above 0"),
    ("payments.csv", 2, "amount", "1.001", "whole cents"),
    ("payments.csv", 2, "paid_at", "2026-13-01T10:00:00", "does not exist in the calendar"),
    ("payments.csv", 2, "paid_at", "yesterday", "not a date and time"),
    ("payments.csv", 2, "method", "", "may not be empty"),
    ("payments.csv", 4, "method", "Cash", "Row 3 of the same payment"),
    ("payments.csv", 4, "paid_at", "2026-02-03T00:00:00Z", "Row 3 of the same payment"),
    ("payments.csv", 4, "invoice_external_id", "I1", "twice"),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "reason"), CELLS)
def test_a_bad_cell_is_named_and_nothing_written(
    actor: Actor, tmp_path: Path, file: str, row: int, column: str, value: str, reason: str
) -> None:
    report = run(actor, write(tmp_path, edited(file, row, **{column: value})))
    expected = (file, row + 1 if reason.startswith("Row 2 has the same") and row == 2 else row, column)
    assert expected in places(report)
    assert reason in next(str(one.reason) for one in report.errors if (one.file, one.row, one.column) == expected)
    assert not report.written and report.counts["contacts"].created == 0
    assert not Contact.objects.exists() and not Invoice.objects.exists() and not Payment.objects.exists()


def test_every_error_is_listed_at_once_in_the_files_order(actor: Actor, tmp_path: Path) -> None:
    files = edited("contacts.csv", 3, display_name="", email="x")
    files["services.csv"][0]["unit_price"] = "?"
    files["invoices.csv"][0]["issue_date"] = "?"
    files["invoices.csv"][2] |= {"discount_kind": "rebate", "discount_value": "5"}  # of a contact that is bad itself
    files["invoice_lines.csv"][0]["quantity"] = "?"
    files["payments.csv"][0] |= {"amount": "?", "method": "x" * 51}
    assert places(run(actor, write(tmp_path, files))) == [
        ("contacts.csv", 3, "display_name"),
        ("contacts.csv", 3, "email"),
        ("services.csv", 2, "unit_price"),
        ("invoices.csv", 2, "issue_date"),
        ("invoices.csv", 4, "discount_kind"),
        ("invoice_lines.csv", 2, "quantity"),
        ("payments.csv", 2, "amount"),
        ("payments.csv", 2, "method"),
    ]


def test_a_payment_over_two_contacts(actor: Actor, tmp_path: Path) -> None:
    files = edited("invoices.csv", 3, contact_external_id="C2")
    report = run(actor, write(tmp_path, files))
    assert places(report) == [("payments.csv", 3, "invoice_external_id")]
    assert "one customer" in report.errors[0].reason


def replaced(folder: Path, file: str, old: bytes, new: bytes) -> Path:
    write(folder, sound())
    content = (folder / file).read_bytes()
    assert old in content
    (folder / file).write_bytes(content.replace(old, new))
    return folder


LIMIT = csv.field_size_limit()


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "reason"),
    [
        ("contacts.csv", b"Ann Lee", b"M\xfcller", ("contacts.csv", 2, "display_name"), "not UTF-8"),
        ("contacts.csv", b"Ann Lee", b"A\0B", ("contacts.csv", 2, "display_name"), "NUL byte"),
        ("contacts.csv", b"Ann Lee", b'"Ann" Lee', ("contacts.csv", 2, ""), "quotes"),
        ("contacts.csv", b"Ann Lee", b"Ann, Lee", ("contacts.csv", 2, ""), "6 cells, the header 6"),
        ("contacts.csv", b"Bee Ltd", b'"Bee Ltd', ("contacts.csv", 3, ""), "never ends"),
        ("contacts.csv", b"Ann Lee", b"x" * (LIMIT + 1), ("contacts.csv", 2, ""), "longer than 131,072"),
        ("contacts.csv", b"Ann Lee", b"x" * 5_000_000, ("contacts.csv", 2, ""), "longer than"),
        ("contacts.csv", b"display_name", b"name", ("contacts.csv", 1, "display_name"), "missing"),
        ("contacts.csv", b"email", b"display_name", ("contacts.csv", 1, "display_name"), "twice"),
        ("contacts.csv", b"email", b"\xff", ("contacts.csv", 1, ""), "not UTF-8"),
        ("invoice_lines.csv", b"I2,1,heading", b"I2,1", ("invoice_lines.csv", 4, ""), "cells, the header"),
        ("invoice_lines.csv", b"I2,1,heading", b",1,heading", ("invoice_lines.csv", 4, "invoice_external_id"), "empty"),
        ("payments.csv", b"P1,", b"P\0,", ("payments.csv", 2, "external_id"), "NUL byte"),
    ],
)
@pytest.mark.parametrize("skip_bad", [False, True])
def test_bad_bytes(
    actor: Actor,
    tmp_path: Path,
    file: str,
    old: bytes,
    new: bytes,
    place: tuple[str, int, str],
    reason: str,
    skip_bad: bool,
) -> None:
    if "header 6" in reason:
        reason = "7 cells, the header 6"
    report = run(actor, replaced(tmp_path, file, old, new), skip_bad=skip_bad)
    assert place in places(report)
    assert reason in next(one.reason for one in report.errors if (one.file, one.row, one.column) == place)
    left_out_alone = place[:2] == ("contacts.csv", 2) and reason in ("not UTF-8", "NUL byte", "7 cells, the header 6")
    assert report.written == (skip_bad and left_out_alone)


def test_missing_empty_and_utf16_files(actor: Actor, tmp_path: Path) -> None:
    write(tmp_path, sound())
    (tmp_path / "contacts.csv").unlink()
    (tmp_path / "services.csv").write_bytes(b"")
    (tmp_path / "invoices.csv").write_bytes("external_id,number".encode("utf-16"))
    report = run(actor, tmp_path, skip_bad=True)
    assert [(error.file, error.row, error.reason) for error in report.errors] == [
        ("contacts.csv", 0, "This file is missing."),
        ("services.csv", 0, "This file is empty; the first row must hold the column names."),
        ("invoices.csv", 0, "This file is UTF-16; save it as UTF-8."),
    ]
    assert not report.written


def test_rows_are_counted_as_a_person_counts_lines(actor: Actor, tmp_path: Path) -> None:
    write(tmp_path, sound())
    text = 'external_id,display_name,notes\nC1,Ann,"one\ntwo"\n\nC2,,\n'
    (tmp_path / "contacts.csv").write_text(text, encoding="utf-8")
    assert places(run(actor, tmp_path)) == [("contacts.csv", 5, "display_name")]


def left_out(report: ImportReport) -> list[tuple[str, str]]:
    return [(one.file, one.external_id) for one in report.left_out]


@pytest.mark.parametrize(
    ("files", "expected", "kept"),
    [
        (
            edited("contacts.csv", 2, email="x"),
            [
                ("contacts.csv", "C1"),
                ("invoices.csv", "I1"),
                ("invoices.csv", "I2"),
                ("payments.csv", "P1"),
                ("payments.csv", "P2"),
            ],
            (1, 1, 0),
        ),
        (
            edited("services.csv", 3, kind="x"),
            [("services.csv", "S2"), ("invoices.csv", "I2"), ("payments.csv", "P2")],
            (2, 2, 1),
        ),
        (
            edited("invoice_lines.csv", 3, quantity="x"),
            [("invoices.csv", "I1"), ("payments.csv", "P1"), ("payments.csv", "P2")],
            (2, 2, 0),
        ),
        (edited("invoices.csv", 4, issue_date="x"), [("invoices.csv", "I3")], (2, 2, 2)),
        (edited("payments.csv", 4, amount="x"), [("payments.csv", "P2")], (2, 3, 1)),
        (edited("payments.csv", 3, amount="500"), [("payments.csv", "P2")], (2, 3, 1)),
        (edited("invoice_lines.csv", 6, invoice_external_id="I9"), [("invoice_lines.csv", "I9")], (2, 3, 2)),
        (
            edited("contacts.csv", 3, external_id="C1"),
            [
                ("contacts.csv", "C1"),
                ("contacts.csv", "C1"),
                ("invoices.csv", "I1"),
                ("invoices.csv", "I2"),
                ("invoices.csv", "I3"),
                ("payments.csv", "P1"),
                ("payments.csv", "P2"),
            ],
            (0, 0, 0),
        ),
    ],
)
def test_bad_records_are_left_out_whole(
    actor: Actor, tmp_path: Path, files: dict[str, Rows], expected: list[tuple[str, str]], kept: tuple[int, int, int]
) -> None:
    report = run(actor, write(tmp_path, files), skip_bad=True)
    assert (left_out(report), report.written) == (expected, True)
    assert (Contact.objects.count(), Invoice.objects.count(), Payment.objects.count()) == kept
    assert report.left_out_count == len(expected)
    again = run(actor, tmp_path, skip_bad=True)
    assert left_out(again) == expected
    assert all(counts.created == counts.changed == 0 for counts in again.counts.values())


def test_more_lines_than_possible(actor: Actor, tmp_path: Path) -> None:
    files = sound()
    text = {"invoice_external_id": "I3", "kind": "text", "name": "x"}
    files["invoice_lines.csv"] += [text | {"position": str(position)} for position in range(2, 800)]
    report = run(actor, write(tmp_path, files), skip_bad=True)
    assert places(report) == [("invoice_lines.csv", 6, "invoice_external_id")]
    assert "799 lines; at most 740" in report.errors[0].reason
    assert Invoice.objects.count() == 2


def test_errors_beyond_a_thousand_are_counted(actor: Actor, tmp_path: Path) -> None:
    files = sound()
    files["contacts.csv"] += [{"external_id": f"X{number}", "display_name": ""} for number in range(1200)]
    report = run(actor, write(tmp_path, files))
    assert (len(report.errors), report.error_count) == (1000, 1200)


def test_an_issued_invoice_stays_issued(actor: Actor, tmp_path: Path) -> None:
    run(actor, write(tmp_path, sound()))
    report = run(actor, write(tmp_path, edited("invoices.csv", 2, status="draft")))
    assert places(report) == [("invoices.csv", 2, "status")]
    report = run(actor, write(tmp_path, edited("invoice_lines.csv", 2, unit_price="1")))
    assert places(report)[0][:2] == ("invoices.csv", 2)
    assert "below the 106.60 that was paid" in report.errors[0].reason


def zipped(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused(actor: Actor, tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", [("contacts.csv", bytes(60 * 1024**2))])
    with pytest.raises(Refused, match="not believable"):
        run(actor, bomb)
    many = zipped(tmp_path / "many.zip", [(f"{number}.csv", b"") for number in range(1001)])
    with pytest.raises(Refused, match="1,001 files"):
        run(actor, many)
    twice = zipped(tmp_path / "twice.zip", [("a/contacts.csv", b""), ("b/contacts.csv", b"")])
    with pytest.raises(Refused, match="more than once"):
        run(actor, twice)


def test_a_damaged_zip_is_an_error_of_its_file(actor: Actor, tmp_path: Path) -> None:
    write(tmp_path, sound())
    members = [(name, (tmp_path / name).read_bytes()) for name in sound()]
    path = zipped(tmp_path / "all.zip", members)
    content = bytearray(path.read_bytes())
    content[content.index(b"services.csv") + 40] ^= 0xFF
    path.write_bytes(bytes(content))
    report = run(actor, path)
    assert places(report) == [("services.csv", 0, "")]
    assert "cannot be read" in report.errors[0].reason


def test_an_encrypted_zip_is_an_error_of_its_files(actor: Actor, tmp_path: Path) -> None:
    path = zipped(tmp_path / "secret.zip", [("contacts.csv", b"x")])
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag that says so
    path.write_bytes(bytes(content))
    report = run(actor, path)
    assert report.errors[0].file == "contacts.csv" and "encrypted" in report.errors[0].reason
