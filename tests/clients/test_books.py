"""python-quickbooks as it is: customers, items, invoices, payments, pages, batches, voids, deletes, faults.

Only the base URL is changed; what the emulator answers must suit the library, not the other way round.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import parts
import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects import CompanyInfo, Customer, Invoice, PaymentMethod, Preferences, TaxCode, Term


def test_a_paid_invoice_is_made_read_and_has_no_balance(quickbooks: QuickBooks) -> None:
    customer, item = parts.customer(quickbooks), parts.item(quickbooks)
    invoice = parts.invoice(customer, item, "123.45").save(qb=quickbooks)
    assert invoice.Balance == Decimal("123.45")
    payment = parts.payment(customer, invoice, "123.45").save(qb=quickbooks)
    assert payment.UnappliedAmt == 0
    read = Invoice.get(invoice.Id, qb=quickbooks)
    assert read.Balance == 0
    assert [link.TxnId for link in read.LinkedTxn] == [payment.Id]


def test_a_voided_payment_opens_the_invoice_again_and_a_deleted_invoice_is_gone(quickbooks: QuickBooks) -> None:
    customer, item = parts.customer(quickbooks), parts.item(quickbooks)
    invoice = parts.invoice(customer, item, "20.00").save(qb=quickbooks)
    payment = parts.payment(customer, invoice, "20.00").save(qb=quickbooks)
    payment.void(qb=quickbooks)
    opened = Invoice.get(invoice.Id, qb=quickbooks)
    assert opened.Balance == Decimal("20.00")
    opened.delete(qb=quickbooks)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(invoice.Id, qb=quickbooks)


def test_an_invoice_read_by_the_library_can_be_saved_again(quickbooks: QuickBooks) -> None:
    customer, item = parts.customer(quickbooks), parts.item(quickbooks)
    invoice = parts.invoice(customer, item, "75.50").save(qb=quickbooks)
    invoice.PrivateNote = "looked at"
    saved = invoice.save(qb=quickbooks)
    assert saved.PrivateNote == "looked at"
    assert saved.TotalAmt == Decimal("75.50")
    assert saved.SyncToken == "1"
    saved.void(qb=quickbooks)
    assert Invoice.get(invoice.Id, qb=quickbooks).TotalAmt == 0


def test_pages_of_a_query_hold_every_invoice_once(quickbooks: QuickBooks) -> None:
    customer, item = parts.customer(quickbooks), parts.item(quickbooks)
    made = {parts.invoice(customer, item, f"{n}.00").save(qb=quickbooks).Id for n in range(1, 8)}
    found: list[str] = []
    while True:
        page = Invoice.where(
            f"CustomerRef = '{customer.Id}'",
            order_by="Id",
            start_position=len(found) + 1,
            max_results=3,
            qb=quickbooks,
        )
        if not page:
            break
        found += [invoice.Id for invoice in page]
    assert found == sorted(made, key=int)


def test_a_batch_saves_each_and_reports_the_bad_one(quickbooks: QuickBooks) -> None:
    item, customers = parts.item(quickbooks), [parts.customer(quickbooks) for _ in range(3)]
    invoices = [parts.invoice(customer, item, "10.00") for customer in customers]
    invoices[1].CustomerRef.value = "987654"
    answer = batch_create(invoices, qb=quickbooks)
    assert [invoice.TotalAmt for invoice in answer.successes] == [Decimal("10.00")] * 2
    assert [fault.Error[0].code for fault in answer.faults] == ["2500"]


def test_a_name_taken_is_an_error_with_its_code(quickbooks: QuickBooks) -> None:
    customer = parts.customer(quickbooks)
    twin = Customer()
    twin.DisplayName = customer.DisplayName.upper()
    with pytest.raises(QuickbooksException) as caught:
        twin.save(qb=quickbooks)
    assert caught.value.error_code == 6240


def test_a_repeated_request_id_makes_one_customer(quickbooks: QuickBooks) -> None:
    request_id, name = uuid4().hex, parts.unique("Once")
    saved = []
    for _ in range(2):
        customer = Customer()
        customer.DisplayName = name
        saved.append(customer.save(qb=quickbooks, request_id=request_id).Id)
    assert saved[0] == saved[1]
    assert Customer.count(f"DisplayName = '{name}'", qb=quickbooks) == 1


def test_lists_and_company_can_be_read(quickbooks: QuickBooks) -> None:
    assert {term.Name for term in Term.all(qb=quickbooks)} >= {"Net 30"}
    assert {method.Name for method in PaymentMethod.all(qb=quickbooks)} >= {"Cash", "Check", "Visa"}
    assert {code.Id for code in TaxCode.all(qb=quickbooks)} >= {"TAX", "NON"}
    assert Preferences.get(qb=quickbooks).SalesFormsPrefs.CustomTxnNumbers is True
    assert CompanyInfo.get(1, qb=quickbooks).Country == "US"


def test_change_data_capture_reports_what_was_made(quickbooks: QuickBooks) -> None:
    customer = parts.customer(quickbooks)
    answer = quickbooks.change_data_capture("Customer,Invoice", "2020-01-01T00:00:00-08:00")
    changed = answer["CDCResponse"][0]["QueryResponse"][0]["Customer"]
    assert customer.Id in [entry["Id"] for entry in changed]
