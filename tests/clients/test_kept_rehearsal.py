"""A kept rehearsal seen by other people's clients: they page through all invoices and find the totals that it reported.

BLUEPRO_REHEARSAL_JSON names the JSON that the rehearsal wrote; without it this file is not collected.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects import Invoice, Payment

PAGE = 1000
TAX_ITEM = "Sales tax (BluePro)"  # booked as a line where the company's tax set-up asks for it


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """What the rehearsal wrote."""
    text = Path(os.environ["BLUEPRO_REHEARSAL_JSON"]).read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@pytest.fixture(scope="module")
def quickbooks(report: dict[str, Any]) -> QuickBooks:
    """Both libraries, signed in with the rehearsal's refresh token."""
    known = report["quickbooks"]

    class LocalQuickBooks(QuickBooks):  # type: ignore[misc]  # the library has no types
        api_url_v3 = f"{known['base_url'].rstrip('/')}/v3"

    auth = AuthClient(
        known["client_id"],
        known["client_secret"],
        "http://localhost/",
        f"{known['base_url'].rstrip('/')}/.well-known/openid_configuration",
        refresh_token=known["refresh_token"],
        realm_id=known["realm_id"],
    )
    auth.refresh()
    return LocalQuickBooks(
        auth_client=auth,
        refresh_token=auth.refresh_token,
        company_id=known["realm_id"],
        minorversion=75,
        use_decimal=True,
    )


def _all(kind: Any, quickbooks: QuickBooks) -> list[Any]:
    found: list[Any] = []
    while True:
        page = kind.all(order_by="Id", start_position=len(found) + 1, max_results=PAGE, qb=quickbooks)
        found += page
        if len(page) < PAGE:
            return found


@pytest.fixture(scope="module")
def invoices(quickbooks: QuickBooks) -> list[Invoice]:
    """Every invoice there."""
    return _all(Invoice, quickbooks)


def _lines(invoice: Invoice, kind: str) -> list[Any]:
    return [line for line in invoice.Line if line.DetailType == kind]


def _tax(invoice: Invoice) -> Decimal:
    as_line = [
        Decimal(line.Amount)
        for line in _lines(invoice, "SalesItemLineDetail")
        if line.SalesItemLineDetail.ItemRef.name == TAX_ITEM
    ]
    return Decimal(invoice.TxnTaxDetail.TotalTax) + sum(as_line, Decimal(0))


def _expected(report: dict[str, Any], name: str) -> Decimal:
    figures = report["totals"][name]
    assert figures["bluepro"] == figures["quickbooks"]
    return Decimal(figures["bluepro"])


def test_every_invoice_is_there(report: dict[str, Any], invoices: list[Invoice]) -> None:
    assert len(invoices) == report["records"]["invoices"]["bluepro"]


def test_invoiced(report: dict[str, Any], invoices: list[Invoice]) -> None:
    assert sum(Decimal(invoice.TotalAmt) for invoice in invoices) == _expected(report, "invoiced")


def test_tax(report: dict[str, Any], invoices: list[Invoice]) -> None:
    assert sum(_tax(invoice) for invoice in invoices) == _expected(report, "tax")


def test_discount(report: dict[str, Any], invoices: list[Invoice]) -> None:
    given = [Decimal(line.Amount) for invoice in invoices for line in _lines(invoice, "DiscountLineDetail")]
    assert sum(given, Decimal(0)) == _expected(report, "discount")


def test_open_balance(report: dict[str, Any], invoices: list[Invoice]) -> None:
    assert sum(Decimal(invoice.Balance) for invoice in invoices) == _expected(report, "open_balance")


def test_paid(report: dict[str, Any], quickbooks: QuickBooks) -> None:
    payments = _all(Payment, quickbooks)
    assert sum(Decimal(payment.TotalAmt) for payment in payments) == _expected(report, "paid")
