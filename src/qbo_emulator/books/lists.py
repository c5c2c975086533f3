"""The small lists: terms and payment methods, and what a term makes of a date (section 7.8).

Which term applies to an invoice is the invoice's affair.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from qbo_emulator.books import faults, names
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj


def due_date(start: date, term: Obj) -> date:
    """Date plus days (STANDARD), or the next day of the month that is far enough away (DATE_DRIVEN)."""
    if "DayOfMonthDue" not in term:
        return start + timedelta(days=term.get("DueDays", 0))
    due = _day_of_month(start.year, start.month, term["DayOfMonthDue"])
    if (due - start).days < max(term.get("DueNextMonthDays", 0), 0) or due < start:
        year, month = divmod(start.year * 12 + start.month, 12)
        due = _day_of_month(year, month + 1, term["DayOfMonthDue"])
    return due


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _save(company: Company, table: str, draft: Obj, old: Row | None) -> Row:
    if not draft.get("Name"):
        raise faults.missing("Name")
    draft.setdefault("Active", True)
    names.follow_activity(company, table, draft, old)
    names.require_unique(company, table, draft["Name"], old.id if old else None)
    if old is None:
        return company.insert(table, draft)
    company.change(table, old, draft)
    return old


def save_payment_method(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create or update a payment method (F7.8-1)."""
    draft.setdefault("Type", "NON_CREDIT_CARD")
    return _save(company, "PaymentMethod", draft, old)


def save_term(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create or update a term; either days or a day of the month (F7.8-2)."""
    if "DueDays" not in draft and "DayOfMonthDue" not in draft:
        raise faults.missing("DueDays")
    if "DueDays" in draft and "DayOfMonthDue" in draft:
        raise faults.of("2600", text="DueDays and DayOfMonthDue exclude each other.", name="DueDays")
    draft["Type"] = "STANDARD" if "DueDays" in draft else "DATE_DRIVEN"
    return _save(company, "Term", draft, old)
