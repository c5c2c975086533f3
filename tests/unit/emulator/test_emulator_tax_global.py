"""Tax outside the US: a code on every line, prices without and with tax inside, rounding settled by sent tax lines.

The company is `uk`: codes 1 (20 %), 2 (5 %), 3 (0 %), 4 exempt, 5 no VAT.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import discount_line, read, ref, refused, sales_line, sparse, uk, write
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import taxes
from qbo_emulator.books.company import SALES_FORMS, Company


@pytest.fixture
def company() -> Company:
    """The company `uk` with customer 1."""
    return _company()


def _company() -> Company:
    made = uk()
    write(made, "Customer", DisplayName="Ada")
    return made


def _book(company: Company, *lines: dict[str, Any], entity: str = "Invoice", **fields: Any) -> dict[str, Any]:
    return write(company, entity, CustomerRef=ref("1"), Line=list(lines), **fields)


def _tax(made: dict[str, Any]) -> list[tuple[str, Decimal, Decimal]]:
    """Rate, base and tax of every tax line."""
    return [
        (line["TaxLineDetail"]["TaxRateRef"]["value"], line["TaxLineDetail"]["NetAmountTaxable"], line["Amount"])
        for line in made["TxnTaxDetail"].get("TaxLine", [])
    ]


def _tax_line(rate: str, amount: str) -> dict[str, Any]:
    return {"Amount": Decimal(amount), "DetailType": "TaxLineDetail", "TaxLineDetail": {"TaxRateRef": ref(rate)}}


def test_f10_4_1_the_company_has_its_countrys_payment_methods_and_currency(company: Company) -> None:
    methods = [row.data["Name"] for row in company.tables["PaymentMethod"].rows.values()]
    assert methods == [
        *("Cash", "Cheque", "Visa", "MasterCard", "American Express", "Diners Club", "Discover", "Direct Debit")
    ]
    assert read(company, "Customer", "1")["CurrencyRef"] == {"value": "GBP", "name": "British Pound Sterling"}
    info, preferences = read(company, "CompanyInfo", "1"), read(company, "Preferences", "1")
    assert (info["Country"], info["CompanyAddr"]["Country"]) == ("GB", "GBR")
    assert "PartnerTaxEnabled" not in preferences["TaxPrefs"]


@pytest.mark.parametrize("entity", [form for form in SALES_FORMS if form != "RefundReceipt"])
def test_f8_4_1_tax_excluded_each_rate_applies_to_the_sum_of_its_lines(company: Company, entity: str) -> None:
    lines = [sales_line("1", "9.99", "1"), sales_line("1", "9.99", "1"), sales_line("1", "10", "2")]
    made = _book(company, *lines, entity=entity)
    assert made["GlobalTaxCalculation"] == "TaxExcluded"
    assert _tax(made) == [("1", Decimal("19.98"), Decimal("4.00")), ("2", Decimal("10.00"), Decimal("0.50"))]
    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (Decimal("4.50"), Decimal("34.48"))


def test_f8_4_1_tax_inclusive_amounts_are_net_and_the_gross_stands_beside_them(company: Company) -> None:
    lines = [sales_line("1", "8.33", "1", TaxInclusiveAmt=Decimal(10)) for _ in range(3)]
    made = _book(company, *lines, GlobalTaxCalculation="TaxInclusive")
    assert made["TotalAmt"] == Decimal("30.00")
    assert _tax(made) == [("1", Decimal("24.99"), Decimal("5.01"))]
    assert made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxInclusiveAmount"] == Decimal("30.00")
    said = _book(company, sales_line("1", "10", "1"), GlobalTaxCalculation="TaxInclusive")
    assert said["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == Decimal("12.00")


def test_f8_4_1_a_gross_amount_that_does_not_fit_is_refused(company: Company) -> None:
    with refused("6000"):
        line = sales_line("1", "10", "1", TaxInclusiveAmt=Decimal(10))
        _book(company, line, GlobalTaxCalculation="TaxInclusive")


def test_f8_4_2_not_applicable_bears_no_tax_and_takes_no_tax_detail(company: Company) -> None:
    made = _book(company, sales_line("1", "10"), sales_line("1", "5", "1"), GlobalTaxCalculation="NotApplicable")
    assert (made["TxnTaxDetail"], made["TotalAmt"]) == ({"TotalTax": 0}, Decimal("15.00"))
    with refused("6170"):
        tax = {"TotalTax": Decimal(2)}
        _book(company, sales_line("1", "10"), GlobalTaxCalculation="NotApplicable", TxnTaxDetail=tax)
    echoed = sparse(company, "Invoice", made, TxnTaxDetail={"TotalTax": Decimal(0)})
    assert echoed == made


def test_f8_4_2_a_line_without_a_code_is_refused_in_the_chosen_way(company: Company) -> None:
    with refused("6000") as fault:
        _book(company, sales_line("1", "10", "1"), sales_line("1", "10"))
    assert "Make sure all your transactions have a tax code" in fault.error.detail
    company.choices.line_without_tax_code = "2020"
    with refused("2020"):
        _book(company, sales_line("1", "10"))


@pytest.mark.parametrize("code", ["TAX", "NON", "99"])
def test_f8_4_1_the_us_codes_and_unknown_ones_are_no_codes_here(company: Company, code: str) -> None:
    with refused("2500"):
        _book(company, sales_line("1", "10", code))


def test_f8_4_2_sent_tax_lines_settle_the_rounding(company: Company) -> None:
    lines = [sales_line("1", "9.99", "1"), sales_line("1", "5", "2")]
    made = _book(company, *lines, TxnTaxDetail={"TaxLine": [_tax_line("1", "1.99")]})
    assert _tax(made) == [("1", Decimal("9.99"), Decimal("1.99")), ("2", Decimal("5.00"), Decimal("0.25"))]
    assert made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["OverrideDeltaAmount"] == Decimal("-0.01")
    assert made["TotalAmt"] == Decimal("17.23")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (_tax_line("3", "1"), "6000"),  # no line is taxed by that rate
        ({"Amount": Decimal(1), "DetailType": "TaxLineDetail"}, "2020"),
        ({"DetailType": "TaxLineDetail", "TaxLineDetail": {"TaxRateRef": ref("1")}}, "2020"),
        ({"Amount": Decimal(1), "DetailType": "SalesItemLineDetail"}, "2170"),
        ({"Amount": "much", "DetailType": "TaxLineDetail"}, "2110"),
    ],
)
def test_tax_lines_that_are_refused(company: Company, line: dict[str, Any], code: str) -> None:
    with refused(code):
        _book(company, sales_line("1", "10", "1"), TxnTaxDetail={"TaxLine": [line]})


def test_f8_4_3_a_changed_line_without_tax_detail_is_computed_anew(company: Company) -> None:
    made = _book(company, sales_line("1", "9.99", "1"), TxnTaxDetail={"TaxLine": [_tax_line("1", "1.99")]})
    noted = sparse(company, "Invoice", made, PrivateNote="seen")
    assert noted["TxnTaxDetail"] == made["TxnTaxDetail"]
    changed = sparse(company, "Invoice", noted, Line=[sales_line("1", "20", "1")])
    assert _tax(changed) == [("1", Decimal("20.00"), Decimal("4.00"))]


def test_a_sent_total_alone_is_ignored_outside_the_us(company: Company) -> None:
    made = _book(company, sales_line("1", "10", "1"), TxnTaxDetail={"TotalTax": Decimal(9)})
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("2.00")


def test_a_form_changes_its_mode(company: Company) -> None:
    made = _book(company, sales_line("1", "10", "1"))
    inside = sparse(company, "Invoice", made, GlobalTaxCalculation="TaxInclusive")
    assert (inside["TotalAmt"], inside["TxnTaxDetail"]["TotalTax"]) == (Decimal("12.00"), Decimal("2.00"))
    untaxed = sparse(company, "Invoice", inside, GlobalTaxCalculation="NotApplicable")
    assert untaxed["TotalAmt"] == Decimal("10.00")
    bare = _book(company, sales_line("1", "10"), GlobalTaxCalculation="NotApplicable")
    with refused("6000"):
        sparse(company, "Invoice", bare, GlobalTaxCalculation="TaxExcluded")


def test_the_discount_comes_off_before_or_after_tax_but_not_with_tax_inside(company: Company) -> None:
    lines = [sales_line("1", "100", "1"), discount_line(percent="10")]
    assert _book(company, *lines)["TotalAmt"] == Decimal("110.00")
    assert _book(company, *lines, ApplyTaxAfterDiscount=True)["TotalAmt"] == Decimal("108.00")
    with refused("500"):
        _book(company, *lines, GlobalTaxCalculation="TaxInclusive")


def test_a_code_of_several_rates_shares_the_tax_inside_its_prices(company: Company) -> None:
    details = [
        {"TaxRateName": name, "RateValue": percent, "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
        for name, percent in (("First", "7"), ("Second", "3"))
    ]
    code = taxes.create_tax_code(company, {"TaxCode": "Both", "TaxRateDetails": details})["TaxCodeId"]
    made = _book(company, sales_line("1", "100", code), GlobalTaxCalculation="TaxInclusive")
    assert [amount for _, _, amount in _tax(made)] == [Decimal("7.00"), Decimal("3.00")]


def test_no_vat_at_all_when_sales_tax_is_off(company: Company) -> None:
    company.settings.using_sales_tax = False
    made = _book(company, sales_line("1", "10"))
    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (Decimal("10.00"), {"TotalTax": 0})


def test_global_tax_calculation_does_not_exist_in_the_us() -> None:
    company = _company()
    company.settings.country = "US"
    made = _book(company, sales_line("1", "10", "NON"), GlobalTaxCalculation="TaxInclusive")
    assert "GlobalTaxCalculation" not in made


def test_f7_1_16_an_opening_balance_bears_no_vat(company: Company) -> None:
    owing = write(company, "Customer", DisplayName="Owing", Balance=Decimal(50))
    assert read(company, "Customer", owing["Id"])["Balance"] == Decimal("50.00")
    assert read(company, "Invoice", "1")["GlobalTaxCalculation"] == "NotApplicable"


amounts = st.decimals(min_value="0.01", max_value=5000, places=2)


@settings(deadline=None)
@given(st.lists(st.tuples(amounts, st.sampled_from("12345")), min_size=1, max_size=8), st.booleans())
def test_lines_and_tax_are_the_total_and_the_books_balance(lines: list[tuple[Decimal, str]], inclusive: bool) -> None:
    company = _company()
    sent = [sales_line("1", str(amount), code) for amount, code in lines]
    made = _book(company, *sent, GlobalTaxCalculation="TaxInclusive" if inclusive else "TaxExcluded")
    net = sum((amount for amount, _ in lines), Decimal(0))
    assert made["TotalAmt"] == net + made["TxnTaxDetail"]["TotalTax"]
    if inclusive:
        gross = (line["SalesItemLineDetail"]["TaxInclusiveAmt"] for line in made["Line"][:-1])
        assert made["TotalAmt"] == sum(gross, Decimal(0))
    owed = company.ledger.balance(company.tax_accounts["1"])
    assert -owed == made["TxnTaxDetail"]["TotalTax"]
