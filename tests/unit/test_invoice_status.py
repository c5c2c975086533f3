"""The shown status: the first that fits, at every border."""

from datetime import date
from decimal import Decimal

import pytest

from bluepro.invoicing.status import ShownStatus, required_deposit, shown_status

D = Decimal
DUE = date(2026, 3, 31)
BEFORE, AFTER = DUE, date(2026, 4, 1)


@pytest.mark.parametrize(
    ("stored", "total", "paid", "deposit", "today", "shown"),
    [
        ("draft", "100", "0", "0", AFTER, "Draft"),
        ("scheduled", "100", "0", "0", AFTER, "Scheduled"),
        ("cancelled", "100", "0", "0", AFTER, "Cancelled"),
        ("issued", "100", "0", "0", BEFORE, "Sent"),
        ("issued", "100", "0", "0", AFTER, "Overdue"),
        ("issued", "100", "99.99", "0", AFTER, "Overdue"),
        ("issued", "100", "100", "0", AFTER, "Paid"),
        ("issued", "0", "0", "0", BEFORE, "Paid"),
        ("issued", "100", "30", "30", BEFORE, "Deposit Paid"),
        ("issued", "100", "29.99", "30", BEFORE, "Partially Paid"),
        ("issued", "100", "0.01", "0", BEFORE, "Partially Paid"),
        ("issued", "100", "30", "30", AFTER, "Overdue"),
        ("issued", "100", "0", "30", BEFORE, "Sent"),
    ],
)
def test_shown_status(stored: str, total: str, paid: str, deposit: str, today: date, shown: str) -> None:
    status = shown_status(stored, total=D(total), paid=D(paid), deposit=D(deposit), due_date=DUE, today=today)
    assert status == ShownStatus(shown)


@pytest.mark.parametrize(
    ("kind", "value", "total", "deposit"),
    [
        ("", "0", "99", "0"),
        ("amount", "25", "99", "25"),
        ("percent", "50", "0.01", "0.01"),
        ("percent", "33", "99.99", "33.00"),
    ],
)
def test_required_deposit(kind: str, value: str, total: str, deposit: str) -> None:
    assert required_deposit(kind, D(value), D(total)) == D(deposit)
