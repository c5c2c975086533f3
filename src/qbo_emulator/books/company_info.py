"""CompanyInfo: who the company is and what of it the API may change (section 7.11); whether it may be called at all."""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.pacific import stamp
from qbo_emulator.books.wire import Obj

# Countries inside addresses have three letters since late 2025 (F3.5-5).
_THREE_LETTERS = {"US": "USA", "CA": "CAN", "GB": "GBR", "UK": "GBR", "AU": "AUS", "FR": "FRA", "IN": "IND"}
_ADDRESSES = ("CompanyAddr", "CustomerCommunicationAddr", "LegalAddr")
_REQUIRED = ("CompanyName", "CompanyAddr")


def _address(company: Company, address: Obj) -> Obj:
    """An address as CompanyInfo shows it: three letters for the country, neither Lat nor Long (F3.5-5)."""
    country = address.get("Country", company.settings.country)
    return {"Id": "1", **address, "Country": _THREE_LETTERS.get(country, country)}


def _name_values(company: Company) -> list[Obj]:
    settings = company.settings
    pairs = {
        "NeoEnabled": "true",
        "IndustryType": "Landscaping Services",
        "SubscriptionStatus": "PAID" if settings.subscription_active else "EXPIRED",
        "OfferingSku": settings.offering,
        "CompanyType": "Other",
        "PayrollFeature": "false",
        "AccountantFeature": "false",
    }
    return [{"Name": name, "Value": value} for name, value in pairs.items()]


def render(company: Company) -> Obj:
    """All properties but those of the head."""
    settings = company.settings
    shown: Obj = {
        "CompanyName": settings.name,
        "LegalName": settings.name,
        **dict.fromkeys(_ADDRESSES, settings.address),
        "CompanyStartDate": stamp(company.created_at)[:10],
        "FiscalYearStartMonth": settings.first_month_of_fiscal_year,
        "Country": settings.country,
        "Email": {"Address": "books@example.com"},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "NameValue": _name_values(company),
        **settings.contact,
    }
    return shown | {prop: _address(company, shown[prop]) for prop in _ADDRESSES}


def apply(company: Company, draft: Obj, sent: Obj) -> None:
    """Change what `sent` names. A full update must name the company and its address; neither can be removed."""
    for prop in _REQUIRED:
        if not draft.get(prop):
            raise faults.missing(prop)
    settings, contact = company.settings, {**company.settings.contact, **sent}
    settings.name = contact.pop("CompanyName", settings.name)
    settings.address = contact.pop("CompanyAddr", settings.address)
    settings.first_month_of_fiscal_year = contact.pop("FiscalYearStartMonth", settings.first_month_of_fiscal_year)
    settings.contact = {prop: value for prop, value in contact.items() if value is not None}


def check_subscription(company: Company) -> None:
    """6190 for every call once the subscription has ended (F9.3-52)."""
    if not company.settings.subscription_active:
        raise faults.of("6190")
