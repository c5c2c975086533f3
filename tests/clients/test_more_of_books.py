"""python-quickbooks as it is: what it offers beyond invoices and payments, and other ways to write, ask and batch."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import parts
import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, UnsupportedException
from quickbooks.objects import (
    Account,
    Attachable,
    Bill,
    CreditMemo,
    Customer,
    Department,
    Employee,
    Invoice,
    Item,
    PaymentMethod,
    RefundReceipt,
    SalesReceipt,
    TaxAgency,
    TaxRateDetails,
    TaxService,
    Term,
    Vendor,
)
from quickbooks.objects.trackingclass import Class

from conftest import Emulator


def _form(kind: Any, quickbooks: QuickBooks, amount: str = "9.99") -> Any:
    """A credit memo, sales receipt or refund receipt of one line, not saved."""
    made = kind()
    like = parts.invoice(parts.customer(quickbooks), parts.item(quickbooks), amount)
    made.CustomerRef, made.DocNumber, made.Line = like.CustomerRef, like.DocNumber, like.Line
    if kind is RefundReceipt:
        made.DepositToAccountRef = Account.filter(AccountType="Bank", max_results=1, qb=quickbooks)[0].to_ref()
    return made


@pytest.mark.parametrize("kind", [CreditMemo, SalesReceipt, RefundReceipt])
def test_other_sales_forms_are_made_changed_and_deleted(kind: Any, quickbooks: QuickBooks) -> None:
    made = _form(kind, quickbooks).save(qb=quickbooks)
    made.PrivateNote = "looked at"
    assert made.save(qb=quickbooks).PrivateNote == "looked at"
    read = kind.get(made.Id, qb=quickbooks)
    assert (read.TotalAmt, read.SyncToken) == (Decimal("9.99"), "1")
    read.delete(qb=quickbooks)
    with pytest.raises(ObjectNotFoundException):
        kind.get(made.Id, qb=quickbooks)


def test_a_sales_receipt_is_voided(quickbooks: QuickBooks) -> None:
    made = _form(SalesReceipt, quickbooks).save(qb=quickbooks)
    made.void(qb=quickbooks)
    assert SalesReceipt.get(made.Id, qb=quickbooks).TotalAmt == 0


def test_a_sparse_update_keeps_what_it_does_not_name(quickbooks: QuickBooks) -> None:
    made = parts.customer(quickbooks)
    change = Customer()
    change.Id, change.SyncToken, change.Notes, change.sparse = made.Id, made.SyncToken, "rings twice", True
    change.save(qb=quickbooks)
    read = Customer.get(made.Id, qb=quickbooks)
    assert (read.DisplayName, read.Notes) == (made.DisplayName, "rings twice")


def test_an_old_sync_token_is_an_error_with_its_code(quickbooks: QuickBooks) -> None:
    made = parts.customer(quickbooks)
    made.Notes = "new"
    made.save(qb=quickbooks)
    made.Notes = "newer"
    with pytest.raises(QuickbooksException) as caught:
        made.save(qb=quickbooks)
    assert caught.value.error_code == 5010


NAMES = [
    (Vendor, "DisplayName"),
    (Class, "Name"),
    (Department, "Name"),
    (Term, "Name"),
    (PaymentMethod, "Name"),
]


@pytest.mark.parametrize(("kind", "field"), NAMES)
def test_lists_are_made_renamed_and_found_by_name(kind: Any, field: str, quickbooks: QuickBooks) -> None:
    entry = kind()
    setattr(entry, field, parts.unique("One")[:31])
    if kind is Term:
        entry.DueDays = 14
    made = entry.save(qb=quickbooks)
    setattr(made, field, parts.unique("O'ther")[:31])
    made.save(qb=quickbooks)
    assert [one.Id for one in kind.filter(qb=quickbooks, **{field: getattr(made, field)})] == [made.Id]


def test_an_employee_and_an_account_are_made(quickbooks: QuickBooks) -> None:
    employee, account = Employee(), Account()
    employee.GivenName, employee.FamilyName = "Robin", parts.unique("Keeper")
    account.Name, account.AccountType, account.AccountSubType = parts.unique("Vans"), "Bank", "Checking"
    assert Employee.get(employee.save(qb=quickbooks).Id, qb=quickbooks).FamilyName == employee.FamilyName
    assert Account.get(account.save(qb=quickbooks).Id, qb=quickbooks).Classification == "Asset"


def test_an_entry_is_made_inactive(quickbooks: QuickBooks) -> None:
    made = parts.item(quickbooks)
    made.Active = False
    assert made.save(qb=quickbooks).Name.endswith("(deleted)")
    assert Item.filter(Id=made.Id, qb=quickbooks) == []
    assert [one.Id for one in Item.filter(Id=made.Id, Active=False, qb=quickbooks)] == [made.Id]


def test_choices_counts_and_whole_queries(quickbooks: QuickBooks) -> None:
    ids = [parts.customer(quickbooks).Id for _ in range(3)]
    assert sorted(one.Id for one in Customer.choose(ids, qb=quickbooks)) == sorted(ids)
    clause = f"Id IN ('{ids[0]}', '{ids[2]}') AND DisplayName LIKE 'Ada%'"
    assert Customer.count(clause, qb=quickbooks) == 2
    found = Customer.query(f"SELECT * FROM Customer WHERE {clause} ORDERBY Id DESC MAXRESULTS 1", qb=quickbooks)
    assert [one.Id for one in found] == [max(ids[0], ids[2], key=int)]


def test_batches_of_more_than_thirty_create_update_and_delete(quickbooks: QuickBooks) -> None:
    customer, item = parts.customer(quickbooks), parts.item(quickbooks)
    made = batch_create([parts.invoice(customer, item, "10.00") for _ in range(31)], qb=quickbooks).successes
    for invoice in made:
        invoice.PrivateNote = "in a batch"
    changed = batch_update(made, qb=quickbooks).successes
    assert [one.SyncToken for one in changed] == ["1"] * 31
    assert len(batch_delete(changed, qb=quickbooks).successes) == 31
    assert Invoice.count(f"CustomerRef = '{customer.Id}'", qb=quickbooks) == 0


def test_change_data_capture_tells_of_changes_and_deletions(quickbooks: QuickBooks) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    made = parts.invoice(parts.customer(quickbooks), parts.item(quickbooks), "10.00").save(qb=quickbooks)
    made.delete(qb=quickbooks)
    answer = change_data_capture([Customer, Invoice], since.isoformat(timespec="seconds"), qb=quickbooks)
    assert made.CustomerRef.value in [one.Id for one in answer.Customer]
    assert [one.status for one in answer.Invoice if one.Id == made.Id] == ["Deleted"]


def test_an_invoice_is_printed_and_mailed(quickbooks: QuickBooks) -> None:
    made = parts.invoice(parts.customer(quickbooks), parts.item(quickbooks), "10.00").save(qb=quickbooks)
    assert made.download_pdf(qb=quickbooks).startswith(b"%PDF-")
    made.send(qb=quickbooks, send_to="ada@example.com")
    assert Invoice.get(made.Id, qb=quickbooks).EmailStatus == "EmailSent"


def test_a_note_is_kept_and_a_file_is_refused(quickbooks: QuickBooks) -> None:
    note = Attachable()
    note.Note = "the gate code is on the fridge"
    assert Attachable.get(note.save(qb=quickbooks).Id, qb=quickbooks).Note == note.Note
    file = Attachable()
    file.FileName, file.ContentType, file._FileBytes = "gate.txt", "text/plain", b"1234"
    with pytest.raises(QuickbooksException):
        file.save(qb=quickbooks)


def test_a_tax_code_is_made_by_the_tax_service(quickbooks: QuickBooks) -> None:
    agency, rate, service = TaxAgency(), TaxRateDetails(), TaxService()
    agency.DisplayName = parts.unique("City")
    rate.TaxRateName, rate.RateValue = parts.unique("Rate"), "4.5"
    rate.TaxAgencyId = agency.save(qb=quickbooks).Id
    service.TaxCode, service.TaxRateDetails = parts.unique("Code"), [rate]
    made = service.save(qb=quickbooks)
    assert int(made.TaxCodeId) > 0


def test_what_is_not_modelled_is_refused_with_a_message_that_says_so(quickbooks: QuickBooks) -> None:
    with pytest.raises(UnsupportedException) as caught:
        Bill.all(qb=quickbooks)
    assert "not modelled" in caught.value.detail
    with pytest.raises(UnsupportedException):
        quickbooks.get_report("ProfitAndLoss")


def test_the_signature_of_a_webhook_is_checked(quickbooks: QuickBooks) -> None:
    signed = base64.b64encode(hmac.new(b"verifier", b"{}", hashlib.sha256).digest()).decode()
    assert quickbooks.validate_webhook_signature("{}", signed, "verifier")


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")  # the library's own, from 3.12 on
def test_user_info_with_the_openid_scope_names_the_person(emulator: Emulator, sign_in: Any) -> None:
    auth: AuthClient = sign_in([Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL])
    answer = auth.get_user_info()
    assert answer.status_code == 200
    assert answer.json()["email"].endswith("@example.com")
