"""The shapes that all entities share: references, addresses, mail, telephone, web, memos, custom fields (section 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, read, ref, refused, sales_line, sample, sparse, write

from qbo_emulator.books.company import Company


@pytest.fixture
def company() -> Company:
    return fresh()


def _customer(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Customer", DisplayName="Ada", **fields)


def test_f7_1_a_references_name_is_read_over_and_filled_in(company: Company) -> None:
    made = _customer(company, PaymentMethodRef={"value": "3", "name": "something else"})
    assert made["PaymentMethodRef"] == {"value": "3", "name": "Visa"}
    with refused("2010"):
        sparse(company, "Customer", made, PaymentMethodRef={"value": "3", "label": "x"})


def test_f7_2_an_address_has_an_id_and_is_on_no_map(company: Company) -> None:
    sent = {"Line1": "1 Main St", "City": "Tucson", "CountrySubDivisionCode": "AZ", "PostalCode": "85719"}
    made = _customer(company, BillAddr={**sent, "Lat": "32.2", "Long": "-110.9", "Id": "99"})
    assert made["BillAddr"] == {"Id": "1", **sent, "Lat": "INVALID", "Long": "INVALID"}
    moved = sparse(company, "Customer", made, BillAddr={"Line1": "2 Main St"})
    assert moved["BillAddr"] == {"Id": "1", "Line1": "2 Main St", "Lat": "INVALID", "Long": "INVALID"}


def test_f7_2_addresses_may_come_without_a_place_on_the_map(company: Company) -> None:
    company.choices.address_coordinates = False
    assert _customer(company, BillAddr={"Line1": "1 Main St"})["BillAddr"] == {"Id": "1", "Line1": "1 Main St"}


@pytest.mark.parametrize(
    ("prop", "longest"),
    [(f"Line{n}", 500) for n in range(1, 6)]
    + [("City", 255), ("CountrySubDivisionCode", 255), ("Country", 255), ("PostalCode", 30)],
)
def test_f7_2_the_lengths_of_an_address(company: Company, prop: str, longest: int) -> None:
    made = _customer(company, BillAddr={prop: "x" * longest})
    with refused("2050") as fault:
        sparse(company, "Customer", made, BillAddr={prop: "x" * (longest + 1)})
    assert fault.error.element == prop


def test_f7_2_the_lines_of_an_address_hold_2000_characters_together(company: Company) -> None:
    made = _customer(company, BillAddr={f"Line{n}": "x" * 400 for n in range(1, 6)})
    with refused("2050") as fault:
        sparse(company, "Customer", made, BillAddr={f"Line{n}": "x" * 401 for n in range(1, 6)})
    assert "Max:2,000 supported. Supplied length:2,005" in fault.error.detail


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ada@example.com", None),
        ("a" * 88 + "@example.com", None),
        ("a" * 89 + "@example.com", "2050"),
        ("ada.example.com", "2210"),
        ("ada@example", "2210"),
        ("@example.com", "2210"),
        ("ada lovelace@example.com", "2210"),
    ],
)
def test_f7_3_an_address_of_mail_has_an_at_and_a_full_stop(company: Company, address: str, code: str | None) -> None:
    if code is None:
        made = _customer(company, PrimaryEmailAddr={"Address": address})
        assert made["PrimaryEmailAddr"] == {"Address": address}
        return
    with refused(code):
        _customer(company, PrimaryEmailAddr={"Address": address})


@pytest.mark.parametrize("prop", ["PrimaryPhone", "AlternatePhone", "Mobile", "Fax"])
def test_f7_4_a_telephone_number_has_twenty_characters(company: Company, prop: str) -> None:
    made = _customer(company, **{prop: {"FreeFormNumber": "1" * 20, "AreaCode": "650"}})
    assert made[prop] == {"FreeFormNumber": "1" * 20}
    with refused("2050"):
        sparse(company, "Customer", made, **{prop: {"FreeFormNumber": "1" * 21}})


def test_f7_5_a_web_address_has_a_thousand_characters(company: Company) -> None:
    address = "https://example.com/" + "x" * 980
    made = _customer(company, WebAddr={"URI": address})
    assert made["WebAddr"] == {"URI": address}
    with refused("2050"):
        sparse(company, "Customer", made, WebAddr={"URI": address + "x"})


def test_f7_6_a_memo_has_a_thousand_characters_and_is_called_by_its_label(company: Company) -> None:
    customer = ref(_customer(company))
    made = write(
        company, "Invoice", CustomerRef=customer, Line=[sales_line("1", "1")], CustomerMemo={"value": "x" * 1000}
    )
    assert made["CustomerMemo"] == {"value": "x" * 1000}
    with refused("2050") as fault:
        sparse(company, "Invoice", made, CustomerMemo={"value": "x" * 1001})
    assert fault.error.element == "Customer Memo"


def test_f7_7_a_custom_field_shows_its_name_and_holds_31_characters() -> None:
    company = sample()
    field = {"DefinitionId": "1", "Name": "something else", "Type": "NumberType", "StringValue": "x" * 31}
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "1")], CustomField=[field])
    shown = {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "x" * 31}
    assert made["CustomField"] == [shown]
    with refused("2050"):
        sparse(company, "Invoice", made, CustomField=[{**field, "StringValue": "x" * 32}])
    with refused("3000"):
        sparse(company, "Invoice", made, CustomField=[{"DefinitionId": "2", "StringValue": "x"}])


# A created invoice of two fields: what the server puts in (section 3.6); one row is one fact.
_RECORDED: list[tuple[int, str, Any]] = [
    (3, "DocNumber", "1040"),
    (4, "TxnDate", "2026-01-20"),
    (5, "DueDate", "2026-02-19"),
    (8, "TxnTaxDetail", {"TotalTax": 0}),
    (11, "TotalAmt", Decimal("100.00")),
    (11, "Balance", Decimal("100.00")),
    (12, "LinkedTxn", []),
    (13, "PrintStatus", "NeedToPrint"),
    (13, "EmailStatus", "NotSet"),
    (14, "ApplyTaxAfterDiscount", False),
    (14, "AllowIPNPayment", False),
    (14, "AllowOnlinePayment", False),
    (14, "AllowOnlineCreditCardPayment", False),
    (14, "AllowOnlineACHPayment", False),
    (15, "CustomField", [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}]),
]


def _of_two_fields(company: Company) -> dict[str, Any]:
    line = {
        "Amount": Decimal(100),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": ref("1")},
    }
    return write(company, "Invoice", CustomerRef=ref("1"), Line=[line])


@pytest.mark.parametrize(("prop", "value"), [r[1:] for r in _RECORDED], ids=[f"F3.6-{r[0]}-{r[1]}" for r in _RECORDED])
def test_f3_6_what_the_server_puts_into_an_invoice(prop: str, value: Any) -> None:
    assert _of_two_fields(sample())[prop] == value


def test_f3_6_6_a_line_is_numbered_and_gets_no_quantity_or_price() -> None:
    line = _of_two_fields(sample())["Line"][0]
    assert (line["Id"], line["LineNum"]) == ("1", 1)
    assert line["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert line["SalesItemLineDetail"].keys() & {"Qty", "UnitPrice"} == set()


def test_f3_6_7_the_last_line_is_a_subtotal_without_an_id() -> None:
    last = {"Amount": Decimal("100.00"), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert _of_two_fields(sample())["Line"][-1] == last


def test_f3_6_9_names_are_filled_into_references() -> None:
    made = _of_two_fields(sample())
    assert made["CustomerRef"] == {"value": "1", "name": "Amy's Bird Sanctuary"}
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}


def test_f3_6_10_both_addresses_are_the_customers_with_their_ids() -> None:
    company = sample()
    made, customer = _of_two_fields(company), read(company, "Customer", "1")
    assert (made["BillAddr"], made["ShipAddr"]) == (customer["BillAddr"], customer["ShipAddr"])
