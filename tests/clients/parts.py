"""What the tests of python-quickbooks build: customers, services, invoices, payments."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from quickbooks import QuickBooks
from quickbooks.objects import (
    Account,
    Customer,
    Invoice,
    Item,
    Payment,
    PaymentLine,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.base import LinkedTxn


def unique(word: str) -> str:
    """A name that nothing else has."""
    return f"{word} {uuid4().hex[:8]}"


def customer(quickbooks: QuickBooks) -> Customer:
    """A new customer."""
    made = Customer()
    made.DisplayName = unique("Ada & Söhne's")
    return made.save(qb=quickbooks)


def item(quickbooks: QuickBooks) -> Item:
    """A new service."""
    income = Account.filter(AccountType="Income", max_results=1, qb=quickbooks)[0]
    made = Item()
    made.Name = unique("Window cleaning")
    made.Type = "Service"
    made.IncomeAccountRef = income.to_ref()
    return made.save(qb=quickbooks)


def invoice(customer: Customer, item: Item, amount: str) -> Invoice:
    """An invoice of one line, not saved."""
    detail = SalesItemLineDetail()
    detail.ItemRef = item.to_ref()
    detail.Qty = 1
    detail.UnitPrice = Decimal(amount)
    line = SalesItemLine()
    line.Amount = Decimal(amount)
    line.SalesItemLineDetail = detail
    invoice = Invoice()
    invoice.CustomerRef = customer.to_ref()
    invoice.DocNumber = uuid4().hex[:12]
    invoice.Line.append(line)
    return invoice


def payment(customer: Customer, invoice: Invoice, amount: str) -> Payment:
    """A payment of an invoice, not saved."""
    link = LinkedTxn()
    link.TxnId, link.TxnType = invoice.Id, "Invoice"
    line = PaymentLine()
    line.Amount = Decimal(amount)
    line.LinkedTxn.append(link)
    payment = Payment()
    payment.CustomerRef = customer.to_ref()
    payment.TotalAmt = Decimal(amount)
    payment.Line.append(line)
    return payment
