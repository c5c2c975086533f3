"""The lists behind sales tax, codes, rates and agencies, and the tax service that adds to them (section 7.9).

What tax an invoice bears is computed in sales_tax.py.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books import accounts, faults, names
from qbo_emulator.books.company import Company
from qbo_emulator.books.field_kinds import items, one_of, percent, shape, text
from qbo_emulator.books.fields import Definition, Field, check_object, ignored
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold

SYSTEM, USER = "SYSTEM_GENERATED", "USER_DEFINED"  # who made an agency or a code

_RATE = Definition(
    "TaxRateDetails",
    (
        Field("TaxRateName", text(100)),
        Field("TaxRateId", text(20)),
        Field("RateValue", percent),
        Field("TaxAgencyId", text(20)),
        Field("TaxApplicableOn", one_of("Sales", "Purchase")),
    ),
)
_SERVICE = Definition(
    "TaxService",
    (
        *ignored("Id"),  # python-quickbooks sends one, and says that it tests against real books
        Field("TaxCode", text(100)),
        Field("TaxCodeId", text(20)),
        Field("TaxRateDetails", items(shape(_RATE))),
    ),
)


def add_agency(company: Company, name: str, origin: str = SYSTEM) -> Row:
    """A tax agency, and the account of what is owed to it, named after it as in the sandbox (F10.1-43)."""
    tracked = {"TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}
    agency = company.insert("TaxAgency", {"DisplayName": name, **tracked, "TaxAgencyConfig": origin})
    company.tax_accounts[agency.id] = accounts.payable_account(company, f"{name} Payable")
    return agency


def is_of_the_system(agency: Row) -> bool:
    """Whether QuickBooks made the agency by itself."""
    return bool(agency.data["TaxAgencyConfig"] == SYSTEM)


def save_agency(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create an agency; there is no update of one (F7.9-3)."""
    if old is not None:
        raise faults.unsupported("update of TaxAgency")
    if not draft.get("DisplayName"):
        raise faults.missing("DisplayName")
    names.require_unique(company, "TaxAgency", draft["DisplayName"], None)
    return add_agency(company, draft["DisplayName"], USER)


def add_rate(company: Company, name: str, percent_value: Decimal, agency_id: str) -> Row:
    """A tax rate of an agency."""
    data = {
        "Name": name,
        "Description": name,
        "Active": True,
        "RateValue": percent_value,
        "AgencyRef": {"value": agency_id},
        "EffectiveTaxRate": [{"RateValue": percent_value, "EffectiveDate": "2000-01-01T00:00:00-08:00"}],
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
    return company.insert("TaxRate", data)


def add_code(company: Company, name: str, rate_ids: list[str], row_id: str | None = None) -> Row:
    """A tax code over some rates; the pseudo codes TAX and NON have given ids and no rates (F7.9-1)."""
    pseudo = row_id is not None and not row_id.isdigit()
    details = [
        {"TaxRateRef": {"value": rate_id}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0} for rate_id in rate_ids
    ]
    data = {
        "Name": name,
        "Description": name,
        "Active": True,
        "Hidden": False,
        "Taxable": name != "NON",
        "TaxGroup": not pseudo,
        "SalesTaxRateList": {"TaxRateDetail": details},
        "PurchaseTaxRateList": {"TaxRateDetail": []},
        "TaxCodeConfigType": SYSTEM if pseudo else USER,
    }
    return company.insert("TaxCode", data, row_id)


def _check_rate(company: Company, detail: Obj) -> None:
    """A rate by id, or a new one by name, percent and agency."""
    if "TaxRateId" in detail:
        if company.tables["TaxRate"].get(detail["TaxRateId"]) is None:
            raise faults.bad_reference("TaxRates", detail["TaxRateId"])
        return
    for prop in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if prop not in detail:
            raise faults.missing(prop)
    if company.tables["TaxAgency"].get(detail["TaxAgencyId"]) is None:
        raise faults.bad_reference("TaxAgencies", detail["TaxAgencyId"])
    if company.tables["TaxRate"].find("Name", [fold(detail["TaxRateName"])]):
        raise faults.of("6240", tail="Another tax rate is already using this name. Please use a different name.")


def create_tax_code(company: Company, body: object) -> Obj:
    """The tax service: a code with its rates; the answer echoes the request and has no entity envelope (F7.9-4)."""
    sent = check_object(_SERVICE, body)
    if not sent.get("TaxCode"):
        raise faults.missing("TaxCode")
    if not sent.get("TaxRateDetails"):
        raise faults.missing("TaxRateDetails")
    if company.tables["TaxCode"].find("Name", [fold(sent["TaxCode"])]):
        raise faults.of("6240", tail="Another tax code is already using this name. Please use a different name.")
    for detail in sent["TaxRateDetails"]:
        _check_rate(company, detail)
    details = [_with_id(company, detail) for detail in sent["TaxRateDetails"]]
    code = add_code(company, sent["TaxCode"], [detail["TaxRateId"] for detail in details])
    return {"TaxCode": sent["TaxCode"], "TaxCodeId": code.id, "TaxRateDetails": details}


def _with_id(company: Company, detail: Obj) -> Obj:
    if "TaxRateId" in detail:
        return detail
    rate = add_rate(company, detail["TaxRateName"], detail["RateValue"], detail["TaxAgencyId"])
    return {**detail, "TaxRateId": rate.id}
