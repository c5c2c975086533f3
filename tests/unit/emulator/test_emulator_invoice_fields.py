"""Single fields of an invoice, one by one as the reference lists them (7.3), and how large an invoice may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import discount_line, fresh, pay, read, ref, refused, sales_line, sample, sparse, void, write

from qbo_emulator.books.company import Company

BANK, UNDEPOSITED, LIABILITY = "10", "7", "14"


@pytest.fixture
def company() -> Company:
    """A fresh company with customer 1."""
    made = fresh()
    write(made, "Customer", DisplayName="Ada")
    return made


def _invoice(company: Company, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return write(company, "Invoice", CustomerRef=ref("1"), Line=list(lines) or [sales_line("1", "100")], **fields)


def _balance(company: Company, account: str) -> Decimal:
    return Decimal(read(company, "Account", account)["CurrentBalance"])


def test_f7_3_16_a_deposit_lowers_the_balance_and_lies_in_its_account(company: Company) -> None:
    company.settings.allow_deposit = True
    made = _invoice(company, Deposit=Decimal(30))
    assert (made["TotalAmt"], made["Balance"]) == (Decimal("100.00"), Decimal("70.00"))
    assert made["DepositToAccountRef"] == {"value": UNDEPOSITED, "name": "Undeposited Funds"}
    assert [_balance(company, UNDEPOSITED), read(company, "Customer", "1")["Balance"]] == [30, 70]
    with refused("6000"):
        pay(company, made, "70.01")
    pay(company, made, "70")
    moved = sparse(company, "Invoice", read(company, "Invoice", made["Id"]), DepositToAccountRef=ref(BANK))
    assert [_balance(company, UNDEPOSITED), _balance(company, BANK)] == [70, 30]
    voided = void(company, "Invoice", moved)
    assert "Deposit" not in voided
    assert [_balance(company, BANK), voided["Balance"]] == [0, 0]


@pytest.mark.parametrize("deposit", ["-1", "100.01"])
def test_f7_3_16_a_deposit_lies_between_nothing_and_the_total(company: Company, deposit: str) -> None:
    company.settings.allow_deposit = True
    with refused("6000"):
        _invoice(company, Deposit=Decimal(deposit))


def test_f7_3_16_a_deposit_needs_the_preference_and_a_money_account(company: Company) -> None:
    with refused("6000"):
        _invoice(company, Deposit=Decimal(1))
    company.settings.allow_deposit = True
    with refused("6430"):
        _invoice(company, Deposit=Decimal(1), DepositToAccountRef=ref("1"))
    assert read(company, "Preferences", "1")["SalesFormsPrefs"]["AllowDeposit"] is True


def test_f7_3_21_shipping_stands_behind_the_subtotal_and_bears_no_discount(company: Company) -> None:
    shipping = sales_line("SHIPPING_ITEM_ID", "12", "TAX")
    with refused("6000"):
        _invoice(company, sales_line("1", "100"), shipping)
    company.settings.allow_shipping = True
    made = _invoice(company, shipping, sales_line("1", "100", "NON"), discount_line(percent="10"))
    assert [line["DetailType"] for line in made["Line"]] == [
        *("SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail", "SalesItemLineDetail")
    ]
    assert [line["Amount"] for line in made["Line"]] == [100, 100, 10, 12]
    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (Decimal("0.87"), Decimal("102.87"))
    assert sparse(company, "Invoice", made, Line=made["Line"]) == made
    with refused("6000"):
        _invoice(company, sales_line("1", "1"), shipping, shipping)


def test_f7_3_21_a_line_without_an_item_may_be_sold_as_the_default_item(company: Company) -> None:
    company.choices.line_without_item = "default_item"
    made = _invoice(company, {"DetailType": "SalesItemLineDetail", "Amount": Decimal(40)})
    assert made["TotalAmt"] == Decimal("40.00")
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}


def test_f7_3_21_a_tip_is_not_modelled_and_says_so(company: Company) -> None:
    with refused("500"):
        _invoice(company, sales_line("1", "1"), sales_line("GRATUITY_ITEM_ID", "5"))


def test_f7_3_21_lines_keep_their_day_of_service_and_tell_the_account(company: Company) -> None:
    company.settings.allow_service_date = True
    made = _invoice(company, sales_line("1", "10", ServiceDate="2026-01-02", ItemAccountRef=ref("3")))
    detail = made["Line"][0]["SalesItemLineDetail"]
    assert (detail["ServiceDate"], detail["ItemAccountRef"]) == ("2026-01-02", {"value": "1", "name": "Services"})


def test_f7_3_24_text_lines_hold_text_and_no_amount(company: Company) -> None:
    text = {"DetailType": "DescriptionOnly", "Description": "Subtotal:", "DescriptionLineDetail": {}}
    made = _invoice(company, sales_line("1", "10"), text, sales_line("1", "5"))
    shown = {"Id": "2", "LineNum": 2, "DetailType": "DescriptionOnly", "Description": "Subtotal:"}
    assert {name: made["Line"][1].get(name) for name in shown} == shown
    assert "Amount" not in made["Line"][1]
    assert made["TotalAmt"] == Decimal("15.00")


def test_f7_3_25_a_bundle_line_is_not_modelled_and_says_so(company: Company) -> None:
    with refused("500") as fault:
        _invoice(company, {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": ref("1"), "Line": []}})
    assert "not modelled" in fault.error.detail


def test_f7_3_13_shipping_fields_need_the_preference(company: Company) -> None:
    fields = {"ShipDate": "2026-01-25", "ShipMethodRef": ref("Parcel"), "TrackingNum": "1Z9"}
    for name, value in fields.items():
        with refused("6000"):
            _invoice(company, **{name: value})
    company.settings.allow_shipping = True
    made = _invoice(company, **fields)
    assert (made["ShipDate"], made["TrackingNum"]) == ("2026-01-25", "1Z9")
    assert made["ShipMethodRef"] == {"value": "Parcel", "name": "Parcel"}


def test_f7_3_7_addresses_of_copies_hold_two_hundred_characters(company: Company) -> None:
    long = "a" * 188 + "@example.com"
    made = _invoice(
        company, BillEmailCc={"Address": long}, EmailStatus="NeedToSend", BillEmail={"Address": "a@b.example"}
    )
    assert made["BillEmailCc"] == {"Address": long}
    for prop in ("BillEmailCc", "BillEmailBcc"):
        with refused("2050"):
            _invoice(company, **{prop: {"Address": "a" + long}})
    with refused("6420"):
        _invoice(company, EmailStatus="NeedToSend")


@pytest.mark.parametrize(
    ("prop", "values"),
    [
        ("EmailStatus", ("NotSet", "EmailSent")),  # F7.3-8; NeedToSend wants an address
        ("PrintStatus", ("NotSet", "NeedToPrint", "PrintComplete")),  # F7.3-9
    ],
)
def test_f7_3_8_and_9_states_of_delivery(company: Company, prop: str, values: tuple[str, ...]) -> None:
    for value in values:
        assert _invoice(company, **{prop: value})[prop] == value
    with refused("2170"):
        _invoice(company, **{prop: "Perhaps"})


@pytest.mark.parametrize("prop", ["CustomerMemo", "PrivateNote"])
def test_f7_3_10_and_11_notes_are_kept_and_bounded(company: Company, prop: str) -> None:
    longest = 1000 if prop == "CustomerMemo" else 4000

    def note(length: int) -> Any:
        return {"value": "x" * length} if prop == "CustomerMemo" else "x" * length

    assert _invoice(company, **{prop: note(longest)})[prop] == note(longest)
    with refused("2050"):
        _invoice(company, **{prop: note(longest + 1)})


def test_f7_3_15_only_the_home_currency_is_modelled(company: Company) -> None:
    assert _invoice(company, CurrencyRef=ref("USD"))["CurrencyRef"]["name"] == "United States Dollar"
    with refused("2220"):
        _invoice(company, CurrencyRef=ref("EUR"), ExchangeRate=Decimal("1.1"))


def test_f7_3_17_links_to_payments_are_read_only_and_to_estimates_not_modelled(company: Company) -> None:
    made = _invoice(company)
    payment = pay(company, made, "40")
    stored = read(company, "Invoice", made["Id"])
    assert sparse(company, "Invoice", stored, LinkedTxn=[]) == stored
    assert stored["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    for kind in ("Estimate", "TimeActivity"):
        with refused("500"):
            _invoice(company, LinkedTxn=[{"TxnId": "1", "TxnType": kind}])
    line = {**sales_line("1", "10"), "LinkedTxn": [{"TxnId": "1", "TxnType": "Estimate"}]}
    with refused("500"):
        _invoice(company, line)


def test_f7_3_18_flags_of_online_payment_are_kept_and_the_obsolete_ones_stay_false(company: Company) -> None:
    flags = ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment", "AllowOnlineAffirmPayment")
    made = _invoice(company, **dict.fromkeys(flags, True), AllowIPNPayment=True, AllowOnlinePayment=True)
    assert [made[flag] for flag in flags] == [True, True, True]
    assert (made["AllowIPNPayment"], made["AllowOnlinePayment"]) == (False, False)


def test_f7_3_20_computed_fields_are_ignored_when_sent(company: Company) -> None:
    sent = {"TotalAmt": 1, "Balance": 1, "HomeTotalAmt": 1, "InvoiceLink": "x", "FreeFormAddress": True}
    made = _invoice(company, **sent, DeliveryInfo={"DeliveryType": "Email"})
    assert (made["TotalAmt"], made["Balance"], made["FreeFormAddress"]) == (100, 100, False)
    assert {"HomeTotalAmt", "InvoiceLink", "DeliveryInfo"} & set(made) == set()


def test_f7_3_28_a_long_number_is_refused_in_the_recorded_words(company: Company) -> None:
    with refused("2050") as fault:
        _invoice(company, DocNumber="x" * 25)
    assert "Min:0 Max:21 supported. Supplied length:25" in fault.error.detail
    assert _invoice(company, DocNumber="x" * 21)["DocNumber"] == "x" * 21


def test_f1_1_10_an_invoice_holds_ten_thousand_lines(company: Company) -> None:
    text = {"DetailType": "DescriptionOnly", "Description": "x"}
    assert len(_invoice(company, sales_line("1", "1"), *[text] * 9_999)["Line"]) == 10_001  # and the subtotal
    with refused("6000") as fault:
        _invoice(company, sales_line("1", "1"), *[text] * 10_000)
    assert "10,000" in fault.error.detail


def test_f1_1_11_an_invoice_holds_750_taxable_lines(company: Company) -> None:
    taxed, untaxed = [sales_line("1", "1", "TAX")] * 750, [sales_line("1", "1", "NON")] * 10
    assert _invoice(company, *taxed, *untaxed)["TxnTaxDetail"]["TotalTax"] == Decimal("54.38")
    with refused("6000") as fault:
        _invoice(company, *taxed, *untaxed, sales_line("1", "1", "TAX"))
    assert "750" in fault.error.detail


def test_f8_3_2_tax_as_a_line_of_its_own_is_owed_on_its_account_and_in_no_tax_detail(company: Company) -> None:
    company.settings.using_sales_tax = False
    item = write(company, "Item", Name="Sales tax", Type="Service", IncomeAccountRef=ref(LIABILITY))
    made = _invoice(company, sales_line("1", "100", "NON"), sales_line(item, "7.25", "NON"))
    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (Decimal("107.25"), {"TotalTax": 0})
    assert _balance(company, LIABILITY) == Decimal("-7.25")


def test_f7_3_19_custom_fields_keep_their_values_and_unknown_ones_are_refused() -> None:
    company = sample()
    crew = {"DefinitionId": "1", "StringValue": "North"}
    made = _invoice(company, CustomField=[crew])
    assert made["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "North"}
    ]
    kept = sparse(company, "Invoice", made, PrivateNote="n")
    assert kept["CustomField"] == made["CustomField"]
    with refused("3000"):
        _invoice(company, CustomField=[{**crew, "DefinitionId": "2"}])


def test_f10_4_1_the_sandboxs_payment_methods() -> None:
    methods = [(row.data["Name"], row.data["Type"]) for row in sample().tables["PaymentMethod"].rows.values()]
    cards = ("Visa", "MasterCard", "Discover", "American Express", "Diners Club")
    assert methods == [
        *((name, "NON_CREDIT_CARD") for name in ("Cash", "Check")),
        *((name, "CREDIT_CARD") for name in cards),
    ]


def test_f7_3_19_classes_and_departments_are_named_where_the_company_tracks_them(company: Company) -> None:
    north, roof = write(company, "Department", Name="North"), write(company, "Class", Name="Roof")
    line = sales_line("1", "10", ClassRef=ref(roof))
    for fields in ({"DepartmentRef": ref(north)}, {"ClassRef": ref(roof)}):
        with refused("6000"):
            _invoice(company, **fields)
    with refused("6000"):
        _invoice(company, line)
    settings = company.settings
    settings.track_departments = settings.class_tracking_per_txn = settings.class_tracking_per_txn_line = True
    made = _invoice(company, line, DepartmentRef=ref(north), ClassRef=ref(roof))
    assert (made["DepartmentRef"]["name"], made["ClassRef"]["name"]) == ("North", "Roof")
    assert made["Line"][0]["SalesItemLineDetail"]["ClassRef"]["name"] == "Roof"
    with refused("2500"):
        _invoice(company, ProjectRef=ref("1"))
