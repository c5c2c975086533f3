"""The chart of accounts (section 7.7). Balances come from the postings, see ledger.py.

Which accounts other entities may use is for those entities to check.
"""

from __future__ import annotations

from qbo_emulator.books import allowed, faults, ledger, names, references, trees
from qbo_emulator.books.company import Company
from qbo_emulator.books.definitions_lists import ACCOUNT_TYPES
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, fold, ref_value

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

_ROLES = frozenset({"AccountsReceivable", "AccountsPayable", "GlobalTaxPayable"})


def _settle_type(draft: Obj, old: Row | None) -> None:
    """6010 if neither type nor sub-type is there; one implies the other (F9.3-41)."""
    kind = draft.get("AccountType") or _TYPE_OF_SUB_TYPE.get(draft.get("AccountSubType", ""))
    if kind is None:
        raise faults.of("6010", text="AccountType or AccountSubType is required.")
    draft["AccountType"] = kind
    fitting = _TYPE_OF_SUB_TYPE.get(draft.get("AccountSubType", ""), kind) == kind
    if not fitting and old is None:
        raise faults.bad_format("2170", "AccountSubType", draft["AccountSubType"])
    if not fitting or not draft.get("AccountSubType"):
        draft["AccountSubType"] = _DEFAULT_SUB_TYPE[kind]
    draft["Classification"] = ACCOUNT_TYPES[kind]


def _require_kept_role(draft: Obj, old: Row | None) -> None:
    """6000 (own): what is owed to and by the company is booked by type, so such an account stays what it is, and no
    other account becomes one.
    """
    if old is None or draft["AccountSubType"] == old.data["AccountSubType"]:
        return
    if not _ROLES.isdisjoint((draft["AccountSubType"], old.data["AccountSubType"])):
        raise faults.business(
            "Receivables, payables and sales tax payable keep their type, and no account becomes one."
        )


def _check_number(company: Company, sent: Obj, old: Row | None) -> None:
    """AcctNum: switched on, short enough for the country, unique (section 7.7)."""
    settings, number = company.settings, sent.get("AcctNum")
    if not number:
        return
    allowed.require(company, "AcctNum", settings.use_account_numbers)
    longest = 7 if settings.country == "US" else 20
    if len(number) > longest:
        raise faults.bad_length("AcctNum", longest, len(number))
    for other in company.tables["Account"].find("AcctNum", [fold(number)]):
        if old is None or other.id != old.id:
            raise faults.business(f"Another account has the number {number}. Id={other.id}")


def save_account(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update an account."""
    if not draft.get("Name"):
        raise faults.missing("Name")
    _settle_type(draft, old)
    _require_kept_role(draft, old)
    _check_number(company, sent, old)
    draft.setdefault("Active", True)
    if draft["Classification"] not in ledger.BALANCE_SHEET:  # also of what had another type until now
        draft |= {"CurrentBalance": ZERO, "CurrentBalanceWithSubAccounts": ZERO}
    draft.setdefault("CurrentBalance", ZERO)
    draft.setdefault("CurrentBalanceWithSubAccounts", ZERO)
    references.currency(company, draft, sent)
    parent = trees.parent_of(company, "Account", draft, old)
    draft["SubAccount"] = parent is not None
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id}
    former_parent = ref_value(old.data.get("ParentRef")) if old else None
    row = trees.save(company, "Account", draft, old, parent)
    if old is not None:
        for account_id in (row.id, former_parent):
            ledger.show_balance(company, account_id)
    return row


def payable_account(company: Company, name: str) -> str:
    """The id of the account of this name for tax that is owed; it is made if there is none."""
    found = names.holder(company, "Account", name)
    if found is not None:
        return found
    draft = {"Name": name, "AccountType": "Other Current Liability", "AccountSubType": "GlobalTaxPayable"}
    return save_account(company, draft, {}, None).id
