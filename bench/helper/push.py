"""The same work with python-quickbooks, in an environment of its own (requirements/clients.txt): reads what to make
from standard input as JSON, makes it with the batch helper or one by one, prints seconds and processor seconds.

    python push.py batch|single < work.json

With `apart` customers and items are made before, in batches, and do not count.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.objects import Customer, Invoice, Item, Payment, PaymentLine, SalesItemLine, SalesItemLineDetail
from quickbooks.objects.base import Address, CustomerMemo, EmailAddress, LinkedTxn, Ref
from quickbooks.objects.tax import TxnTaxDetail

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # oauthlib's own switch, for a server on this machine

BATCH = 30
Values = dict[str, Any]


def main() -> int:
    """Makes everything and prints the figures."""
    work = json.load(sys.stdin, parse_float=Decimal)
    books = _books(work)
    make = _in_batches if sys.argv[1] == "batch" else _one_by_one
    begun, used = time.perf_counter(), time.process_time()
    names = _in_batches if work["apart"] else make
    people = names((_customer(one) for one in work["contacts"]), books)
    goods = names((_item(one, work["income"]) for one in work["services"]), books)
    if work["apart"]:
        begun, used = time.perf_counter(), time.process_time()
    bills = make((_invoice(one, people, goods) for one in work["invoices"]), books)
    paid = make((_payment(one, people, bills, work["deposit"]) for one in work["payments"]), books)
    figures = {
        "records": sum(map(len, (bills, paid) if work["apart"] else (people, goods, bills, paid))),
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - used,
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")
    return 0


def _books(work: Values) -> QuickBooks:
    class Local(QuickBooks):
        api_url_v3 = f"{work['base_url']}/v3"

    auth = AuthClient(
        work["client_id"],
        work["client_secret"],
        "http://localhost:9/callback",
        f"{work['base_url']}/.well-known/openid_configuration",
        access_token=work["access_token"],
        refresh_token=work["refresh_token"],
    )
    return Local(auth_client=auth, refresh_token=work["refresh_token"], company_id=work["realm_id"], minorversion=75)


def _in_batches(objects: Iterator[Any], books: QuickBooks) -> list[str]:
    """The ids, in order. The helper cuts long lists in a way whose cost grows with their square: so it gets 30 each."""
    ids: list[str] = []
    while some := list(islice(objects, BATCH)):
        ids += _ids(batch_create(some, qb=books), some)
    return ids


def _ids(answer: Any, sent: Sequence[Any]) -> list[str]:
    if answer.faults:
        raise RuntimeError(answer.faults[0].Error[0].Detail)
    if len(answer.successes) != len(sent):
        raise RuntimeError("an item of a batch was not answered")
    return [one.Id for one in answer.successes]


def _one_by_one(objects: Iterator[Any], books: QuickBooks) -> list[str]:
    return [one.save(qb=books).Id for one in objects]


def _ref(value: str) -> Ref:
    ref = Ref()
    ref.value = value
    return ref


def _customer(values: Values) -> Customer:
    customer = Customer()
    customer.DisplayName, customer.GivenName, customer.FamilyName = values["name"], values["first"], values["last"]
    customer.PrimaryEmailAddr = EmailAddress()
    customer.PrimaryEmailAddr.Address = values["email"]
    customer.BillAddr = address = Address()
    address.Line1, address.City, address.CountrySubDivisionCode, address.PostalCode, address.Country = values["address"]
    return customer


def _item(values: Values, income: str) -> Item:
    item = Item()
    item.Name, item.Description, item.UnitPrice = values["name"], values["description"], values["price"]
    item.Type, item.Taxable, item.IncomeAccountRef = "Service", True, _ref(income)
    return item


def _invoice(values: Values, people: list[str], goods: list[str]) -> Invoice:
    invoice = Invoice()
    invoice.CustomerRef = _ref(people[values["contact"]])
    invoice.DocNumber, invoice.TxnDate, invoice.DueDate = values["number"], values["date"], values["due"]
    invoice.CustomerMemo = CustomerMemo()
    invoice.CustomerMemo.value = values["message"]
    invoice.PrivateNote, invoice.ApplyTaxAfterDiscount = values["note"], True
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TotalTax = values["tax"]
    invoice.Line = [_line(line, goods) for line in values["lines"]]
    return invoice


def _line(values: Values, goods: list[str]) -> SalesItemLine:
    line, detail = SalesItemLine(), SalesItemLineDetail()
    line.Description, line.Amount, line.SalesItemLineDetail = values["text"], values["amount"], detail
    detail.ItemRef, detail.TaxCodeRef = _ref(goods[values["service"]]), _ref("TAX")
    detail.Qty, detail.UnitPrice = values["quantity"], values["price"]
    return line


def _payment(values: Values, people: list[str], bills: list[str], deposit: str) -> Payment:
    payment, line, link = Payment(), PaymentLine(), LinkedTxn()
    link.TxnId, link.TxnType = bills[values["invoice"]], "Invoice"
    line.Amount, line.LinkedTxn = values["amount"], [link]
    payment.CustomerRef, payment.TotalAmt = _ref(people[values["contact"]]), values["amount"]
    payment.TxnDate, payment.PaymentRefNum = values["date"], values["reference"]
    payment.DepositToAccountRef, payment.PrivateNote, payment.Line = _ref(deposit), values["note"], [line]
    return payment


if __name__ == "__main__":
    sys.exit(main())
