"""The company `fresh`: new, automated sales tax, custom numbers and discounts on, a default chart of accounts, no
sales.
"""

from __future__ import annotations

from datetime import timedelta

from qbo_emulator.books import seed, taxes
from qbo_emulator.books.company import Company, CompanySettings
from qbo_emulator.books.states import STATES
from qbo_emulator.clock import Clock, ManualClock

REALM = "9341450000000001"
_ADDRESS = {
    "Line1": "100 Main Street",
    "City": "Mountain View",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94043",
}
# Our own list, in the manner of new companies (section 10.1, last paragraph).
_ACCOUNTS: tuple[seed.AccountLine, ...] = (
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


def _add_taxes(company: Company) -> None:
    """One code per state of our table; the company's own state is the default."""
    seed.add_pseudo_codes(company)
    for state, (name, rates) in STATES.items():
        agency = taxes.add_agency(company, f"{name} Department of Revenue")
        rate_ids = [taxes.add_rate(company, rate, percent, agency.id).id for rate, percent in rates]
        company.tax_code_of_state[state] = taxes.add_code(company, name, rate_ids).id
    company.settings.default_tax_code = company.tax_code_of_state["CA"]


def build(clock: Clock) -> Company:
    """The company on its second day: all that it begins with was made a day before the clock's present, so that it can
    be told from what is made after a connect."""
    settings = CompanySettings(
        name="Fresh Start Services",
        kind="fresh",
        user="Robin Keeper",
        address=dict(_ADDRESS),
        custom_txn_numbers=True,
    )
    company = Company(REALM, settings, ManualClock(clock.now() - timedelta(days=1)))
    for name, kind, sub_type in _ACCOUNTS:
        seed.add_account(company, name, kind, sub_type)
    seed.add_lists(company)
    _add_taxes(company)
    settings.default_discount_account = seed.find_account(company, "DiscountsRefundsGiven")
    settings.default_shipping_account = seed.find_account(company, "SalesOfProductIncome")
    settings.default_deposit_account = seed.find_account(company, "UndepositedFunds")
    settings.receivables_account = seed.find_account(company, "AccountsReceivable")
    seed.add_default_items(company, "1")
    company.clock = clock
    return company
