"""Which properties tax codes, rates and agencies have (section 7.9). Codes and rates are the tax service's to write.

Rules stand in taxes.py.
"""

from __future__ import annotations

from qbo_emulator.books.field_kinds import (
    boolean,
    date_time,
    integer,
    items,
    number,
    one_of,
    reference,
    shape,
    string,
    text,
)
from qbo_emulator.books.fields import Definition, Field, computed, ignored
from qbo_emulator.books.shapes import COMMON

TAX_RATE_DETAIL = Definition(
    "TaxRateDetail",
    (
        *computed(reference, "TaxRateRef"),
        *computed(one_of("TaxOnAmount", "TaxOnAmountPlusTax", "TaxOnTax"), "TaxTypeApplicable"),
        *computed(integer(0, 100), "TaxOrder"),
        *ignored("TaxOnTaxOrder"),
    ),
)
TAX_RATE_LIST = Definition(
    "TaxRateList",
    (*computed(items(shape(TAX_RATE_DETAIL)), "TaxRateDetail"), *ignored("originatingGroupId")),
)
EFFECTIVE_TAX_RATE = Definition(
    "EffectiveTaxRate",
    (
        *computed(number, "RateValue"),
        *computed(date_time, "EffectiveDate", "EndDate"),
        *ignored("EffectiveTaxRateEx"),
    ),
)

TAX_CODE = Definition(
    "TaxCode",
    (
        *computed(string, "Name", "Description"),
        *computed(boolean, "Active", "Hidden", "Taxable", "TaxGroup"),
        *computed(shape(TAX_RATE_LIST), "SalesTaxRateList", "PurchaseTaxRateList"),
        *computed(one_of("SYSTEM_GENERATED", "USER_DEFINED", "SCRA_DEFINED", "HIDDEN_AGENCY"), "TaxCodeConfigType"),
        *COMMON,
        *ignored("CustomField", "AttachableRef", "AdjustmentTaxRateList", "TaxCodeEx"),
    ),
)
TAX_RATE = Definition(
    "TaxRate",
    (
        *computed(string, "Name", "Description"),
        *computed(boolean, "Active"),
        *computed(number, "RateValue"),
        *computed(reference, "AgencyRef"),
        *computed(items(shape(EFFECTIVE_TAX_RATE)), "EffectiveTaxRate"),
        *computed(one_of("NONE", "ZERO_RATE", "FOREIGN_TAX", "REVERSE_CHARGE", "ADJUSTMENT_RATE"), "SpecialTaxType"),
        *computed(
            one_of("ReadOnly", "HideInTransactionForms", "HideInPrintedForms", "HideInAll"),
            "DisplayType",
        ),
        *COMMON,
        *ignored("CustomField", "AttachableRef", "TaxReturnLineRef", "TaxRateEx", "OriginalTaxRate"),
    ),
)

# In the schema an agency is a vendor with more properties; the service knows only these few of them (F7.9-3).
_OF_A_VENDOR = ignored(
    *("CustomField", "AttachableRef", "IntuitId", "Organization", "Title", "GivenName", "MiddleName"),
    *("FamilyName", "Suffix", "FullyQualifiedName", "CompanyName", "PrintOnCheckName", "UserId", "Active"),
    *("V4IDPseudonym", "PrimaryPhone", "AlternatePhone", "Mobile", "Fax", "PrimaryEmailAddr", "WebAddr"),
    *("OtherContactInfo", "DefaultTaxCodeRef", "ContactName", "AltContactName", "Notes", "BillAddr"),
    *("ShipAddr", "OtherAddr", "TaxCountry", "TaxIdentifier", "TaxIdEffectiveDate", "BusinessNumber"),
    *("ParentRef", "VendorTypeRef", "TermRef", "PrefillAccountRef", "Balance", "BillRate", "OpenBalanceDate"),
    *("CreditLimit", "AcctNum", "Vendor1099", "T4AEligible", "T5018Eligible", "CurrencyRef", "TDSEnabled"),
    *("TDSEntityTypeId", "TDSSectionTypeId", "TDSOverrideThreshold", "TaxReportingBasis", "APAccountRef"),
    *("VendorEx", "GSTIN", "GSTRegistrationType", "IsSubContractor", "SubcontractorType", "CISRate", "HasTPAR"),
    *("VendorPaymentBankDetail", "Source", "CostRate", "AgencyVerificationStatus"),
    *("AgencyVerificationStatusMsg", "AgencyVerificationTSUTC", "CompanyRegistrationNumber"),
)
TAX_AGENCY = Definition(
    "TaxAgency",
    (
        Field("DisplayName", text(100), kept=True),
        *computed(boolean, "TaxTrackedOnSales", "TaxTrackedOnPurchases"),
        *computed(string, "TaxAgencyConfig"),
        *COMMON,
        *ignored("TaxRegistrationNumber", "LastFileDate", "SalesTaxCodeRef", "SalesTaxCountry"),
        *ignored("SalesTaxReturnRef", "ReportingPeriod", "TaxOnPurchasesAccountRef"),
        *ignored("TaxTrackedOnSalesAccountRef", "TaxOnTax", "TaxAgencyExt"),
        *_OF_A_VENDOR,
    ),
)
