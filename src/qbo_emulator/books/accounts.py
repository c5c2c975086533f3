"""The chart of accounts (section 7.7). Balances come from the postings, see ledger.py.

Which accounts other entities may use is for those entities to check.
"""

from __future__ import annotations

from qbo_emulator.books import faults, ledger, names
from qbo_emulator.books.company import Company
from qbo_emulator.books.definitions_lists import ACCOUNT_TYPES
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, ref_value

# The sub-type that a type gets when none is sent, and the type that a sub-type implies.
_DEFAULT_SUB_TYPE = {
    "Bank": "Checking",
    "Accounts Receivable": "AccountsReceivable",
    "Other Current Asset": "OtherCurrentAssets",
    "Fixed Asset": "OtherFixedAssets",
    "Other Asset": "OtherLongTermAssets",
    "Accounts Payable": "AccountsPayable",
    "Credit Card": "CreditCard",
    "Other Current Liability": "OtherCurrentLiabilities",
    "Long Term Liability": "OtherLongTermLiabilities",
    "Equity": "OpeningBalanceEquity",
    "Income": "OtherPrimaryIncome",
    "Other Income": "OtherMiscellaneousIncome",
    "Cost of Goods Sold": "SuppliesMaterialsCogs",
    "Expense": "OtherMiscellaneousServiceCost",
    "Other Expense": "OtherMiscellaneousExpense",
}
_TYPE_OF_SUB_TYPE = {sub: kind for kind, sub in _DEFAULT_SUB_TYPE.items()} | {
    "Savings": "Bank",
    "CashOnHand": "Bank",
    "UndepositedFunds": "Other Current Asset",
    "PrepaidExpenses": "Other Current Asset",
    "Inventory": "Other Current Asset",
    "GlobalTaxPayable": "Other Current Liability",
    "SalesTaxPayable": "Other Current Liability",
    "SalesOfProductIncome": "Income",
    "ServiceFeeIncome": "Income",
    "DiscountsRefundsGiven": "Income",
    "RetainedEarnings": "Equity",
    "BankCharges": "Expense",
    "OfficeGeneralAdministrativeExpenses": "Expense",
}


def _settle_type(draft: Obj, old: Row | None) -> None:
    """6010 if neither type nor sub-type is there; one implies the other (F9.3-41)."""
    kind = draft.get("AccountType") or _TYPE_OF_SUB_TYPE.get(draft.get("AccountSubType", ""))
    if kind is None:
        text = "AccountType or AccountSubType is required."
        raise faults.coded("6010", "Account type or sub-type is missing", text, "AccountType")
    draft["AccountType"] = kind
    fitting = _TYPE_OF_SUB_TYPE.get(draft.get("AccountSubType", ""), kind) == kind
    if not fitting and old is None:
        raise faults.bad_format("2170", "AccountSubType", draft["AccountSubType"])
    if not fitting or not draft.get("AccountSubType"):
        draft["AccountSubType"] = _DEFAULT_SUB_TYPE[kind]
    draft["Classification"] = ACCOUNT_TYPES[kind]


def save_account(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create or update an account."""
    if not draft.get("Name"):
        raise faults.missing("Name")
    _settle_type(draft, old)
    draft.setdefault("Active", True)
    draft.setdefault("CurrentBalance", ZERO)
    draft.setdefault("CurrentBalanceWithSubAccounts", ZERO)
    draft["CurrencyRef"] = company.currency()
    parent = names.parent_of(company, "Account", draft)
    draft["SubAccount"] = parent is not None
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id}
    names.follow_activity(company, "Account", draft, "Name")
    full = names.place(draft, parent, "Name")
    draft.pop("Level", None)
    names.require_unique(company, "Account", full, old.id if old else None)
    if old is None:
        return company.insert("Account", draft)
    former_parent = ref_value(old.data.get("ParentRef"))
    if company.change("Account", old, draft):
        names.rename_children(company, "Account", old)
        for account_id in (old.id, former_parent):
            ledger.show_balance(company, account_id)
    return old


def payable_account(company: Company, name: str) -> str:
    """The id of the account of this name for tax that is owed; it is made if there is none."""
    found = names.holder(company, "Account", name)
    if found is not None:
        return found
    draft = {"Name": name, "AccountType": "Other Current Liability", "AccountSubType": "GlobalTaxPayable"}
    return save_account(company, draft, {}, None).id
