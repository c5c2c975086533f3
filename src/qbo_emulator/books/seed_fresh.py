"""The company `fresh`: new, automated sales tax, custom numbers and discounts on, a default chart of accounts, no
sales.
"""

from __future__ import annotations

from datetime import timedelta

from qbo_emulator.books import profile, seed, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.company_settings import CompanySettings
from qbo_emulator.books.states import STATES
from qbo_emulator.clock import Clock, ManualClock

REALM = "9341450000000001"
_ADDRESS = {
    "Line1": "100 Main Street",
    "City": "Mountain View",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94043",
}


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
    seed.add_default_accounts(company)
    seed.add_lists(company)
    _add_taxes(company)
    seed.add_default_items(company, "1")
    profile.refresh(company)
    company.clock = clock
    return company
