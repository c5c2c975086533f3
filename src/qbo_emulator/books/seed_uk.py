"""The company `uk`: new, in pounds, with a VAT code on every line, custom numbers and discounts on, no sales (8.4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from qbo_emulator.books import profile, seed, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.company_settings import CompanySettings
from qbo_emulator.clock import Clock, ManualClock

REALM = "9341450000000003"
_ADDRESS = {"Line1": "5 Harbour Lane", "City": "Bristol", "PostalCode": "BS1 4ST"}
# Our own names for the United Kingdom's rates of VAT; ids count from 1 in this order.
_VAT = (("Standard 20%", "20"), ("Reduced 5%", "5"), ("Zero rated 0%", "0"), ("Exempt", "0"), ("No VAT", "0"))


def _add_taxes(company: Company) -> None:
    """One agency, one code and rate per kind of VAT; the standard one is the default."""
    agency = taxes.add_agency(company, "HM Revenue and Customs")
    for name, percent in _VAT:
        rate = taxes.add_rate(company, name, Decimal(percent), agency.id)
        taxes.add_code(company, name, [rate.id])
    company.settings.default_tax_code = "1"


def build(clock: Clock) -> Company:
    """The company on its second day, as the company `fresh`."""
    settings = CompanySettings(
        name="Harbour Lane Services",
        kind="uk",
        user="Morgan Keeper",
        address=dict(_ADDRESS),
        country="GB",
        home_currency="GBP",
        automated_sales_tax=False,
        custom_txn_numbers=True,
    )
    company = Company(REALM, settings, ManualClock(clock.now() - timedelta(days=1)))
    seed.add_default_accounts(company)
    seed.add_lists(company, seed.METHODS_ABROAD)
    _add_taxes(company)
    seed.add_default_items(company, "1")
    profile.refresh(company)
    company.clock = clock
    return company
