"""Customers, vendors, employees: defaults, names, hierarchy, updates, deactivation.

Balances are in test_emulator_ledger.py.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from emulator_books import NOW, fresh, pay, read, ref, refused, sales_line, sample, sparse, write

from qbo_emulator.books.company_settings import NameDetail
from qbo_emulator.clock import ManualClock


def test_f3_6_1_a_customer_of_one_field_gets_the_recorded_defaults_in_the_recorded_order() -> None:
    made = write(sample(), "Customer", DisplayName="Ada Lovelace")
    assert list(made) == [
        *("Taxable", "Job", "BillWithParent", "Balance", "BalanceWithJobs", "CurrencyRef"),
        *("PreferredDeliveryMethod", "domain", "sparse", "Id", "SyncToken", "MetaData", "FullyQualifiedName"),
        *("DisplayName", "PrintOnCheckName", "Active", "DefaultTaxCodeRef"),
    ]
    assert made["Id"] == "58"  # one sequence for customers, vendors and employees (F3.1-7)
    assert made["SyncToken"] == "0"
    assert made["Taxable"] is True
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert made["DefaultTaxCodeRef"] == {"value": "2"}
    assert made["MetaData"]["CreateTime"] == "2026-01-20T10:00:00-08:00"


def test_a_vendor_of_one_field_looks_as_recorded() -> None:
    made = write(sample(), "Vendor", DisplayName="Boraski Family Store")
    assert list(made) == [
        *("Balance", "Vendor1099", "CurrencyRef", "domain", "sparse", "Id", "SyncToken", "MetaData"),
        *("DisplayName", "PrintOnCheckName", "Active"),
    ]
    assert (made["Balance"], made["Vendor1099"], made["Active"]) == (0, False, True)


def test_f7_1_1_the_name_is_built_from_its_parts() -> None:
    made = write(fresh(), "Customer", Title="Dr", GivenName=" Ada ", FamilyName="Lovelace", Suffix="Jr")
    assert made["DisplayName"] == "Dr Ada Lovelace Jr"


def test_f9_3_43_no_name_at_all_is_refused() -> None:
    with refused("6080"):
        write(fresh(), "Customer", CompanyName="Engines")


@pytest.mark.parametrize("name", ["Ada:Job", "Ada\tL", "Ada\nL"])
def test_f7_1_19_forbidden_characters(name: str) -> None:
    with refused("2040"):
        write(fresh(), "Customer", DisplayName=name)


def test_f9_3_22_a_name_too_long_is_refused_in_the_recorded_words() -> None:
    with refused("2050") as fault:
        write(fresh(), "Customer", DisplayName="x" * 1101)
    assert fault.error.detail == (
        "String length specified does not match the supported length. Min:0 Max:100 supported. Supplied length:1,101"
    )
    assert fault.error.element == "DisplayName"


@pytest.mark.parametrize("twin", ["AMY'S BIRD SANCTUARY", " Amy's Bird Sanctuary ", "Cal Telephone", "John Johnson"])
def test_f7_1_21_names_are_unique_over_customers_vendors_and_employees(twin: str) -> None:
    with refused("6240") as fault:
        write(sample(), "Customer", DisplayName=twin)
    assert fault.error.detail == "The name supplied already exists. : null"
    assert fault.error.element is None


@pytest.mark.parametrize(("variant", "tail"), [("id", "Id=1"), ("text", "Another customer, vendor or employee")])
def test_f9_3_56_the_wording_of_a_name_clash_can_be_chosen(variant: NameDetail, tail: str) -> None:
    company = sample()
    company.settings.duplicate_name_detail = variant
    with refused("6240") as fault:
        write(company, "Vendor", DisplayName="Amy's Bird Sanctuary")
    assert tail in fault.error.detail


def test_f7_1_21_the_same_name_may_stand_under_a_parent() -> None:
    company = sample()
    made = write(company, "Customer", DisplayName="Cool Cars", Job=True, ParentRef=ref("1"))
    assert made["FullyQualifiedName"] == "Amy's Bird Sanctuary:Cool Cars"
    assert made["Level"] == 1


def test_a_job_needs_a_parent_and_levels_end_at_five() -> None:
    company = fresh()
    with refused("6150"):
        write(company, "Customer", DisplayName="Lost", Job=True)
    parent = write(company, "Customer", DisplayName="0")
    for level in range(1, 5):
        parent = write(company, "Customer", DisplayName=str(level), Job=True, ParentRef=ref(parent))
    with refused("6180"):
        write(company, "Customer", DisplayName="5", Job=True, ParentRef=ref(parent))


def test_nobody_becomes_their_own_ancestor() -> None:
    company = fresh()
    top = write(company, "Customer", DisplayName="Top")
    middle = write(company, "Customer", DisplayName="Middle", Job=True, ParentRef=ref(top))
    low = write(company, "Customer", DisplayName="Low", Job=True, ParentRef=ref(middle))
    for parent in (top, middle, low):
        with refused("900"):
            sparse(company, "Customer", top, Job=True, ParentRef=ref(parent))


def test_f7_1_22_deactivation_marks_the_name_and_frees_it() -> None:
    company = sample()
    gone = sparse(company, "Customer", read(company, "Customer", "4"), Active=False)
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "Diego Rodriguez (deleted)"
    assert gone["PrintOnCheckName"] == "Diego Rodriguez"
    again = write(company, "Customer", DisplayName="Diego Rodriguez")
    second = sparse(company, "Customer", again, Active=False)
    assert second["DisplayName"] == "Diego Rodriguez (deleted) (2)"
    back = sparse(company, "Customer", gone, Active=True, DisplayName="Diego Rodriguez")
    assert back["DisplayName"] == "Diego Rodriguez"


def test_f7_1_23_a_customer_with_a_balance_stays_active() -> None:
    company = sample()
    with refused("6220"):
        sparse(company, "Customer", read(company, "Customer", "1"), Active=False)


def test_f3_2_16_an_update_that_changes_nothing_moves_neither_token_nor_time() -> None:
    clock = ManualClock(NOW)
    company = fresh(clock)
    made = write(company, "Customer", DisplayName="Ada", BillAddr={"Line1": "1 Way"})
    clock.advance(60)
    same = sparse(company, "Customer", made, DisplayName="Ada", BillAddr={"Line1": "1 Way"})
    assert same == made


def test_f3_2_4_a_sparse_update_keeps_what_is_not_sent_and_clears_what_is_sent_empty() -> None:
    company = fresh()
    made = write(company, "Customer", DisplayName="Ada", CompanyName="Engines", Notes="first")
    after = sparse(company, "Customer", made, Notes="", CompanyName=None, GivenName="Ada")
    assert "Notes" not in after
    assert "CompanyName" not in after
    assert after["GivenName"] == "Ada"
    assert after["SyncToken"] == "1"


def test_f3_2_14_a_full_update_clears_some_and_keeps_others() -> None:
    company = fresh()
    made = write(company, "Customer", DisplayName="Ada", Notes="first", Taxable=False)
    full = {"Id": made["Id"], "SyncToken": "0", "DisplayName": "Ada King"}
    after = write(company, "Customer", **full)
    assert "Notes" not in after
    assert after["Taxable"] is False
    assert after["PrintOnCheckName"] == after["FullyQualifiedName"] == "Ada King"


def test_f3_3_2_a_stale_token_names_the_user() -> None:
    company = fresh()
    made = write(company, "Customer", DisplayName="Ada")
    sparse(company, "Customer", made, Notes="x")
    with refused("5010") as fault:
        sparse(company, "Customer", made, Notes="y")
    assert "You and Robin Keeper were working on this at the same time" in fault.error.detail


def test_an_unknown_id_and_a_missing_token() -> None:
    company = fresh()
    with refused("610"):
        sparse(company, "Customer", {"Id": "99", "SyncToken": "0"}, Notes="x")
    with refused("2030"):
        read(company, "Customer", "1.5")
    made = write(company, "Customer", DisplayName="Ada")
    with refused("2020") as fault:
        write(company, "Customer", Id=made["Id"], Notes="x")
    assert fault.error.element == "SyncToken"


def test_a_balance_moves_the_time_of_a_customer_but_not_the_token() -> None:
    clock = ManualClock(NOW)
    company = fresh(clock)
    made = write(company, "Customer", DisplayName="Ada")
    clock.advance(30)
    write(company, "Invoice", CustomerRef=ref(made), Line=[sales_line("1", "739.00", "NON")])
    after = read(company, "Customer", made["Id"])
    assert after["Balance"] == after["BalanceWithJobs"] == Decimal("739.00")
    assert after["SyncToken"] == "0"
    assert after["MetaData"]["LastUpdatedTime"] == "2026-01-20T10:00:30-08:00"


def test_a_new_name_shows_in_children_and_transactions() -> None:
    company = fresh()
    parent = write(company, "Customer", DisplayName="Ada")
    child = write(company, "Customer", DisplayName="Engine", Job=True, ParentRef=ref(parent))
    invoice = write(company, "Invoice", CustomerRef=ref(parent), Line=[sales_line("1", "10", "NON")])
    payment = pay(company, invoice, "10")
    sparse(company, "Customer", read(company, "Customer", parent["Id"]), DisplayName="Countess")
    assert read(company, "Customer", child["Id"])["FullyQualifiedName"] == "Countess:Engine"
    assert read(company, "Invoice", invoice["Id"])["CustomerRef"]["name"] == "Countess"
    assert read(company, "Payment", payment["Id"])["CustomerRef"]["name"] == "Countess"
    with refused("6240"):
        write(company, "Customer", DisplayName="Engine", Job=True, ParentRef=ref(parent))
    assert write(company, "Customer", DisplayName="Ada")["Id"] != parent["Id"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("PrimaryEmailAddr", {"Address": "nobody"}, "2210"),
        ("PreferredDeliveryMethod", "Pigeon", "2170"),
        ("Taxable", "perhaps", "2230"),
        ("CurrencyRef", {"value": "EUR"}, "2220"),
        ("PrimaryPhone", {"FreeFormNumber": "1" * 21}, "2050"),
        ("BillAddr", {"Line1": "x" * 501}, "2050"),
        ("BillAddr", {f"Line{n}": "x" * 450 for n in range(1, 6)}, "2050"),
        ("BillAddr", "somewhere", "2010"),
        ("BillAddr", {"Street": "x"}, "2010"),
        ("DisplayNam", "x", "2010"),
        ("SalesTermRef", {"value": "99"}, "2500"),
        ("PaymentMethodRef", "3", "2120"),
    ],
)
def test_values_of_the_wrong_form(field: str, value: object, code: str) -> None:
    with refused(code):
        write(fresh(), "Customer", **{"DisplayName": "Ada", field: value})


def test_f9_1_1_several_faults_come_together() -> None:
    from qbo_emulator.books.faults import Fault

    with pytest.raises(Fault) as caught:
        write(fresh(), "Customer", DisplayName="x" * 101, Title="y" * 17)
    assert [(error.code, error.element) for error in caught.value.errors] == [
        ("2050", "DisplayName"),
        ("2050", "Title"),
    ]


def test_f3_2_17_read_only_properties_are_ignored() -> None:
    made = write(
        fresh(), "Customer", DisplayName="Ada", BalanceWithJobs=Decimal(99), FullyQualifiedName="other", Level=3
    )
    assert made["BalanceWithJobs"] == 0
    assert made["FullyQualifiedName"] == "Ada"
    assert "Level" not in made


def test_exempt_customers_are_not_taxable() -> None:
    made = write(fresh(), "Customer", DisplayName="School", TaxExemptionReasonId="3", Taxable=True)
    assert made["Taxable"] is False
    assert "DefaultTaxCodeRef" not in made
