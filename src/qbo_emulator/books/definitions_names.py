"""Which properties customers, vendors and employees have, in the order of recorded answers (sections 7.1 and 3.6).

Rules between fields stand in people.py.
"""

from __future__ import annotations

from qbo_emulator.books.field_kinds import amount, boolean, day, integer, one_of, reference, string, text
from qbo_emulator.books.fields import Definition, Field, computed, ignored, unmodelled
from qbo_emulator.books.shapes import (
    COMMON,
    NAME_FORBIDDEN,
    address,
    email_address,
    person_names,
    phone,
    refs,
    website,
)

_CONTACT_WAYS = (
    Field("PrimaryPhone", phone),
    Field("AlternatePhone", phone),
    Field("Mobile", phone),
    Field("Fax", phone),
    Field("PrimaryEmailAddr", email_address),
    Field("WebAddr", website),
)
# DisplayName: the reference says 500, the product and integrators 100; the narrower one is refused here (section 12).
_DISPLAY = Field("DisplayName", text(100, NAME_FORBIDDEN), kept=True)
_PRINT = Field("PrintOnCheckName", text(110, NAME_FORBIDDEN), kept=True)
_ACTIVE = Field("Active", boolean, kept=True)
# What only the desktop product or the service itself knows of a person.
_APART = ignored(
    "IntuitId", "UserId", "V4IDPseudonym", "Organization", "OtherContactInfo", "AttachableRef", "CustomField"
)

CUSTOMER = Definition(
    "Customer",
    (
        Field("Taxable", boolean, kept=True),
        Field("TaxExemptionReasonId", one_of(*map(str, range(1, 16)))),
        Field("ResaleNum", text(16)),
        Field("BillAddr", address),
        Field("ShipAddr", address),
        Field("Notes", text(2000)),
        Field("Job", boolean, kept=True),
        Field("BillWithParent", boolean, kept=True),
        Field("ParentRef", reference, kept=True),
        *computed(integer(0, 4), "Level"),
        *refs("SalesTermRef", "PaymentMethodRef", "CustomerTypeRef"),
        Field("Balance", amount, kept=True, once=True),
        Field("OpenBalanceDate", day, once=True),
        *computed(amount, "BalanceWithJobs"),
        Field("CurrencyRef", reference, kept=True),
        Field("PreferredDeliveryMethod", one_of("Print", "Email", "None"), kept=True),
        *ignored("IsProject", "ClientEntityId"),
        *COMMON,
        *person_names(),
        *computed(string, "FullyQualifiedName"),
        Field("CompanyName", text(100)),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        *_CONTACT_WAYS,
        Field("DefaultTaxCodeRef", reference, kept=True),
        *_APART,
        *ignored("OtherAddr", "ContactName", "AltContactName", "SalesRepRef", "TaxGroupCodeRef", "TaxRateRef"),
        *ignored("PriceLevelRef", "CreditLimit", "AcctNum", "OverDueBalance", "TotalRevenue", "TotalExpense"),
        *ignored("RootCustomerRef", "ClientCompanyId", "Source"),
        *unmodelled("CCDetail", "JobInfo", "TDSEnabled", "CustomerEx", "SecondaryTaxIdentifier", "ARAccountRef"),
        *unmodelled("PrimaryTaxIdentifier", "BusinessNumber", "GSTIN", "GSTRegistrationType", "IsCISContractor"),
        *unmodelled("TaxRegime"),
    ),
)

VENDOR = Definition(
    "Vendor",
    (
        Field("BillAddr", address),
        Field("TaxIdentifier", text(20)),
        *refs("TermRef"),
        *computed(amount, "Balance"),
        Field("BillRate", amount),
        Field("AcctNum", text(100)),
        Field("Vendor1099", boolean, kept=True),
        Field("CostRate", amount),
        Field("CurrencyRef", reference, kept=True),
        *COMMON,
        *person_names(),
        Field("CompanyName", text(100)),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        *_CONTACT_WAYS,
        Field("Notes", text(4000)),
        *_APART,
        *ignored("FullyQualifiedName", "OtherAddr", "TaxCountry", "BusinessNumber", "VendorTypeRef", "Source"),
        *ignored("PrefillAccountRef", "T4AEligible", "T5018Eligible", "ContactName", "AltContactName"),
        *ignored("AgencyVerificationStatus", "AgencyVerificationStatusMsg", "AgencyVerificationTSUTC"),
        *unmodelled("DefaultTaxCodeRef", "ShipAddr", "TaxIdEffectiveDate", "ParentRef", "OpenBalanceDate"),
        *unmodelled("CreditLimit", "TDSEnabled", "TDSEntityTypeId", "TDSSectionTypeId", "TDSOverrideThreshold"),
        *unmodelled("TaxReportingBasis", "APAccountRef", "VendorEx", "GSTIN", "GSTRegistrationType", "HasTPAR"),
        *unmodelled("IsSubContractor", "SubcontractorType", "CISRate", "VendorPaymentBankDetail"),
        *unmodelled("CompanyRegistrationNumber"),
    ),
)

EMPLOYEE = Definition(
    "Employee",
    (
        Field("BillableTime", boolean, kept=True),
        *COMMON,
        *person_names(),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        Field("PrimaryPhone", phone),
        Field("Mobile", phone),
        Field("PrimaryEmailAddr", email_address),
        Field("SSN", text(100)),
        Field("PrimaryAddr", address),
        Field("EmployeeNumber", text(100)),
        Field("BillRate", amount),
        Field("CostRate", amount),
        Field("BirthDate", day),
        Field("Gender", one_of("Male", "Female")),
        Field("HiredDate", day),
        Field("ReleasedDate", day),
        *_APART,
        *ignored("FullyQualifiedName", "CompanyName", "EmployeeType"),
        *unmodelled("AlternatePhone", "Fax", "WebAddr", "DefaultTaxCodeRef", "OtherAddr", "UseTimeEntry"),
        *unmodelled("EmployeeEx", "Notes"),
    ),
)
