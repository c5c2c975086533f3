"""Sales tax: automated with overrides and rates, the older model with codes, switched off; the tax service.

The spread of discounts over lines is in test_emulator_amounts.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import discount_line, fresh, ref, refused, sales_line, sample, sparse, write

from qbo_emulator.books import taxes
from qbo_emulator.books.company import Company

NEW_YORK = {"Line1": "1 Way", "CountrySubDivisionCode": "NY"}


def _book(company: Company, *lines: dict[str, Any], taxable: bool = True, **fields: Any) -> dict[str, Any]:
    name = f"C{len(company.tables['Customer'])}"
    who = write(company, "Customer", DisplayName=name, Taxable=taxable)
    return write(company, "Invoice", CustomerRef=ref(who), Line=list(lines), **fields)


def _override(amount: str) -> dict[str, Any]:
    return {"TotalTax": Decimal(amount)}


def test_f8_2_1_an_override_is_honoured_and_spread_over_the_rates_of_the_place() -> None:
    made = _book(fresh(), sales_line("1", "100", "TAX"), ShipAddr=NEW_YORK, TxnTaxDetail=_override("8.88"))
    detail = made["TxnTaxDetail"]
    assert detail["TotalTax"] == Decimal("8.88")
    assert made["TotalAmt"] == Decimal("108.88")
    assert [line["Amount"] for line in detail["TaxLine"]] == [Decimal("4.18"), Decimal("4.70")]
    assert [line["TaxLineDetail"]["OverrideDeltaAmount"] for line in detail["TaxLine"]] == [
        Decimal("0.18"),
        Decimal("0.20"),
    ]
    assert {line["TaxLineDetail"]["NetAmountTaxable"] for line in detail["TaxLine"]} == {Decimal("100.00")}


def test_the_override_holds_where_no_agency_is_set_up() -> None:
    abroad = {"Line1": "1 Way", "City": "Reims", "Country": "France"}
    made = _book(fresh(), sales_line("1", "100", "TAX"), ShipAddr=abroad, TxnTaxDetail=_override("5.01"))
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("5.01")


@pytest.mark.parametrize(
    ("after_discount", "base"),
    [(False, Decimal("60.00")), (True, Decimal("54.00"))],
)
def test_f8_1_8_the_base_is_before_or_after_the_discount(after_discount: bool, base: Decimal) -> None:
    made = _book(
        fresh(),
        sales_line("1", "60", "TAX"),
        sales_line("1", "40", "NON"),
        discount_line("10"),
        ApplyTaxAfterDiscount=after_discount,
        ShipAddr={"CountrySubDivisionCode": "FL"},
    )
    assert made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["NetAmountTaxable"] == base
    assert made["TxnTaxDetail"]["TotalTax"] == base * 6 / 100


@pytest.mark.parametrize(
    ("address", "tax"),
    [
        (NEW_YORK, Decimal("8.50")),
        ({"CountrySubDivisionCode": "new york"}, Decimal("8.50")),
        ({"CountrySubDivisionCode": "OR"}, Decimal(0)),
        (None, Decimal("7.25")),  # without a ship address the company's own (F8.1-3)
    ],
)
def test_without_an_override_the_rates_of_the_place_apply(address: dict[str, str] | None, tax: Decimal) -> None:
    fields: dict[str, Any] = {} if address is None else {"ShipAddr": address}
    made = _book(fresh(), sales_line("1", "100", "TAX"), **fields)
    assert made["TxnTaxDetail"]["TotalTax"] == tax


def test_f8_1_4_a_line_that_says_nothing_follows_the_item() -> None:
    company = fresh()
    taxed = write(company, "Item", Name="Glass", Taxable=True, IncomeAccountRef=ref("1"))
    made = _book(company, sales_line(taxed, "100"), sales_line("1", "50"))
    codes = [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in made["Line"][:2]]
    assert codes == ["TAX", "NON"]


def test_f8_1_5_an_exempt_customer_pays_no_tax_even_with_an_override() -> None:
    made = _book(fresh(), sales_line("1", "100", "TAX"), taxable=False, TxnTaxDetail=_override("7"))
    assert made["TxnTaxDetail"] == {"TotalTax": 0}
    assert made["TotalAmt"] == Decimal("100.00")


def test_f8_2_4_an_override_without_a_taxable_line_is_refused() -> None:
    with refused("6000"):
        _book(fresh(), sales_line("1", "100", "NON"), TxnTaxDetail=_override("7"))
    with refused("2290"):
        _book(fresh(), sales_line("1", "100", "TAX"), TxnTaxDetail=_override("-1"))


def test_f8_4_3_the_override_stays_until_something_that_moves_tax_is_sent() -> None:
    company = fresh()
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=_override("9.99"))
    noted = sparse(company, "Invoice", made, PrivateNote="seen")
    assert noted["TxnTaxDetail"]["TotalTax"] == Decimal("9.99")
    changed = sparse(company, "Invoice", noted, Line=[sales_line("1", "200", "TAX")])
    assert changed["TxnTaxDetail"]["TotalTax"] == Decimal("14.50")


def test_f8_1_2_the_older_model_takes_the_code_and_ignores_a_total() -> None:
    company = sample()
    code = {"TxnTaxCodeRef": ref("3"), "TotalTax": Decimal(1)}
    made = _book(company, sales_line("1", "100", "TAX"), sales_line("1", "50", "NON"), TxnTaxDetail=code)
    detail = made["TxnTaxDetail"]
    assert detail["TotalTax"] == Decimal("9.10")
    assert [line["TaxLineDetail"]["TaxRateRef"]["value"] for line in detail["TaxLine"]] == ["1", "2"]
    untaxed = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=_override("7"))
    assert untaxed["TxnTaxDetail"] == {"TotalTax": 0}
    with refused("2500"):
        _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail={"TxnTaxCodeRef": ref("77")})


def test_f8_1_6_under_automated_tax_a_sent_code_is_replaced_by_the_places() -> None:
    company = fresh()
    other = company.tax_code_of_state["NY"]
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail={"TxnTaxCodeRef": ref(other)})
    assert made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == company.tax_code_of_state["CA"]
    overridden = {"TxnTaxCodeRef": ref(other), "TotalTax": Decimal(9)}
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=overridden)
    assert made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == company.tax_code_of_state["CA"]
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("9.00")


def test_f8_1_7_automated_tax_shows_a_line_per_rate_and_classifies_every_priced_line() -> None:
    made = _book(fresh(), sales_line("1", "100", "TAX"), sales_line("1", "50", "NON"), ShipAddr=NEW_YORK)
    assert len(made["TxnTaxDetail"]["TaxLine"]) == 2
    classes = [line["SalesItemLineDetail"]["TaxClassificationRef"]["value"] for line in made["Line"][:2]]
    assert classes == ["EUC-99990201-V1-00020000"] * 2
    older = _book(sample(), sales_line("1", "100", "TAX"))
    assert "TaxClassificationRef" not in older["Line"][0]["SalesItemLineDetail"]


def test_f8_2_3_the_older_model_may_be_told_to_honour_a_total() -> None:
    company = sample()
    sent = {"TxnTaxCodeRef": ref("3"), "TotalTax": Decimal("9.09")}
    assert _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=sent)["TxnTaxDetail"]["TotalTax"] == Decimal(
        "9.10"
    )
    company.choices.tax_overrides = "honour"
    detail = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=sent)["TxnTaxDetail"]
    assert detail["TotalTax"] == Decimal("9.09")
    deltas = [line["TaxLineDetail"].get("OverrideDeltaAmount", Decimal(0)) for line in detail["TaxLine"]]
    assert sum(deltas, Decimal(0)) == Decimal("-0.01")


def test_automated_tax_may_be_told_to_ignore_a_total() -> None:
    company = fresh()
    company.choices.tax_overrides = "ignore"
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=_override("9.99"))
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("7.25")


@pytest.mark.parametrize(("choice", "tax"), [("honour", Decimal("5.01")), ("zero", Decimal(0)), ("refuse", None)])
def test_an_override_where_no_agency_is_set_up_does_what_is_chosen(choice: Any, tax: Decimal | None) -> None:
    company = fresh()
    company.choices.override_without_agency = choice
    fields: dict[str, Any] = {"ShipAddr": {"CountrySubDivisionCode": "OR"}, "TxnTaxDetail": _override("5.01")}
    if tax is None:
        with refused("6000"):
            _book(company, sales_line("1", "100", "TAX"), **fields)
    else:
        made = _book(company, sales_line("1", "100", "TAX"), **fields)
        assert made["TxnTaxDetail"]["TotalTax"] == tax


def test_f8_2_4_an_override_without_a_taxable_line_may_be_ignored() -> None:
    company = fresh()
    company.choices.override_without_taxable_line = "ignore"
    made = _book(company, sales_line("1", "100", "NON"), TxnTaxDetail=_override("7"))
    assert (made["TxnTaxDetail"], made["TotalAmt"]) == ({"TotalTax": 0}, Decimal("100.00"))


def test_f8_2_5_what_was_booked_can_be_compared_with_what_was_meant() -> None:
    """Every answer holds the tax and total that count, also where a total was not taken over."""
    made = _book(sample(), sales_line("1", "100", "TAX"), TxnTaxDetail=_override("7"))
    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (0, Decimal("100.00"))


@pytest.mark.parametrize("entity", ["CreditMemo", "SalesReceipt"])
def test_the_other_forms_are_taxed_alike(entity: str) -> None:
    company = fresh()
    who = write(company, "Customer", DisplayName="Ada")
    lines = [sales_line("1", "100", "TAX"), discount_line(percent="10")]
    fields: dict[str, Any] = {"CustomerRef": ref(who), "Line": lines, "ApplyTaxAfterDiscount": True}
    assert write(company, entity, **fields)["TxnTaxDetail"]["TotalTax"] == Decimal("6.53")
    overridden = write(company, entity, **fields, TxnTaxDetail=_override("6.50"))
    assert overridden["TotalAmt"] == Decimal("96.50")


@pytest.mark.parametrize("build", [fresh, sample])
def test_f8_3_1_switched_off_no_tax_is_stored(build: Any) -> None:
    company = build()
    company.settings.using_sales_tax = False
    sent = {"TxnTaxCodeRef": ref("2"), "TotalTax": Decimal(8)}
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail=sent)
    assert made["TxnTaxDetail"] == {"TotalTax": 0}
    assert made["TotalAmt"] == Decimal("100.00")


def _service(**rate: Any) -> dict[str, Any]:
    detail = {"TaxRateName": "City", "RateValue": "2", "TaxAgencyId": "1", "TaxApplicableOn": "Sales", **rate}
    return {"TaxCode": "Town", "TaxRateDetails": [detail]}


def test_f7_9_4_the_tax_service_makes_a_code_that_can_be_used() -> None:
    company = sample()
    answer = taxes.create_tax_code(company, _service())
    assert answer["TaxCode"] == "Town"
    assert answer["TaxRateDetails"][0]["TaxRateId"] == "4"
    made = _book(company, sales_line("1", "100", "TAX"), TxnTaxDetail={"TxnTaxCodeRef": ref(answer["TaxCodeId"])})
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("2.00")
    with refused("6240"):
        taxes.create_tax_code(company, _service())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "2020"),
        ({"TaxCode": "Town"}, "2020"),
        (_service(RateValue="101"), "2140"),
        (_service(TaxAgencyId="9"), "2500"),
        (_service(TaxRateId="9"), "2500"),
        (_service(TaxRateName="California"), "6240"),
        (_service(Surprise=1), "2010"),
    ],
)
def test_the_tax_service_refuses(body: dict[str, Any], code: str) -> None:
    company = sample()
    before = len(company.tables["TaxCode"]), len(company.tables["TaxRate"])
    with refused(code):
        taxes.create_tax_code(company, body)
    assert (len(company.tables["TaxCode"]), len(company.tables["TaxRate"])) == before
