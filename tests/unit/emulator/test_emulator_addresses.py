"""Addresses of sales forms: taken over from the customer, or changed and then free lines; tax still knows the state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, read, ref, sales_line, sparse, write

from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.sales_addresses import flattened

HOME = {"Line1": "900 Main St.", "City": "Middlefield", "CountrySubDivisionCode": "CA", "PostalCode": "94303"}
AWAY = {"Line1": "1 Broadway", "City": "New York", "CountrySubDivisionCode": "NY", "PostalCode": "10004"}


@pytest.fixture
def company() -> Company:
    """A fresh company whose customer 1 has a person, a firm and both addresses."""
    made = fresh()
    names = {"GivenName": "Kathy", "FamilyName": "Paulsen", "CompanyName": "Paulsen Medical Supplies"}
    write(made, "Customer", DisplayName="Paulsen", **names, BillAddr=HOME, ShipAddr=HOME)
    return made


def _invoice(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "100", "TAX")], **fields)


def _lines(address: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in address.items() if name not in ("Id", "Lat", "Long")}


def test_f7_3_12_both_addresses_are_the_customers_with_their_ids(company: Company) -> None:
    made, customer = _invoice(company), read(company, "Customer", "1")
    assert (made["BillAddr"], made["ShipAddr"]) == (customer["BillAddr"], customer["ShipAddr"])
    assert made["FreeFormAddress"] is False
    assert _invoice(company, ShipAddr=HOME)["ShipAddr"] == customer["ShipAddr"]


def test_f7_3_12_an_address_changed_inside_a_form_becomes_free_lines_as_recorded(company: Company) -> None:
    made = _invoice(company, BillAddr={**HOME, "PostalCode": "94304"})
    assert _lines(made["BillAddr"]) == {
        "Line1": "Kathy Paulsen",
        "Line2": "Paulsen Medical Supplies",
        "Line3": "900 Main St.",
        "Line4": "Middlefield, CA  94304",
    }
    assert made["BillAddr"]["Id"] != read(company, "Customer", "1")["BillAddr"]["Id"]
    assert made["FreeFormAddress"] is False  # that tells about the other one


def test_f7_3_12_tax_still_goes_by_the_state_of_a_flattened_address(company: Company) -> None:
    made = _invoice(company, ShipAddr=AWAY)
    assert (made["ShipAddr"]["Line4"], made["FreeFormAddress"]) == ("New York, NY  10004", True)
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("8.50")
    changed = sparse(company, "Invoice", made, Line=[sales_line("1", "200", "TAX")])
    assert changed["TxnTaxDetail"]["TotalTax"] == Decimal("17.00")
    echoed = sparse(company, "Invoice", changed, ShipAddr=changed["ShipAddr"])
    assert (echoed["SyncToken"], echoed["TxnTaxDetail"]["TotalTax"]) == ("1", Decimal("17.00"))
    home = sparse(company, "Invoice", echoed, ShipAddr=HOME)
    assert (home["FreeFormAddress"], home["TxnTaxDetail"]["TotalTax"]) == (False, Decimal("14.50"))


def test_the_same_address_again_changes_nothing_and_keeps_its_id(company: Company) -> None:
    made = _invoice(company, ShipAddr=AWAY)
    assert sparse(company, "Invoice", made, ShipAddr=AWAY) == made
    moved = sparse(company, "Invoice", made, ShipAddr={**AWAY, "Line1": "2 Broadway"})
    assert (moved["ShipAddr"]["Id"], moved["ShipAddr"]["Line3"]) == (made["ShipAddr"]["Id"], "2 Broadway")


def test_addresses_may_be_left_as_they_are_sent(company: Company) -> None:
    company.choices.flatten_addresses = False
    made = _invoice(company, ShipAddr=AWAY)
    assert (_lines(made["ShipAddr"]), made["FreeFormAddress"]) == (AWAY, False)


@pytest.mark.parametrize("entity", SALES_FORMS)
def test_every_form_takes_addresses_alike(company: Company, entity: str) -> None:
    money = {"DepositToAccountRef": ref("10")} if entity == "RefundReceipt" else {}
    made = write(company, entity, CustomerRef=ref("1"), Line=[sales_line("1", "1")], ShipAddr=AWAY, **money)
    assert made["ShipAddr"]["Line4"] == "New York, NY  10004"
    assert made["BillAddr"] == read(company, "Customer", "1")["BillAddr"]


@pytest.mark.parametrize(
    ("address", "customer", "lines"),
    [
        ({"City": "Napa"}, {"DisplayName": "Ada"}, ["Ada", "Napa"]),
        ({"Line1": "1 Way", "PostalCode": "9"}, {"DisplayName": "A", "CompanyName": "Firm"}, ["Firm", "1 Way", "9"]),
        (
            {"Line1": "a", "Line2": "b", "Line3": "c", "Line4": "d", "City": "Napa", "Country": "USA"},
            {"DisplayName": "x", "GivenName": "Ada", "CompanyName": "Ada"},
            ["Ada", "a", "b", "c", "d, Napa, USA"],
        ),
    ],
)
def test_what_does_not_fit_into_five_lines_is_joined(
    address: dict[str, str], customer: dict[str, str], lines: list[str]
) -> None:
    assert list(flattened(address, customer).values()) == lines
