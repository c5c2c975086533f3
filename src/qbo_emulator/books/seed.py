"""What the companies' seeds share: writing through the same rules as every caller, with little to say.

What is written stands in seed_fresh.py, seed_sample.py and seed_uk.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from qbo_emulator.books import operations, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj

# (name, type, sub-type)
AccountLine = tuple[str, str, str]

TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
# (name, type); ids count from 1 in this order (F10.4-1).
_CASH, _CARD = "NON_CREDIT_CARD", "CREDIT_CARD"
METHODS = (
    *(("Cash", _CASH), ("Check", _CASH), ("Visa", _CARD), ("MasterCard", _CARD), ("Discover", _CARD)),
    *(("American Express", _CARD), ("Diners Club", _CARD)),
)
METHODS_ABROAD = (
    *(("Cash", _CASH), ("Cheque", _CASH), ("Visa", _CARD), ("MasterCard", _CARD), ("American Express", _CARD)),
    *(("Diners Club", _CARD), ("Discover", _CARD), ("Direct Debit", _CASH)),
)

# Our own list, in the manner of new companies (section 10.1, last paragraph).
_ACCOUNTS: tuple[AccountLine, ...] = (
    ("Services", "Income", "ServiceFeeIncome"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Sales", "Income", "SalesOfProductIncome"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("Discounts given", "Income", "DiscountsRefundsGiven"),
    ("Uncategorized Income", "Income", "OtherPrimaryIncome"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Sales Tax Payable", "Other Current Liability", "GlobalTaxPayable"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Bank Charges", "Expense", "BankCharges"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
)


def create(company: Company, entity: str, body: Obj) -> Obj:
    """Create one entity as a caller would."""
    return operations.write(company, entity, body, Options())


def ref(row_id: str) -> Obj:
    """A reference."""
    return {"value": row_id}


def add_account(company: Company, full_name: str, kind: str, sub_type: str) -> str:
    """An account, its parents named before a colon; answers its id."""
    parent_name, _, name = full_name.rpartition(":")
    body: Obj = {"Name": name, "AccountType": kind}
    if sub_type:
        body["AccountSubType"] = sub_type
    if parent_name:
        parent = company.tables["Account"].find("FullyQualifiedName", [parent_name.casefold()])[0]
        body["ParentRef"] = ref(parent.id)
    return str(create(company, "Account", body)["Id"])


def add_lists(company: Company, methods: Sequence[tuple[str, str]] = METHODS) -> None:
    """Terms (default Net 30) and payment methods (F10.4-1, F10.4-2)."""
    for name, days in TERMS:
        create(company, "Term", {"Name": name, "DueDays": days})
    for name, kind in methods:
        create(company, "PaymentMethod", {"Name": name, "Type": kind})
    company.settings.default_term = "3"


def add_pseudo_codes(company: Company) -> None:
    """TAX and NON (F7.9-1)."""
    for code in ("TAX", "NON"):
        taxes.add_code(company, code, [], code)


def add_default_items(company: Company, income_id: str) -> None:
    """What every company begins with (section 10.2)."""
    for name in ("Services", "Hours"):
        create(company, "Item", {"Name": name, "Type": "Service", "IncomeAccountRef": ref(income_id)})


def find_account(company: Company, sub_type: str) -> str:
    """The id of the first account of a sub-type."""
    rows = company.tables["Account"].rows.values()
    return next(row.id for row in rows if row.data["AccountSubType"] == sub_type)


def add_default_accounts(company: Company) -> None:
    """The chart of accounts of a new company, and which of them are the defaults."""
    for name, kind, sub_type in _ACCOUNTS:
        add_account(company, name, kind, sub_type)
    settings = company.settings
    settings.default_discount_account = find_account(company, "DiscountsRefundsGiven")
    settings.default_shipping_account = find_account(company, "SalesOfProductIncome")
    settings.default_deposit_account = find_account(company, "UndepositedFunds")
    settings.receivables_account = find_account(company, "AccountsReceivable")
