"""Tax codes, rates and agencies, and the tax service: one test per fact of section 7.9."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, read, ref, refused, sales_line, sample, sparse, uk, void, write
from emulator_http import SAMPLE, Caller, Emulator

from qbo_emulator.books import query, taxes
from qbo_emulator.books.company import Company


@pytest.fixture
def company() -> Company:
    return sample()


def _codes(company: Company) -> list[str]:
    return [one["Id"] for one in query.run(company, "select * from TaxCode")["TaxCode"]]


def test_f7_9_1_the_us_has_two_pseudo_codes_and_groups_of_rates(company: Company) -> None:
    tax, tucson = read(company, "TaxCode", "TAX"), read(company, "TaxCode", "3")
    assert set(_codes(company)) == {"TAX", "NON", "2", "3"}
    assert (tax["TaxGroup"], tax["Taxable"], tax["TaxCodeConfigType"]) == (False, True, "SYSTEM_GENERATED")
    assert read(company, "TaxCode", "NON")["Taxable"] is False
    details = tucson["SalesTaxRateList"]["TaxRateDetail"]
    assert details == [
        {"TaxRateRef": {"value": rate}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0} for rate in ("1", "2")
    ]
    assert (tucson["TaxGroup"], tucson["Hidden"], tucson["TaxCodeConfigType"]) == (True, False, "USER_DEFINED")
    assert "TAX" not in _codes(uk())


@pytest.mark.parametrize("entity", ["TaxCode", "TaxRate"])
def test_f7_9_1_codes_and_rates_are_made_by_the_tax_service_only(company: Company, entity: str) -> None:
    with refused("500"):
        write(company, entity, Name="Mine")
    with refused("500"):
        sparse(company, entity, read(company, entity, "3"), Name="Mine")


def test_f7_9_2_the_pseudo_code_of_older_companies_cannot_be_used(company: Company) -> None:
    code = taxes.add_code(company, "CustomSalesTax", [], "CustomSalesTax")
    assert code.id in _codes(company)
    sold = {"CustomerRef": ref("1"), "Line": [sales_line("1", "10", "TAX")]}
    with refused("6160"):
        write(company, "Invoice", **sold, TxnTaxDetail={"TxnTaxCodeRef": {"value": code.id}})


def test_f7_9_3_rates_and_agencies_are_read_only_but_for_a_new_agencys_name(company: Company) -> None:
    rate, agency = read(company, "TaxRate", "3"), read(company, "TaxAgency", "2")
    assert (rate["RateValue"], rate["AgencyRef"], rate["SpecialTaxType"]) == (8, {"value": "2"}, "NONE")
    assert rate["EffectiveTaxRate"][0]["RateValue"] == 8
    assert (agency["DisplayName"], agency["TaxTrackedOnSales"]) == ("Board of Equalization", True)
    made = write(company, "TaxAgency", DisplayName="City", TaxTrackedOnSales=False, TaxAgencyConfig="SYSTEM_GENERATED")
    assert (made["TaxTrackedOnSales"], made["TaxAgencyConfig"], made["SyncToken"]) == (True, "USER_DEFINED", "0")
    for body, wrong in (({}, "2020"), ({"DisplayName": "x" * 101}, "2050"), ({"DisplayName": "city"}, "6240")):
        with refused(wrong):
            write(company, "TaxAgency", **body)
    with refused("500"):
        sparse(company, "TaxAgency", made, DisplayName="Town")
    with refused("500"):
        void(company, "TaxAgency", made)


def test_f7_9_4_the_us_lists_agencies_of_the_system_only(company: Company) -> None:
    made = write(company, "TaxAgency", DisplayName="City")
    listed = query.run(company, "select * from TaxAgency")["TaxAgency"]
    assert [one["DisplayName"] for one in listed] == ["Arizona Dept. of Revenue", "Board of Equalization"]
    assert query.run(company, "select count(*) from TaxAgency") == {"totalCount": 2}
    assert read(company, "TaxAgency", made["Id"])["DisplayName"] == "City"
    abroad = uk()
    write(abroad, "TaxAgency", DisplayName="City")
    assert query.run(abroad, "select count(*) from TaxAgency") == {"totalCount": 2}


def _service(company: Company, *details: dict[str, Any], name: str = "Both") -> dict[str, Any]:
    return taxes.create_tax_code(company, {"TaxCode": name, "TaxRateDetails": list(details)})


def test_f7_9_4_a_code_is_made_of_new_rates_and_of_old_ones_by_id(company: Company) -> None:
    new = {"TaxRateName": "City", "RateValue": "1.5", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    echo = _service(company, {"TaxRateId": "3"}, new)
    assert (echo["TaxCode"], echo["TaxCodeId"]) == ("Both", "4")
    assert [one["TaxRateId"] for one in echo["TaxRateDetails"]] == ["3", "4"]
    code = read(company, "TaxCode", echo["TaxCodeId"])
    rates = [one["TaxRateRef"]["value"] for one in code["SalesTaxRateList"]["TaxRateDetail"]]
    assert rates == ["3", "4"]
    detail = {"TxnTaxCodeRef": {"value": code["Id"]}}
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "100", "TAX")], TxnTaxDetail=detail)
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("9.50")


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ({"TaxRateId": "99"}, "2500"),
        ({"TaxRateName": "City", "RateValue": 101, "TaxAgencyId": "1"}, "2140"),
        ({"TaxRateName": "City", "RateValue": -1, "TaxAgencyId": "1"}, "2140"),
        ({"TaxRateName": "City", "RateValue": 1, "TaxAgencyId": "99"}, "2500"),
        ({"TaxRateName": "California", "RateValue": 1, "TaxAgencyId": "1"}, "6240"),
        ({"TaxRateName": "City", "TaxAgencyId": "1"}, "2020"),
        ({"TaxRateName": "x" * 101, "RateValue": 1, "TaxAgencyId": "1"}, "2050"),
    ],
)
def test_f7_9_4_what_the_tax_service_refuses_leaves_nothing(
    company: Company, detail: dict[str, Any], code: str
) -> None:
    before = [len(company.tables[name]) for name in ("TaxCode", "TaxRate")]
    with refused(code) as fault:
        _service(company, detail)
    assert code != "6240" or "Another tax rate is already using this name" in fault.error.detail
    assert [len(company.tables[name]) for name in ("TaxCode", "TaxRate")] == before


def test_f7_9_4_the_answer_has_no_envelope() -> None:
    caller = Caller(Emulator(), SAMPLE)
    body = {"TaxCode": "Old rates", "TaxRateDetails": [{"TaxRateId": "1"}]}
    answer = caller.post("taxservice/taxcode", body)
    assert list(answer) == ["TaxCode", "TaxCodeId", "TaxRateDetails"]


def test_f7_9_5_a_tax_line_names_rate_percent_and_base(company: Company) -> None:
    detail = {"TxnTaxCodeRef": {"value": "2"}}
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "40", "TAX")], TxnTaxDetail=detail)
    (line,) = made["TxnTaxDetail"]["TaxLine"]
    assert (line["Amount"], line["DetailType"]) == (Decimal("3.20"), "TaxLineDetail")
    assert line["TaxLineDetail"] == {
        "TaxRateRef": {"value": "3"},
        "PercentBased": True,
        "TaxPercent": 8,
        "NetAmountTaxable": Decimal("40.00"),
    }


def test_f7_9_5_an_override_shows_by_how_much_it_moved_a_line() -> None:
    company = fresh()
    customer = ref(write(company, "Customer", DisplayName="Ada"))
    sold = {"CustomerRef": customer, "Line": [sales_line("1", "100", "TAX")]}
    made = write(company, "Invoice", **sold, TxnTaxDetail={"TotalTax": Decimal("7.26")})
    moved = [line["TaxLineDetail"].get("OverrideDeltaAmount", 0) for line in made["TxnTaxDetail"]["TaxLine"]]
    assert sum(moved) == Decimal("0.01")
