"""Customers, and what vendors and employees share with them: one test per fact of section 7.1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest
from emulator_books import TODAY, delete, fresh, read, ref, refused, sales_line, sample, sparse, uk, write

from qbo_emulator.books.company import Company
from qbo_emulator.books.company_settings import NameDetail


@pytest.fixture
def company() -> Company:
    return fresh()


def _customer(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Customer", **{"DisplayName": "Ada", **fields})


def test_f7_1_1_a_name_holds_a_hundred_characters_and_cannot_be_removed(company: Company) -> None:
    made = _customer(company, DisplayName="x" * 100)
    assert sparse(company, "Customer", made, DisplayName=None)["DisplayName"] == "x" * 100
    with refused("2050"):
        sparse(company, "Customer", made, DisplayName="x" * 101)


@pytest.mark.parametrize(
    ("prop", "longest"),
    [
        pytest.param("Title", 16, id="F7.1-2-Title"),
        pytest.param("Suffix", 16, id="F7.1-2-Suffix"),
        pytest.param("GivenName", 100, id="F7.1-3-GivenName"),
        pytest.param("MiddleName", 100, id="F7.1-3-MiddleName"),
        pytest.param("FamilyName", 100, id="F7.1-3-FamilyName"),
        pytest.param("CompanyName", 100, id="F7.1-4"),
        pytest.param("PrintOnCheckName", 110, id="F7.1-5"),
        pytest.param("ResaleNum", 16, id="F7.1-11"),
        pytest.param("Notes", 2000, id="F7.1-15"),
    ],
)
def test_f7_1_the_lengths_of_a_customers_texts(company: Company, prop: str, longest: int) -> None:
    made = _customer(company, **{prop: "x" * longest})
    assert made[prop] == "x" * longest
    with refused("2050") as fault:
        sparse(company, "Customer", made, **{prop: "x" * (longest + 1)})
    assert fault.error.element == prop


def test_f7_1_4_two_customers_may_have_one_company_name(company: Company) -> None:
    for name in ("Ada", "Bob"):
        assert write(company, "Customer", DisplayName=name, CompanyName="Engines")["CompanyName"] == "Engines"


def test_f7_1_5_the_name_on_checks_follows_unless_it_is_sent(company: Company) -> None:
    made = _customer(company)
    renamed = sparse(company, "Customer", made, DisplayName="Countess")
    assert (made["PrintOnCheckName"], renamed["PrintOnCheckName"]) == ("Ada", "Countess")
    own = sparse(company, "Customer", renamed, PrintOnCheckName="A. Lovelace")
    assert sparse(company, "Customer", own, Notes="x")["PrintOnCheckName"] == "A. Lovelace"


def test_f7_1_6_full_names_and_levels_are_the_servers_and_end_at_five(company: Company) -> None:
    made = _customer(company, FullyQualifiedName="x", Level=4)
    for level in range(1, 5):
        made = write(
            company, "Customer", DisplayName=f"L{level}", Job=True, ParentRef=ref(made), FullyQualifiedName="x"
        )
        assert made["Level"] == level
    assert made["FullyQualifiedName"] == "Ada:L1:L2:L3:L4"
    with refused("6180"):
        write(company, "Customer", DisplayName="L5", Job=True, ParentRef=ref(made))


def test_f7_1_6_a_branch_that_is_moved_may_not_become_too_deep_either(company: Company) -> None:
    top = chain = _customer(company)
    for level in range(1, 4):
        chain = write(company, "Customer", DisplayName=f"L{level}", Job=True, ParentRef=ref(chain))
    branch = write(company, "Customer", DisplayName="Branch")
    leaf = write(company, "Customer", DisplayName="Leaf", Job=True, ParentRef=ref(branch))
    with refused("6180"):
        sparse(company, "Customer", branch, Job=True, ParentRef=ref(chain))
    sparse(company, "Customer", branch, Job=True, ParentRef=ref(top))
    moved = read(company, "Customer", leaf["Id"])
    assert (moved["FullyQualifiedName"], moved["Level"]) == ("Ada:Branch:Leaf", 2)


def test_f7_1_7_a_sub_customer_has_job_and_parent(company: Company) -> None:
    parent = _customer(company)
    made = write(company, "Customer", DisplayName="Roof", Job=True, ParentRef=ref(parent), BillWithParent=True)
    assert (made["Job"], made["ParentRef"], made["BillWithParent"]) == (True, {"value": parent["Id"]}, True)
    for wrong in ({"Job": True}, {"ParentRef": ref(parent)}):
        with refused("6150"):
            write(company, "Customer", DisplayName="Cellar", **wrong)


def test_f7_1_8_ways_to_reach_somebody(company: Company) -> None:
    ways = {
        **{prop: {"FreeFormNumber": "650 555"} for prop in ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")},
        "PrimaryEmailAddr": {"Address": "ada@example.com"},
        "WebAddr": {"URI": "https://example.com"},
    }
    made = _customer(company, **ways)
    assert {prop: made[prop] for prop in ways} == ways


def test_f7_1_9_bill_and_ship_addresses_stand_side_by_side(company: Company) -> None:
    made = _customer(company, BillAddr={"Line1": "1 Main St"}, ShipAddr={"Line1": "2 Main St"})
    assert (made["BillAddr"]["Line1"], made["ShipAddr"]["Line1"]) == ("1 Main St", "2 Main St")


def test_f7_1_10_customers_are_taxable_where_there_is_a_default_code(company: Company) -> None:
    assert _customer(company)["Taxable"] is True
    company.settings.using_sales_tax = False
    assert write(company, "Customer", DisplayName="Bob")["Taxable"] is False


def test_f7_1_11_a_reason_against_tax_is_1_to_15_and_for_automated_tax_only(company: Company) -> None:
    made = _customer(company, TaxExemptionReasonId="15", ResaleNum="CERT-1", Taxable=True)
    assert (made["Taxable"], made["TaxExemptionReasonId"], made["ResaleNum"]) == (False, "15", "CERT-1")
    for reason in ("0", "16"):
        with refused("2170"):
            sparse(company, "Customer", made, TaxExemptionReasonId=reason)
    older = write(sample(), "Customer", DisplayName="Ada", TaxExemptionReasonId="3")
    assert ("TaxExemptionReasonId" in older, older["Taxable"]) == (False, True)


def test_f7_1_12_the_default_code_is_the_systems_under_automated_tax(company: Company) -> None:
    assert _customer(company, DefaultTaxCodeRef=ref("5"))["DefaultTaxCodeRef"] == ref("1")
    older = sample()
    made = _customer(older, DefaultTaxCodeRef=ref("3"))
    assert made["DefaultTaxCodeRef"] == ref("3")
    assert sparse(older, "Customer", made, Notes="x")["DefaultTaxCodeRef"] == ref("3")
    assert "DefaultTaxCodeRef" not in sparse(older, "Customer", read(older, "Customer", made["Id"]), Taxable=False)
    with refused("2500"):
        _customer(older, DisplayName="Bob", DefaultTaxCodeRef=ref("99"))


def test_f7_1_13_the_currency_is_set_once(company: Company) -> None:
    with refused("2220"):
        _customer(company, CurrencyRef=ref("EUR"))
    company.settings.multi_currency = True
    made = _customer(company, CurrencyRef=ref("EUR"))
    assert made["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert sparse(company, "Customer", made, Notes="x")["CurrencyRef"]["value"] == "EUR"
    with refused("6000"):
        sparse(company, "Customer", made, SyncToken="1", CurrencyRef=ref("USD"))
    with refused("2220"):
        _customer(company, DisplayName="Bob", CurrencyRef=ref("XYZ"))
    with refused("500") as fault:
        write(company, "Invoice", CustomerRef=ref(made), Line=[sales_line("1", "1")])
    assert "another currency" in fault.error.detail


def test_f7_1_13_the_home_currency_is_the_default() -> None:
    assert _customer(uk())["CurrencyRef"] == {"value": "GBP", "name": "British Pound Sterling"}


def test_f7_1_14_terms_method_delivery_and_type_are_optional(company: Company) -> None:
    made = _customer(company, SalesTermRef=ref("2"), PaymentMethodRef=ref("2"), PreferredDeliveryMethod="Email")
    assert (made["SalesTermRef"], made["PaymentMethodRef"]["name"]) == ({"value": "2"}, "Check")
    assert made["PreferredDeliveryMethod"] == "Email"
    with refused("2500"):
        _customer(company, DisplayName="Bob", CustomerTypeRef=ref("1"))


def test_f7_1_16_a_balance_on_create_becomes_an_invoice_and_is_read_only_afterwards(company: Company) -> None:
    made = _customer(company, Balance=Decimal("250.5"), OpenBalanceDate="2025-12-31")
    assert (made["Balance"], made["BalanceWithJobs"]) == (Decimal("250.50"), Decimal("250.50"))
    (invoice,) = company.tables["Invoice"].rows.values()
    assert (invoice.data["TxnDate"], invoice.data["CustomerRef"]["value"]) == ("2025-12-31", made["Id"])
    assert (invoice.data["TotalAmt"], invoice.data["TxnTaxDetail"]) == (Decimal("250.50"), {"TotalTax": 0})
    assert sparse(company, "Customer", made, Balance=Decimal(1), OpenBalanceDate=TODAY) == made
    delete(company, "Invoice", invoice.data)
    assert read(company, "Customer", made["Id"])["Balance"] == 0


def test_f7_1_16_an_opening_balance_leaves_nothing_behind_where_it_is_refused(company: Company) -> None:
    with refused("500"):
        _customer(company, Balance=Decimal(-1))
    assert len(company.tables["Customer"]) == 0


def test_f7_1_17_the_balance_with_jobs_is_computed_and_nobody_is_made_a_project(company: Company) -> None:
    made = _customer(company, BalanceWithJobs=Decimal(9), IsProject=True)
    assert (made["BalanceWithJobs"], "IsProject" in made) == (0, False)


def test_f7_1_18_inactive_is_deactivated(company: Company) -> None:
    gone = sparse(company, "Customer", _customer(company), Active=False)
    assert (gone["Active"], read(company, "Customer", gone["Id"])["Active"]) == (False, False)


@pytest.mark.parametrize("char", [":", "\t", "\n"])
@pytest.mark.parametrize("prop", ["DisplayName", "GivenName", "MiddleName", "FamilyName", "Suffix", "PrintOnCheckName"])
def test_f7_1_19_these_are_refused_in_every_name(company: Company, prop: str, char: str) -> None:
    with refused("2040"):
        _customer(company, **{prop: f"a{char}b"})


def test_f7_1_19_more_may_be_refused_as_third_parties_say(company: Company) -> None:
    company.choices.strict_names = True
    assert _customer(company, DisplayName="Añ1 ,.?@&!#'~*_-;+()")["DisplayName"] == "Añ1 ,.?@&!#'~*_-;+()"
    with refused("2040"):
        _customer(company, DisplayName="A/B")
    assert sparse(company, "Customer", read(company, "Customer", "1"), Active=False)["DisplayName"].endswith(
        "(deleted)"
    )


def test_f7_1_20_case_and_outer_spaces_do_not_count(company: Company) -> None:
    assert _customer(company, DisplayName="  Ada ")["DisplayName"] == "Ada"
    with refused("6240"):
        write(company, "Vendor", DisplayName="ADA")


def test_f7_1_22_an_entry_made_active_again_keeps_the_suffix_or_loses_it(company: Company) -> None:
    gone = sparse(company, "Customer", _customer(company), Active=False)
    back = sparse(company, "Customer", gone, Active=True)
    assert back["DisplayName"] == "Ada (deleted)"
    company.choices.reactivation = "restore"
    restored = sparse(company, "Customer", sparse(company, "Customer", back, Active=False), Active=True)
    assert (restored["DisplayName"], restored["FullyQualifiedName"]) == ("Ada", "Ada")


def test_f7_1_22_the_plain_name_comes_back_only_if_nobody_took_it(company: Company) -> None:
    company.choices.reactivation = "restore"
    gone = sparse(company, "Customer", _customer(company), Active=False)
    _customer(company)
    assert sparse(company, "Customer", gone, Active=True)["DisplayName"] == "Ada (deleted)"


@pytest.mark.parametrize(
    ("variant", "detail"),
    [
        ("null", "The name supplied already exists. : null"),
        ("id", "The name supplied already exists. : Id=1"),
        (
            "text",
            "The name supplied already exists. : Another customer, vendor or employee is already using this name. "
            "Please use a different name.",
        ),
        (
            "customer",
            "The name supplied already exists. : Another customer is already using this name. "
            "Please use a different name.",
        ),
        (
            "literal",
            "The name supplied already exists. : Another $$customer$$ is already using this name. "
            "Please use a different name.",
        ),
    ],
)
def test_f7_1_26_the_wordings_of_a_name_that_is_taken(company: Company, variant: str, detail: str) -> None:
    company.settings.duplicate_name_detail = cast(NameDetail, variant)
    _customer(company)
    with refused("6240") as fault:
        _customer(company)
    assert fault.error.detail == detail


def test_f9_3_74_the_word_for_customers_is_the_companys(company: Company) -> None:
    company.settings.customer_terminology, company.settings.duplicate_name_detail = "Tenants", "text"
    made = _customer(company)
    with refused("6240") as fault:
        _customer(company)
    assert "Another tenant, vendor or employee" in fault.error.detail
    with refused("610") as fault:
        read(company, "Customer", "99")
    assert "accounts, tenants, items, vendors or employees" in fault.error.detail
    write(company, "Invoice", CustomerRef=ref(made), Line=[sales_line("1", "1")])
    with refused("6220") as fault:
        sparse(company, "Customer", read(company, "Customer", made["Id"]), Active=False)
    assert "This tenant cannot be deleted" in fault.error.detail


def test_a_vendors_tax_number_is_masked_and_rates_are_kept(company: Company) -> None:
    made = write(
        company, "Vendor", DisplayName="Glass", TaxIdentifier="12-3459875", BillRate=Decimal(50), TermRef=ref("2")
    )
    assert (made["TaxIdentifier"], made["BillRate"], made["TermRef"]) == ("XXXXXX9875", 50, {"value": "2"})
    assert sparse(company, "Vendor", made, Vendor1099=True)["TaxIdentifier"] == "XXXXXX9875"


def test_an_employee_has_a_name_of_parts_and_shows_no_social_security_number(company: Company) -> None:
    made = write(company, "Employee", GivenName="John", FamilyName="Meuller", SSN="444-55-6666", Gender="Male")
    assert (made["DisplayName"], made["SSN"], made["Gender"]) == ("John Meuller", "XXX-XX-XXXX", "Male")
    with refused("2020"):
        write(company, "Employee", DisplayName="Nobody")
    with refused("6000"):
        sparse(company, "Employee", made, BillRate=Decimal(40))
    billable = sparse(company, "Employee", made, BillableTime=True, BillRate=Decimal(40))
    assert billable["BillRate"] == 40
