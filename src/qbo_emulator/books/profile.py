"""What every company has once: Preferences and CompanyInfo (7.10, 7.11), kept in step with its settings.

The settings are the truth; the row is what they last looked like, so that its SyncToken and time move when they do,
whoever changed them.
"""

from __future__ import annotations

from qbo_emulator.books import company_info, preferences
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj

_RENDERERS = {"Preferences": preferences.render, "CompanyInfo": company_info.render}
SINGLETONS = tuple(_RENDERERS)
_ID = "1"
_HEAD = ("domain", "sparse", "Id", "SyncToken", "MetaData")


def current(company: Company, entity: str) -> Row:
    """The row of Preferences or CompanyInfo, brought in step with the settings."""
    row = company.tables[entity].get(_ID)
    shown = _RENDERERS[entity](company)
    if row is None:
        return company.insert(entity, shown, _ID)
    company.change(entity, row, {**shown, **{name: row.data[name] for name in _HEAD}})
    return row


def refresh(company: Company) -> None:
    """Both of them, after the settings were changed."""
    for entity in SINGLETONS:
        current(company, entity)


def save_preferences(company: Company, _draft: Obj, sent: Obj, _old: Row | None) -> Row:
    """Change what may be changed of the preferences; sections that are not sent stay."""
    preferences.apply(company, sent)
    return current(company, "Preferences")


def save_company_info(company: Company, draft: Obj, sent: Obj, _old: Row | None) -> Row:
    """Change what may be changed of the company's own data."""
    company_info.apply(company, draft, sent)
    return current(company, "CompanyInfo")
