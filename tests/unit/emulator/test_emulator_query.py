"""The query language and what it finds: grammar, faults, filters, order, pages, change data capture.

The sample company is read here and never written.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import NOW, delete, fresh, pay, read, ref, refused, sales_line, sample, sparse, write
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import cdc, query
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.query_syntax import Condition, Query, parse
from qbo_emulator.clock import ManualClock

SAMPLE = sample()


def _ids(text: str, company: Company = SAMPLE) -> list[str]:
    answer = query.run(company, text)
    return [entry["Id"] for name, found in answer.items() if isinstance(found, list) for entry in found]


def test_every_part_of_the_grammar() -> None:
    parsed = parse(
        "select * , Sku from Item where Name = 'a' and UnitPrice >= 2.5 AND Active IN (true, 'false') "
        "ORDER BY Name desc, Id asc MAXRESULTS 5 STARTPOSITION 3"
    )
    assert parsed == Query(
        "Item",
        False,
        (
            Condition("Name", "=", ("a",)),
            Condition("UnitPrice", ">=", ("2.5",)),
            Condition("Active", "in", ("true", "false")),
        ),
        (("Name", True), ("Id", False)),
        3,
        5,
    )
    assert parse("SELECT COUNT(*) FROM Customer").count is True


@given(st.text(max_size=40))
def test_any_value_survives_quoting(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    assert parse(f"select * from Customer where DisplayName = '{quoted}'").conditions[0].values == (value,)


@given(st.text(alphabet="selctfromwhrandinlike *(),='\\<>&%;1aC ", max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        query.run(SAMPLE, f"select * from {text}")
    except Fault as fault:
        assert fault.errors[0].code in ("4000", "4001")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select",
        "select * from",
        "select * Customer",
        "select * from Customer where",
        "select * from Customer where DisplayName",
        "select * from Customer where DisplayName = ",
        "select * from Customer where DisplayName = 'open",
        "select * from Customer where Id in ('1'",
        "select * from Customer where Id = '1' or Id = '2'",
        "select * from Customer where DisplayName != 'x'",
        "select * from Customer maxresults many",
        "select * from Customer order Id",
        "select count(Id) from Customer",
        "select * from Customer; drop",
    ],
)
def test_what_cannot_be_parsed_is_4000(text: str) -> None:
    with refused("4000") as fault:
        query.run(SAMPLE, text)
    assert fault.error.detail.startswith("QueryParserError: ")
    assert fault.error.element is None


def test_f9_3_35_the_recorded_lexical_error() -> None:
    with refused("4000") as fault:
        query.run(SAMPLE, "SELECT & FROM Customer")
    assert fault.error.detail.endswith('Lexical error at line 1, column 9.  Encountered: " " (32), after : "&"')


def test_f9_3_35_the_recorded_unknown_entity() -> None:
    with refused("4001") as fault:
        query.run(SAMPLE, "SELECT * FROM Custmoer")
    assert fault.error.detail == "QueryValidationError: invalid context declaration: Custmoer"


@pytest.mark.parametrize(
    "text",
    [
        "select * from Customer where Shoe = '1'",
        "select * from Invoice where PrivateNote = 'x'",
        "select * from Invoice where TotalAmt = '1'",
        "select * from Customer where Id > '5'",
        "select * from Customer where Id like '5'",
        "select * from Customer where Active > true",
        "select * from Customer where Active = maybe",
        "select * from Customer where Balance > 'much'",
        "select * from Customer where Balance like '1%'",
        "select * from Customer where MetaData.CreateTime > 'yesterday'",
        "select * from Customer startposition 0",
        "select * from Customer maxresults 0",
        "select * from Customer orderby Shoe",
    ],
)
def test_what_makes_no_sense_is_4001(text: str) -> None:
    with refused("4001"):
        query.run(SAMPLE, text)


def test_f5_1_4_a_quote_in_a_value() -> None:
    assert _ids(r"select * from Customer where DisplayName = 'Amy\'s Bird Sanctuary'") == ["1"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("select * from customer where displayname = 'COOL CARS'", ["3"]),
        ("select * from Customer where DisplayName like 'd%' and Active = true", ["4", "5", "6"]),
        ("select * from Customer where DisplayName like '%cars'", ["3"]),
        ("select * from Customer where DisplayName like 'c_ol%'", []),
        ("select * from Customer where Id in ('5', '6', '99')", ["5", "6"]),
        ("select * from Customer where Balance > '600' orderby Balance desc", ["18", "1", "10"]),
        ("select * from Customer where PrimaryEmailAddr = 'birds@intuit.com'", ["1"]),
        ("select * from Vendor where Active = false", ["53"]),
        ("select * from Vendor where DisplayName like 'united%'", []),
        ("select * from Vendor where Active in (true, false) and DisplayName like 'united%'", ["53"]),
        ("select * from Invoice where DocNumber = '1003'", None),
        ("select * from Term where Name = 'Net 30'", ["3"]),
        ("select * from TaxCode where Id = 'TAX'", ["TAX"]),
        ("select * from Item where Type = 'Inventory' orderby Id desc", ["17", "16", "11", "5"]),
        ("select * from Preferences", ["1"]),
        ("select * from CompanyInfo", ["1"]),
    ],
)
def test_filters(text: str, ids: list[str] | None) -> None:
    found = _ids(text)
    assert (len(found) == 1) if ids is None else (found == ids)


def test_f5_1_8_names_sort_in_byte_order_and_jobs_follow_their_parent() -> None:
    vendors = [read(SAMPLE, "Vendor", row_id)["DisplayName"] for row_id in _ids("select * from Vendor")]
    assert vendors.index("PG&E") < vendors.index("Pam Seitz")
    customers = _ids("select * from Customer")
    assert customers[customers.index("7") :][:3] == ["7", "8", "9"]


def test_pages() -> None:
    first = query.run(SAMPLE, "select * from Customer where Id in ('5','6','7') maxresults 2")
    assert (first["startPosition"], first["maxResults"]) == (1, 2)
    second = query.run(SAMPLE, "select * from Customer where Id in ('5','6','7') startposition 3 maxresults 2")
    assert (second["startPosition"], second["maxResults"], second["Customer"][0]["Id"]) == (3, 1, "7")
    assert query.run(SAMPLE, "select * from Customer startposition 1000") == {}
    assert query.run(SAMPLE, "select count(*) from Customer") == {"totalCount": 29}


def test_f1_1_8_pages_hold_a_hundred_by_default_and_a_thousand_at_most() -> None:
    company = fresh()
    for number in range(1005):
        write(company, "PaymentMethod", Name=f"M{number}")
    assert query.run(company, "select * from PaymentMethod")["maxResults"] == 100
    assert query.run(company, "select * from PaymentMethod maxresults 5000")["maxResults"] == 1000


def test_f3_6_1_query_answers_leave_the_default_tax_code_out() -> None:
    assert "DefaultTaxCodeRef" in read(SAMPLE, "Customer", "1")
    assert "DefaultTaxCodeRef" not in query.run(SAMPLE, "select * from Customer where Id = '1'")["Customer"][0]


_TXN_FILTERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "TxnDate >= '2025-12-10'": lambda data: data["TxnDate"] >= "2025-12-10",
    "TxnDate < '2025-12-10'": lambda data: data["TxnDate"] < "2025-12-10",
    "Balance > '0'": lambda data: data["Balance"] > 0,
    "CustomerRef = '1'": lambda data: data["CustomerRef"]["value"] == "1",
    "Balance = 375": lambda data: data["Balance"] == 375,
    "DueDate <= CURRENT_DATE": lambda data: data["DueDate"] <= "2026-01-20",
    "MetaData.CreateTime > '2020-01-01'": lambda data: True,
}


@given(st.sets(st.sampled_from(sorted(_TXN_FILTERS)), max_size=4))
def test_conditions_find_what_a_scan_finds(conditions: set[str]) -> None:
    where = " and ".join(sorted(conditions))
    found = _ids(f"select * from Invoice {'where ' + where if where else ''} orderby Id maxresults 1000")
    rows = SAMPLE.tables["Invoice"].rows.values()
    wanted = [row.id for row in rows if all(_TXN_FILTERS[name](row.data) for name in conditions)]
    assert found == wanted


def test_indexes_follow_changes() -> None:
    company = fresh()
    customer = write(company, "Customer", DisplayName="Ada")
    invoice = write(company, "Invoice", CustomerRef=ref(customer), DocNumber="A", Line=[sales_line("1", "1", "NON")])
    moved = sparse(company, "Invoice", invoice, DocNumber="B", TxnDate="2026-01-01")
    assert _ids("select * from Invoice where DocNumber = 'A'", company) == []
    assert _ids("select * from Invoice where DocNumber = 'b'", company) == [invoice["Id"]]
    assert _ids("select * from Invoice where TxnDate < '2026-01-02'", company) == [invoice["Id"]]
    delete(company, "Invoice", moved)
    assert _ids("select * from Invoice where TxnDate < '2026-01-02'", company) == []
    assert _ids("select * from Invoice", company) == []


def test_pages_of_a_whole_list_follow_changes() -> None:
    company = fresh()
    for text in ("select * from PaymentMethod", "select * from PaymentMethod orderby Name desc"):
        before = _ids(text, company)
        made = write(company, "PaymentMethod", Name=f"Aa{len(before)}")
        assert made["Id"] in _ids(text, company)
        sparse(company, "PaymentMethod", made, Active=False)
        assert _ids(text, company) == before


def test_transactions_come_newest_first() -> None:
    dates = [read(SAMPLE, "Invoice", row_id)["TxnDate"] for row_id in _ids("select * from Invoice")]
    assert dates == sorted(dates, reverse=True)


@pytest.fixture
def changed() -> tuple[Company, ManualClock]:
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
    return company, clock


SINCE = "2026-01-20T10:30:00-08:00"


def test_f5_2_1_one_element_per_entity_in_the_order_asked(changed: tuple[Company, ManualClock]) -> None:
    answer = cdc.changes(changed[0], "payment,Invoice,Term,Customer", SINCE)["QueryResponse"]
    assert [sorted(element) for element in answer] == [
        ["Payment", "maxResults", "startPosition"],
        ["Invoice", "maxResults", "startPosition"],
        [],
        ["Customer", "maxResults", "startPosition"],
    ]
    stub = answer[0]["Payment"][0]
    assert (stub["status"], stub["domain"]) == ("Deleted", "QBO")
    assert stub["MetaData"]["LastUpdatedTime"] == "2026-01-20T11:00:00-08:00"
    assert {entry["Id"] for entry in answer[1]["Invoice"]} == {"1", "2"}  # both moved by payments (F5.2-5)
    assert {entry["Id"] for entry in answer[3]["Customer"]} == {"1", "2"}


def test_queries_by_time_of_change(changed: tuple[Company, ManualClock]) -> None:
    company, _ = changed
    assert _ids(f"select * from Customer where MetaData.LastUpdatedTime >= '{SINCE}'", company) == ["1", "2"]
    assert _ids("select * from Customer where MetaData.LastUpdatedTime > '2026-01-20T20:00:00Z'", company) == []
    assert len(_ids(f"select * from Invoice where MetaData.CreateTime < '{SINCE}'", company)) == 2


def test_f1_1_9_an_answer_holds_a_thousand_objects_in_all() -> None:
    company = fresh()
    for number in range(999):
        write(company, "PaymentMethod", Name=f"M{number}")
    answer = cdc.changes(company, "PaymentMethod,Term", "2011-10-10T09:00:00-07:00")["QueryResponse"]
    assert answer[0]["maxResults"] == 1000
    assert answer[1] == {}


@pytest.mark.parametrize(
    ("entities", "since", "code"),
    [("TaxCode", SINCE, "4001"), ("Custmoer", SINCE, "4001"), ("Customer", "lately", "2060")],
)
def test_change_data_capture_refuses(entities: str, since: str, code: str) -> None:
    with refused(code):
        cdc.changes(SAMPLE, entities, since)


def test_money_compares_as_numbers() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    for amount in ("9", "100"):
        write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", amount, "NON")])
    answer = query.run(company, "select * from Invoice where Balance > 10 and Balance < '1e3'")
    assert [entry["TotalAmt"] for entry in answer["Invoice"]] == [Decimal("100.00")]
