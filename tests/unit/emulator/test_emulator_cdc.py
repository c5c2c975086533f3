"""Change data capture: what is reported as changed, what is not, and how much of it."""

from __future__ import annotations

import pytest
from emulator_books import NOW, delete, fresh, pay, read, ref, refused, sales_line, sample, sparse, write

from qbo_emulator.books import cdc, query
from qbo_emulator.books.company import Company
from qbo_emulator.clock import ManualClock

SAMPLE = sample()
SINCE = "2026-01-20T10:30:00-08:00"


@pytest.fixture
def changed() -> Company:
    """A company, an hour later: one customer changed, one invoice paid, one payment deleted, one of each old."""
    clock = ManualClock(NOW)
    company = fresh(clock)
    for name in ("Ada", "Grace"):
        write(company, "Customer", DisplayName=name)
    invoices = [write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "10", "NON")]) for _ in range(2)]
    gone = pay(company, invoices[0], "1")
    clock.advance(3600)
    sparse(company, "Customer", read(company, "Customer", "2"), Notes="x")
    pay(company, invoices[1], "5")
    delete(company, "Payment", gone)
    return company


def test_f5_2_1_one_element_per_entity_in_the_order_asked(changed: Company) -> None:
    answer = cdc.changes(changed, "payment, Invoice,Term,Customer", SINCE)["QueryResponse"]
    assert [list(element) for element in answer] == [
        ["Payment", "startPosition", "maxResults"],
        ["Invoice", "startPosition", "maxResults"],
        [],
        ["Customer", "startPosition", "maxResults"],
    ]


def test_f5_2_3_whole_objects_for_changes_and_stubs_for_what_was_deleted(changed: Company) -> None:
    payments, customers = cdc.changes(changed, "Payment,Customer", SINCE)["QueryResponse"]
    deleted, applied = payments["Payment"]
    assert deleted == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "3",
        "MetaData": {"LastUpdatedTime": "2026-01-20T11:00:00-08:00"},
    }
    assert applied == read(changed, "Payment", "4")
    assert read(changed, "Customer", "2") in customers["Customer"]


def test_f5_2_3_a_deactivated_entry_comes_as_a_whole_object() -> None:
    company = fresh()
    made = write(company, "PaymentMethod", Name="Barter")
    sparse(company, "PaymentMethod", made, Active=False)
    (element,) = cdc.changes(company, "PaymentMethod", SINCE[:10])["QueryResponse"]
    assert {entry["Id"]: entry["Active"] for entry in element["PaymentMethod"]}[made["Id"]] is False


def test_f5_2_5_an_invoice_counts_as_changed_when_a_payment_is_applied_or_taken_off(changed: Company) -> None:
    (element,) = cdc.changes(changed, "Invoice", SINCE)["QueryResponse"]
    assert {entry["Id"] for entry in element["Invoice"]} == {"1", "2"}


def test_queries_by_time_of_change(changed: Company) -> None:
    def ids(text: str) -> list[str]:
        return [entry["Id"] for entry in query.run(changed, text).get(text.split()[3], [])]

    assert ids(f"select * from Customer where MetaData.LastUpdatedTime >= '{SINCE}'") == ["1", "2"]
    assert ids("select * from Customer where MetaData.LastUpdatedTime > '2026-01-20T20:00:00Z'") == []
    assert len(ids(f"select * from Invoice where MetaData.CreateTime < '{SINCE}'")) == 2


def test_f1_1_9_an_answer_holds_a_thousand_objects_in_all() -> None:
    company = fresh()
    for number in range(999):
        write(company, "PaymentMethod", Name=f"M{number}")
    answer = cdc.changes(company, "PaymentMethod,Term", "2011-10-10T09:00:00-07:00")["QueryResponse"]
    assert answer[0]["maxResults"] == 1000
    assert answer[1] == {}


def test_f5_2_2_a_moment_of_2011_is_answered_unless_the_documented_30_days_are_chosen() -> None:
    company, long_past = fresh(), "2011-10-10T09:00:00-07:00"
    assert cdc.changes(company, "Term", long_past)["QueryResponse"][0]["maxResults"] > 0
    company.choices.cdc_days = 30
    assert cdc.changes(company, "Term", "2025-12-22")["QueryResponse"][0]["maxResults"] > 0
    with refused("4001"):
        cdc.changes(company, "Term", long_past)


@pytest.mark.parametrize("entity", ["JournalCode", "TaxAgency", "TaxCode", "taxrate", "Preferences", "CompanyInfo"])
def test_f5_2_4_entities_that_are_not_tracked(entity: str) -> None:
    with refused("4001") as fault:
        cdc.changes(SAMPLE, entity, SINCE)
    assert fault.error.detail == f"QueryValidationError: {entity} is not supported for change data capture"


@pytest.mark.parametrize(
    ("entities", "since", "code"),
    [
        ("Custmoer", SINCE, "4001"),
        ("Customer,", SINCE, "4001"),
        ("Estimate", SINCE, "500"),
        ("Customer", "lately", "2060"),
        ("Customer", "9999-12-31T23:59:59", "2060"),
        ("Customer", "2026-01-20T10:30:00-99:00", "2060"),
    ],
)
def test_change_data_capture_refuses(entities: str, since: str, code: str) -> None:
    with refused(code):
        cdc.changes(SAMPLE, entities, since)
