"""What QuickBooks has and the emulator has not: it is refused by name, so that nobody takes it for a misspelling.

The names are those of the schema (entities) and of the documented paths beside them.
"""

from __future__ import annotations

from qbo_emulator.books import faults

ENTITIES = (
    *(
        "Bill",
        "BillPayment",
        "Budget",
        "ChangeOrder",
        "ChargeCredit",
        "CompanyCurrency",
        "CreditCardPaymentTxn",
    ),
    *("CustomFieldDefinition", "CustomerType", "Estimate", "ExchangeRate"),
    *(
        "FixedAsset",
        "InventoryAdjustment",
        "InventorySite",
        "JournalCode",
        "JournalEntry",
        "MasterAccount",
        "OtherName",
    ),
    *("PriceLevel", "Purchase", "PurchaseOrder", "RecurringTransaction", "ReimburseCharge"),
    *("SalesOrder", "SalesRep", "StatementCharge", "Tag", "Task", "TaxClassification", "TaxPayment"),
    *("TaxReturn", "TimeActivity", "Transfer", "UserAlert", "VendorCredit", "VendorPrepayment", "VendorType"),
    *("Reports", "Upload", "Download", "Entitlements"),
)
_BY_LOWER = {name.lower(): name for name in ENTITIES}


def refuse_known(name: str) -> None:
    """Fault 500 in the emulator's own words if QuickBooks has something of this name, in any case."""
    known = _BY_LOWER.get(name.lower())
    if known is not None:
        raise faults.not_modelled(known)
