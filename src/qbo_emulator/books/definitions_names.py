"""Which properties customers, vendors and employees have, in the order of recorded answers (sections 7.1 and 3.6).

Rules between fields stand in customers.py and vendors.py.
"""

from __future__ import annotations

from qbo_emulator.books.fields import Definition, Field, boolean, day, ignored, one_of, reference, text
from qbo_emulator.books.shapes import (
    HEAD,
    ID_FIELDS,
    NAME_FORBIDDEN,
    TAIL,
    address,
    custom_fields,
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

CUSTOMER = Definition(
    "Customer",
    (
        Field("Taxable", boolean, kept=True),
        Field("TaxExemptionReasonId", text(2)),
        Field("ResaleNum", text(16)),
        Field("BillAddr", address),
        Field("ShipAddr", address),
        Field("Notes", text(2000)),
        Field("Job", boolean, kept=True),
        Field("BillWithParent", boolean, kept=True),
        Field("ParentRef", reference, kept=True),
        *ignored("Level"),
        *refs("SalesTermRef", "PaymentMethodRef", "CustomerTypeRef"),
        *ignored("Balance", "OpenBalanceDate", "BalanceWithJobs"),
        Field("CurrencyRef", reference, kept=True),
        Field("PreferredDeliveryMethod", one_of("Print", "Email", "None"), kept=True),
        *ignored("IsProject", "ClientEntityId"),
        *HEAD,
        *ID_FIELDS,
        Field("CustomField", custom_fields),
        *person_names(),
        *ignored("FullyQualifiedName"),
        Field("CompanyName", text(100)),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        *_CONTACT_WAYS,
        *ignored("DefaultTaxCodeRef", "RootCustomerRef", "Organization", "UserId", "OtherContactInfo"),
        *ignored("OtherAddr", "ContactName", "AltContactName", "SalesRepRef", "TaxGroupCodeRef", "TaxRateRef"),
        *ignored("CCDetail", "PriceLevelRef", "CreditLimit", "AcctNum", "OverDueBalance", "TotalRevenue"),
        *ignored("TotalExpense", "JobInfo", "TDSEnabled", "CustomerEx", "SecondaryTaxIdentifier"),
        *ignored("ARAccountRef", "PrimaryTaxIdentifier", "BusinessNumber", "GSTIN", "GSTRegistrationType"),
        *ignored("IsCISContractor", "ClientCompanyId", "TaxRegime"),
        *TAIL,
    ),
)

VENDOR = Definition(
    "Vendor",
    (
        Field("BillAddr", address),
        *ignored("Balance"),
        Field("AcctNum", text(100)),
        Field("Vendor1099", boolean, kept=True),
        Field("CurrencyRef", reference, kept=True),
        *HEAD,
        *ID_FIELDS,
        *person_names(),
        Field("CompanyName", text(100)),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        *_CONTACT_WAYS,
        Field("TaxIdentifier", text(20)),
        *refs("TermRef"),
        *ignored("FullyQualifiedName", "CustomField", "Organization", "UserId", "OtherContactInfo"),
        *ignored("DefaultTaxCodeRef", "ContactName", "AltContactName", "Notes", "ShipAddr", "OtherAddr"),
        *ignored("TaxCountry", "TaxIdEffectiveDate", "BusinessNumber", "ParentRef", "VendorTypeRef"),
        *ignored("PrefillAccountRef", "BillRate", "OpenBalanceDate", "CreditLimit", "T4AEligible"),
        *ignored("T5018Eligible", "TDSEnabled", "APAccountRef", "VendorEx", "CostRate", "HasTPAR"),
        *ignored("VendorPaymentBankDetail", "TaxReportingBasis", "GSTIN", "GSTRegistrationType"),
        *TAIL,
    ),
)

EMPLOYEE = Definition(
    "Employee",
    (
        Field("BillableTime", boolean, kept=True),
        *HEAD,
        *ID_FIELDS,
        *person_names(),
        _DISPLAY,
        _PRINT,
        _ACTIVE,
        Field("PrimaryPhone", phone),
        Field("Mobile", phone),
        Field("PrimaryEmailAddr", email_address),
        Field("PrimaryAddr", address),
        Field("EmployeeNumber", text(100)),
        Field("HiredDate", day),
        Field("ReleasedDate", day),
        *ignored("FullyQualifiedName", "CompanyName", "CustomField", "Organization", "UserId"),
        *ignored("AlternatePhone", "Fax", "WebAddr", "OtherContactInfo", "DefaultTaxCodeRef", "EmployeeType"),
        *ignored("SSN", "OtherAddr", "BillRate", "BirthDate", "Gender", "UseTimeEntry", "EmployeeEx"),
        *ignored("CostRate", "Notes"),
        *TAIL,
    ),
)
