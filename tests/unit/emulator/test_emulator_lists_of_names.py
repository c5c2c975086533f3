"""Accounts, classes, departments, terms, payment methods, attachables, and what all lists have in common (7.7, 7.8)."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_books import delete, fresh, read, ref, refused, sales_line, sparse, uk, void, write
from emulator_http import Caller, Emulator

from qbo_emulator.books import operations, query
from qbo_emulator.books.company import Company


@pytest.fixture
def company() -> Company:
    return fresh()


# (number of the fact, type, sub-type): what accounts are used for (section 7.7).
_USES = [
    (1, "Income", "SalesOfProductIncome"),
    (1, "Income", "ServiceFeeIncome"),
    (1, "Income", "OtherPrimaryIncome"),
    (2, "Income", "DiscountsRefundsGiven"),
    (3, "Other Current Asset", "UndepositedFunds"),
    (4, "Bank", "Checking"),
    (4, "Bank", "Savings"),
    (4, "Bank", "CashOnHand"),
    (5, "Accounts Receivable", "AccountsReceivable"),
    (6, "Other Current Liability", "GlobalTaxPayable"),
    (6, "Other Current Liability", "SalesTaxPayable"),
    (7, "Other Current Liability", "OtherCurrentLiabilities"),
    (8, "Expense", "BankCharges"),
    (8, "Expense", "OfficeGeneralAdministrativeExpenses"),
]


@pytest.mark.parametrize(("kind", "sub_type"), [u[1:] for u in _USES], ids=[f"F7.7-{u[0]}-{u[2]}" for u in _USES])
def test_f7_7_a_sub_type_tells_the_type(company: Company, kind: str, sub_type: str) -> None:
    made = write(company, "Account", Name="Another", AccountSubType=sub_type)
    assert (made["AccountType"], made["AccountSubType"]) == (kind, sub_type)
    assert write(company, "Account", Name="Both", AccountType=kind, AccountSubType=sub_type)["AccountType"] == kind


@pytest.mark.parametrize("sub_type", ["DiscountsRefundsGiven", "UndepositedFunds", "AccountsReceivable", "Checking"])
@pytest.mark.parametrize("build", [fresh, uk])
def test_f7_7_a_new_company_has_what_sales_need_by_sub_type(build: Any, sub_type: str) -> None:
    rows = build().tables["Account"].rows.values()
    assert [row for row in rows if row.data["AccountSubType"] == sub_type and row.data["Active"]]


def test_the_computed_properties_of_an_account_are_read_over(company: Company) -> None:
    sent = {"Classification": "Equity", "FullyQualifiedName": "x", "SubAccount": True, "CurrentBalance": 5}
    made = write(company, "Account", Name="Tips", AccountType="Income", **sent)
    assert (made["Classification"], made["FullyQualifiedName"]) == ("Revenue", "Tips")
    assert (made["SubAccount"], made["CurrentBalance"]) == (False, 0)


def test_the_number_of_an_account_is_switched_on_short_and_unique(company: Company) -> None:
    with refused("6000"):
        write(company, "Account", Name="Tips", AccountType="Income", AcctNum="1")
    company.settings.use_account_numbers = True
    made = write(company, "Account", Name="Tips", AccountType="Income", AcctNum="1234567")
    assert made["AcctNum"] == "1234567"
    with refused("6000"):
        write(company, "Account", Name="Till", AccountType="Bank", AcctNum="1234567")
    with refused("2050"):
        write(company, "Account", Name="Till", AccountType="Bank", AcctNum="12345678")
    with refused("2040"):
        write(company, "Account", Name="Till", AccountType="Bank", AcctNum="1:2")
    abroad = uk()
    abroad.choices.switched_off_fields = "accept"
    assert write(abroad, "Account", Name="Tips", AccountType="Income", AcctNum="1" * 20)["AcctNum"] == "1" * 20


def test_accounts_nest_five_levels(company: Company) -> None:
    parent = write(company, "Account", Name="L0", AccountType="Income")
    for level in range(1, 5):
        parent = write(company, "Account", Name=f"L{level}", AccountType="Income", ParentRef=ref(parent))
    with refused("6180"):
        write(company, "Account", Name="L5", AccountType="Income", ParentRef=ref(parent))


def test_f7_8_1_a_payment_method_has_a_unique_name_and_one_of_two_types(company: Company) -> None:
    made = write(company, "PaymentMethod", Name="x" * 31, Type="CREDIT_CARD")
    assert (made["Type"], made["Active"]) == ("CREDIT_CARD", True)
    assert write(company, "PaymentMethod", Name="Venmo")["Type"] == "NON_CREDIT_CARD"
    for wrong, code in ((("venmo", None), "6240"), (("x" * 32, None), "2050"), (("App", "CARD"), "2170")):
        with refused(code):
            write(company, "PaymentMethod", Name=wrong[0], Type=wrong[1])


def test_f7_8_2_a_term_goes_by_days_or_by_a_day_of_the_month(company: Company) -> None:
    standard = write(company, "Term", Name="Net 7", DueDays=7, DiscountPercent=2, DiscountDays=3, Type="DATE_DRIVEN")
    assert (standard["Type"], standard["DueDays"], standard["DiscountPercent"]) == ("STANDARD", 7, 2)
    driven = write(company, "Term", Name="The 15th", DayOfMonthDue=15, DueNextMonthDays=5)
    assert driven["Type"] == "DATE_DRIVEN"
    for wrong in ({"DueDays": 1000}, {"DueDays": -1}, {"DayOfMonthDue": 0}, {"DayOfMonthDue": 32}):
        with refused("2240"):
            write(company, "Term", Name="Wrong", **wrong)
    with refused("2050"):
        write(company, "Term", Name="x" * 32, DueDays=1)


@pytest.mark.parametrize(("entity", "flag"), [("Class", "SubClass"), ("Department", "SubDepartment")])
def test_classes_and_departments_form_trees(company: Company, entity: str, flag: str) -> None:
    top = write(company, entity, Name="North")
    below = write(company, entity, Name="North", ParentRef=ref(top))
    assert list(top)[:4] == ["Name", flag, "FullyQualifiedName", "Active"]
    assert (top[flag], below[flag], below["FullyQualifiedName"]) == (False, True, "North:North")
    sparse(company, entity, top, Name="South")
    assert read(company, entity, below["Id"])["FullyQualifiedName"] == "South:North"
    with refused("6240"):
        write(company, entity, Name="north", ParentRef=ref(top))
    with refused("700"):
        write(company, entity, Name="West", ParentRef=ref("99"))
    with refused("2020"):
        write(company, entity, ParentRef=ref(top))
    found = query.run(company, f"select * from {entity} where FullyQualifiedName = 'South:North'")
    assert found[entity] == [read(company, entity, below["Id"])]


def test_an_inactive_parent_takes_no_new_child_and_keeps_its_old_ones(company: Company) -> None:
    top = write(company, "Class", Name="North")
    below = write(company, "Class", Name="Low", ParentRef=ref(top))
    sparse(company, "Class", top, Active=False)
    assert read(company, "Class", below["Id"])["FullyQualifiedName"] == "North (deleted):Low"
    with refused("610"):
        write(company, "Class", Name="Other", ParentRef=ref(top))
    stored = read(company, "Class", below["Id"])
    assert sparse(company, "Class", stored, Name="Lower")["FullyQualifiedName"] == "North (deleted):Lower"


def test_sales_forms_name_classes_and_departments_where_they_are_tracked(company: Company) -> None:
    north, shop = write(company, "Class", Name="North"), write(company, "Department", Name="Shop")
    customer = ref(write(company, "Customer", DisplayName="Ada"))
    sold: dict[str, Any] = {"CustomerRef": customer, "Line": [sales_line("1", "1", ClassRef=ref(north))]}
    with refused("6000"):
        write(company, "Invoice", **sold)
    company.settings.class_tracking_per_txn_line = company.settings.track_departments = True
    made = write(company, "Invoice", **sold, DepartmentRef=ref(shop))
    assert made["DepartmentRef"]["name"] == "Shop"
    assert made["Line"][0]["SalesItemLineDetail"]["ClassRef"] == {"value": north["Id"], "name": "North"}
    for prop, plural in (("ClassRef", "Klasses"), ("DepartmentRef", "Depts")):
        with refused("2500") as fault:
            write(company, "Invoice", **sold, **{prop: ref("99")})
        assert plural in fault.error.detail


def test_a_note_is_attached_changed_found_and_deleted(company: Company) -> None:
    customer = write(company, "Customer", DisplayName="Ada")
    invoice = write(company, "Invoice", CustomerRef=ref(customer), Line=[sales_line("1", "1")])
    link = {"EntityRef": {"type": "invoice", "value": invoice["Id"]}}
    made = write(company, "Attachable", Note="Ring twice", AttachableRef=[link])
    shown = {"EntityRef": {"value": invoice["Id"], "type": "Invoice"}, "IncludeOnSend": False}
    assert (made["AttachableRef"], made["Note"]) == ([shown], "Ring twice")
    changed = sparse(company, "Attachable", made, Note="Ring once", Category="Document")
    assert (changed["SyncToken"], changed["AttachableRef"]) == ("1", [shown])
    where = f"AttachableRef.EntityRef.Type = 'Invoice' and AttachableRef.EntityRef.value = '{invoice['Id']}'"
    assert query.run(company, f"select * from Attachable where {where}")["Attachable"] == [changed]
    assert delete(company, "Attachable", changed) == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    with refused("610"):
        read(company, "Attachable", made["Id"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "2020"),
        ({"Note": "x" * 2001}, "2050"),
        ({"FileName": "x" * 1001}, "2050"),
        ({"Note": "x", "Category": "Selfie"}, "2170"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "99"}}]}, "2500"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Bill", "value": "1"}}]}, "500"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"value": "1"}}]}, "500"),
        ({"Note": "x", "AttachableRef": [{"IncludeOnSend": True}]}, "2020"),
    ],
)
def test_attachables_that_are_refused(company: Company, fields: dict[str, Any], code: str) -> None:
    with refused(code):
        write(company, "Attachable", **fields)


def test_files_are_refused_loudly(company: Company) -> None:
    caller = Caller(Emulator())
    for method, path in (("POST", "upload"), ("GET", "download/1")):
        answer = caller.send(method, path, {} if method == "POST" else None)
        assert answer.status_code == 400
        assert "not modelled" in answer.text
    note = write(company, "Attachable", Note="x")
    with refused("500"):
        void(company, "Attachable", note)


# A body that creates one entry of every list, without its name.
LISTS: dict[str, dict[str, Any]] = {
    "Customer": {},
    "Vendor": {},
    "Employee": {"GivenName": "Ada"},
    "Item": {"IncomeAccountRef": ref("1")},
    "Account": {"AccountType": "Income"},
    "Class": {},
    "Department": {},
    "PaymentMethod": {},
    "Term": {"DueDays": 3},
}


def _name(entity: str) -> str:
    return "DisplayName" if entity in ("Customer", "Vendor", "Employee") else "Name"


@pytest.mark.parametrize("entity", LISTS)
def test_f3_2_6_every_list_is_ended_by_making_entries_inactive(company: Company, entity: str) -> None:
    name = _name(entity)
    made = write(company, entity, **LISTS[entity], **{name: "Blue"})
    gone = sparse(company, entity, made, Active=False)
    assert (gone["Active"], gone[name], gone["SyncToken"]) == (False, "Blue (deleted)", "1")
    assert sparse(company, entity, gone, Active=False) == gone
    assert query.run(company, f"select * from {entity} where {name} = 'Blue (deleted)'") == {}
    hidden = query.run(company, f"select * from {entity} where {name} = 'Blue (deleted)' and Active = false")
    assert [one["Id"] for one in hidden[entity]] == [made["Id"]]
    again = write(company, entity, **LISTS[entity], **{name: "Blue"})
    second = sparse(company, entity, again, Active=False)
    assert second[name] == "Blue (deleted) (2)"
    with refused("500"):
        delete(company, entity, second)


@pytest.mark.parametrize("entity", LISTS)
def test_f7_names_are_unique_in_every_list(company: Company, entity: str) -> None:
    name = _name(entity)
    write(company, entity, **LISTS[entity], **{name: "Blue"})
    company.settings.duplicate_name_detail = "text"
    with refused("6240") as fault:
        write(company, entity, **LISTS[entity], **{name: " BLUE "})
    assert "is already using this name" in fault.error.detail


# Entity and property that refer to a list, and what fault 2500 calls the list.
_REFERENCES = [
    ("Customer", "SalesTermRef", "Term", "Terms"),
    ("Customer", "PaymentMethodRef", "PaymentMethod", "PaymentMethods"),
    ("Vendor", "TermRef", "Term", "Terms"),
    ("Item", "IncomeAccountRef", "Account", "Accounts"),
    ("Item", "PrefVendorRef", "Vendor", "Names"),
    ("Item", "ClassRef", "Class", "Klasses"),
    ("Invoice", "CustomerRef", "Customer", "Names"),
    ("Invoice", "SalesTermRef", "Term", "Terms"),
    ("Invoice", "ClassRef", "Class", "Klasses"),
    ("Invoice", "DepartmentRef", "Department", "Depts"),
    ("SalesReceipt", "PaymentMethodRef", "PaymentMethod", "PaymentMethods"),
    ("Payment", "CustomerRef", "Customer", "Names"),
    ("Payment", "PaymentMethodRef", "PaymentMethod", "PaymentMethods"),
]


@pytest.mark.parametrize(("entity", "prop", "listed", "plural"), _REFERENCES)
def test_references_to_nothing_are_2500_and_to_the_inactive_610(
    company: Company, entity: str, prop: str, listed: str, plural: str
) -> None:
    company.choices.switched_off_fields = "accept"
    base: dict[str, Any] = {_name(entity): "Blue", **LISTS[entity]} if entity in LISTS else {"TotalAmt": 5}
    if entity in ("Invoice", "SalesReceipt"):
        base = {"Line": [sales_line("1", "1")]}
    if entity not in LISTS:
        base["CustomerRef"] = ref(write(company, "Customer", DisplayName="Ada"))
    target = write(company, listed, **LISTS[listed], **{_name(listed): "Green"})
    made = write(company, entity, **{**base, prop: ref(target)})
    assert made[prop]["value"] == target["Id"]
    with refused("2500") as fault:
        sparse(company, entity, made, **{prop: ref("999")})
    assert fault.error.detail == f"Invalid Reference Id : {plural} element id 999 not found"
    company.rewrite(listed, company.row(listed, target["Id"]), Active=False)
    with refused("610"):
        sparse(company, entity, made, **{prop: ref(target)})
    kept = sparse(company, entity, made, **({"PrivateNote": "x"} if entity not in LISTS else {_name(entity): "Red"}))
    assert kept[prop]["value"] == target["Id"]


def test_every_list_is_in_the_table() -> None:
    apart = {"TaxCode", "TaxRate", "TaxAgency", "Attachable", "CompanyInfo", "Preferences"}
    transactions = {"Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Payment", "Deposit"}
    assert set(operations.ENTITIES) == set(LISTS) | apart | transactions
