"""What queries find: filters, order, pages, what makes no sense. The sample company is read here and never written.

The grammar has tests of its own, and so has what conditions mean in general.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from emulator_books import delete, fresh, read, ref, refused, sales_line, sample, sparse, write

from qbo_emulator.books import query
from qbo_emulator.books.company import Company

SAMPLE = sample()


def _ids(text: str, company: Company = SAMPLE) -> list[str]:
    answer = query.run(company, text)
    return [entry["Id"] for name, found in answer.items() if isinstance(found, list) for entry in found]


def test_f9_3_35_the_recorded_unknown_entity() -> None:
    with refused("4001") as fault:
        query.run(SAMPLE, "SELECT * FROM Custmoer")
    assert fault.error.detail == "QueryValidationError: invalid context declaration: Custmoer"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("select * from Customer where Shoe = '1'", "Property Shoe not found for Entity Customer"),
        ("select * from Customer orderby Shoe", "Property Shoe not found for Entity Customer"),
        ("select Id, Shoe from Customer", "Property Shoe not found for Entity Customer"),
        ("select * from Customer where BillAddr.City = 'x'", "property 'BillAddr.City' is not queryable"),
        ("select * from Invoice where PrivateNote = 'x'", "property 'PrivateNote' is not queryable"),
        ("select * from Invoice where TotalAmt = '1'", "property 'TotalAmt' is not queryable"),
        ("select * from Invoice where Line = '1'", "property 'Line' is not queryable"),
        ("select * from Invoice orderby DepartmentRef", "property 'DepartmentRef' is not queryable"),
        ("select * from Customer startposition 0", "value 0 is too small. Min allowed value is 1"),
        ("select * from Customer startposition -5", "value -5 is too small. Min allowed value is 1"),
        ("select * from Customer maxresults 0", "value 0 is too small. Min allowed value is 1"),
        ("select * from Customer startposition 99999999999", "value 999999999... is out of range"),
        ("select * from Customer where Id > '5'", "operator > is not supported for property Id"),
        ("select * from Customer where Id like '5'", "operator LIKE is not supported for property Id"),
        ("select * from Invoice where CustomerRef > '5'", "operator > is not supported for property CustomerRef"),
        ("select * from Customer where Active > true", "operator > is not supported for property Active"),
        ("select * from Customer where Active = 'maybe'", "value maybe of property Active is not a boolean"),
        ("select * from Customer where Balance > 'much'", "value much of property Balance is not a number"),
        ("select * from Customer where Balance > 'NaN'", "value NaN of property Balance is not a number"),
        ("select * from Customer where Balance like '1%'", "operator LIKE is not supported for property Balance"),
        ("select * from Invoice where TxnDate > 'soon'", "value soon of property TxnDate is not a date"),
        (
            "select * from Customer where MetaData.CreateTime > 'yesterday'",
            "value yesterday of property MetaData.CreateTime is not a date and time",
        ),
    ],
)
def test_f5_1_6_what_makes_no_sense_is_4001(text: str, detail: str) -> None:
    with refused("4001") as fault:
        query.run(SAMPLE, text)
    assert fault.error.message == "Invalid query"
    assert fault.error.detail == f"QueryValidationError: {detail}"


@pytest.mark.parametrize("name", ["Bill", "Estimate", "journalentry", "TimeActivity"])
def test_what_quickbooks_has_and_the_emulator_has_not_is_said_to_be_so(name: str) -> None:
    with refused("500") as fault:
        query.run(SAMPLE, f"select * from {name}")
    assert fault.error.detail.lower() == f"{name.lower()} is not modelled by this emulator."


def test_f5_1_2_a_list_of_columns_gives_whole_objects() -> None:
    whole = query.run(SAMPLE, "select * from Item where Id = '1'")
    for columns in ("*, Sku", "Id", "Id, Name, MetaData.CreateTime"):
        assert query.run(SAMPLE, f"select {columns} from Item where Id = '1'") == whole


def test_f5_1_5_the_case_of_entity_names_is_a_setting_and_of_nothing_else() -> None:
    company = fresh()
    assert query.run(company, "SELECT * from term WHERE name = 'NET 30'") != {}
    company.choices.query_entity_names = "exact"
    assert query.run(company, "SELECT * from Term WHERE name = 'NET 30'") != {}
    with refused("4001"):
        query.run(company, "select * from term")


def test_f5_1_8_transactions_come_newest_first_or_by_id_as_chosen() -> None:
    company = sample()
    dates = [read(company, "Invoice", row_id)["TxnDate"] for row_id in _ids("select * from Invoice", company)]
    assert dates == sorted(dates, reverse=True)
    company.choices.query_transaction_order = "id"
    ids = [int(row_id) for row_id in _ids("select * from Invoice", company)]
    assert ids == sorted(ids)


def test_f5_1_11_total_count_stands_beside_the_page_if_so_chosen() -> None:
    company = sample()
    text = "select * from Customer where Balance > 0 maxresults 2"
    assert list(query.run(company, text)) == ["Customer", "startPosition", "maxResults"]
    company.choices.query_total_count = True
    wanted = query.run(company, "select count(*) from Customer where Balance > 0")["totalCount"]
    assert wanted > 2
    assert query.run(company, text)["totalCount"] == wanted


def test_f5_1_14_pages_are_no_snapshot_but_those_by_id_skip_nothing() -> None:
    company = fresh()
    made = [write(company, "PaymentMethod", Name=name)["Id"] for name in ("Ba", "Bb", "Bc", "Bd")]
    where = f"where Id in ({', '.join(repr(row_id) for row_id in made)})"
    by_name = _ids(f"select * from PaymentMethod {where} maxresults 2", company)
    by_id = _ids(f"select * from PaymentMethod {where} orderby Id maxresults 2", company)
    sparse(company, "PaymentMethod", read(company, "PaymentMethod", made[0]), Name="Z")
    by_name += _ids(f"select * from PaymentMethod {where} startposition 3 maxresults 2", company)
    by_id += _ids(f"select * from PaymentMethod {where} orderby Id startposition 3 maxresults 2", company)
    assert made[2] not in by_name  # skipped: it moved up between the pages
    assert by_id == made


def test_orders_of_several_properties() -> None:
    rows = query.run(SAMPLE, "select * from Item orderby Type desc, Name asc")["Item"]
    assert rows == sorted(sorted(rows, key=lambda item: item["Name"]), key=lambda item: item["Type"], reverse=True)
    assert len({item["Type"] for item in rows}) > 1


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
def test_f5_1_3_filters(text: str, ids: list[str] | None) -> None:
    found = _ids(text)
    assert (len(found) == 1) if ids is None else (found == ids)


def test_f5_1_8_names_sort_in_byte_order_and_jobs_follow_their_parent() -> None:
    vendors = [read(SAMPLE, "Vendor", row_id)["DisplayName"] for row_id in _ids("select * from Vendor")]
    assert vendors.index("PG&E") < vendors.index("Pam Seitz")
    customers = _ids("select * from Customer")
    assert customers[customers.index("7") :][:3] == ["7", "8", "9"]


def test_f5_1_9_pages_count_from_1_and_end_with_an_empty_one() -> None:
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


def test_money_compares_as_numbers() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    for amount in ("9", "100"):
        write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", amount, "NON")])
    answer = query.run(company, "select * from Invoice where Balance > 10 and Balance < '1e3'")
    assert [entry["TotalAmt"] for entry in answer["Invoice"]] == [Decimal("100.00")]
