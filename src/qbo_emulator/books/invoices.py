"""Invoices: create, update, void, delete (sections 7.3, 3.2, 3.6).

Lines, tax, numbers and balances have modules of their own; this one puts them together in order, and decides
nothing until every check has passed, so that a refused call leaves no trace.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from qbo_emulator.books import balances, faults, numbering, references, sales_tax
from qbo_emulator.books.addresses import keep_address_ids
from qbo_emulator.books.company import Company
from qbo_emulator.books.invoice_lines import Lines, check_lines, stored_lines, voided_lines
from qbo_emulator.books.lists import due_date
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import require_open_period, settle_customer, settle_date, voided_note
from qbo_emulator.books.wire import ZERO, Obj, cents, fold, ref_value


def _check_number(company: Company, draft: Obj, old: Row | None) -> None:
    """6140: another invoice has the number; the tail names it (F9.3-47)."""
    number = draft.get("DocNumber")
    if not number or (old and old.data.get("DocNumber") == number):
        return
    for other in company.tables["Invoice"].find("DocNumber", [fold(number)]):
        if old is None or other.id != old.id:
            detail = (
                "Duplicate Document Number Error : You must specify a different number. This number has already been "
                f"used. DocNumber={number} is assigned to TxnType=Invoice with TxnId={other.id}"
            )
            raise faults.coded("6140", "Duplicate Document Number Error", detail)


def _settle_number(company: Company, draft: Obj, old: Row | None, allow_duplicate: bool) -> None:
    """A sent number is stored; without one QuickBooks numbers by itself, unless numbers are custom (F7.3-26,
    F7.3-27).
    """
    if old is None and not draft.get("DocNumber") and not company.settings.custom_txn_numbers:
        table = company.tables["Invoice"]
        draft["DocNumber"] = numbering.next_free(
            company.last_doc_number, lambda number: bool(table.find("DocNumber", [fold(number)]))
        )
    if not allow_duplicate:
        _check_number(company, draft, old)


def _settle_due(company: Company, draft: Obj) -> None:
    """DueDate from the invoice's term, the customer's or the company's (F7.3-5)."""
    if draft.get("DueDate"):
        return
    customer = company.row("Customer", draft["CustomerRef"]["value"])
    term_id = (
        ref_value(draft.get("SalesTermRef"))
        or ref_value(customer.data.get("SalesTermRef"))
        or company.settings.default_term
    )
    start = date.fromisoformat(draft["TxnDate"])
    term = company.tables["Term"].get(term_id) if term_id else None
    draft["DueDate"] = (due_date(start, term.data) if term else start + timedelta(days=30)).isoformat()


def _custom_fields(company: Company, draft: Obj) -> None:
    """The company's defined fields, with or without a value (F3.6-15); 3000 for any other."""
    names = company.settings.custom_field_names
    held = {one["DefinitionId"]: one for one in draft.get("CustomField") or [] if "DefinitionId" in one}
    for definition_id in held:
        if definition_id not in names:
            raise faults.coded("3000", "Custom field error", f"No custom field {definition_id}.", "CustomField")
    shown = []
    for definition_id, name in names.items():
        entry = {"DefinitionId": definition_id, "Name": name, "Type": "StringType"}
        value = held.get(definition_id, {}).get("StringValue")
        shown.append({**entry, "StringValue": value} if value else entry)
    draft.pop("CustomField", None)
    if shown:
        draft["CustomField"] = shown


def _addresses(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    """On create both addresses default to the customer's, ids included (F3.6-10)."""
    keep_address_ids(company, draft, old, ("BillAddr", "ShipAddr", "ShipFromAddr"))
    if old is not None:
        return
    customer = company.row("Customer", draft["CustomerRef"]["value"]).data
    for prop in ("BillAddr", "ShipAddr"):
        if prop not in sent and customer.get(prop):
            draft[prop] = customer[prop]


def _defaults(draft: Obj) -> None:
    """Flags that the server puts in (F3.6-13, F3.6-14)."""
    for flag in ("AllowIPNPayment", "AllowOnlinePayment", "ApplyTaxAfterDiscount"):
        draft.setdefault(flag, False)
    draft.setdefault("AllowOnlineCreditCardPayment", False)
    draft.setdefault("AllowOnlineACHPayment", False)
    draft.setdefault("PrintStatus", "NeedToPrint")
    draft.setdefault("EmailStatus", "NotSet")


def _check_header(draft: Obj, sent: Obj) -> None:
    """Rules between header fields."""
    if draft["EmailStatus"] == "NeedToSend" and not draft.get("BillEmail"):
        raise faults.coded("6420", "Email address required", "BillEmail is required to send the form.", "BillEmail")
    if sent.get("Deposit"):
        raise faults.business("Deposits are switched off in the company's sales preferences.")
    for link in sent.get("LinkedTxn") or []:
        if link.get("TxnType") not in (None, "Payment"):
            raise faults.not_modelled(f"An invoice linked to {link['TxnType']}")


def _check_customer_change(company: Company, draft: Obj, old: Row | None) -> None:
    """Our own choice (not recorded, section 13 no. 8): the customer of an invoice with payments is fixed."""
    if old is None or draft["CustomerRef"]["value"] == old.data["CustomerRef"]["value"]:
        return
    if company.applied.get(old.id):
        raise faults.business("The customer of an invoice cannot be changed while payments are linked to it.")


def _settle_header(company: Company, draft: Obj, sent: Obj, old: Row | None, allow_duplicate: bool) -> None:
    settle_customer(company, draft, sent)
    _check_customer_change(company, draft, old)
    settle_date(company, draft, old)
    references.currency(company, draft, sent)
    references.resolve(company, "Term", draft, sent, "SalesTermRef")
    references.refuse_empty_lists(sent)
    _defaults(draft)
    _check_header(draft, sent)
    _settle_due(company, draft)
    _custom_fields(company, draft)
    _settle_number(company, draft, old, allow_duplicate)
    _addresses(company, draft, sent, old)


def _settle_lines(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Lines:
    """At least one line is required (F7.3-2); stored lines are not checked again."""
    if not draft.get("Line"):
        raise faults.missing("Line")
    if sent.get("Line"):
        return check_lines(company, sent["Line"], old.data["Line"] if old else [])
    return stored_lines(draft["Line"])


def _settle_amounts(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Decimal | None:
    """Lines, tax and total; answers the tax override in force."""
    lines = _settle_lines(company, draft, sent, old)
    override = sales_tax.override_of(sent, old)
    draft["Line"] = lines.whole
    draft["TxnTaxDetail"] = sales_tax.tax_detail(company, draft, lines, override)
    draft["TotalAmt"] = cents(lines.subtotal - lines.discount + draft["TxnTaxDetail"]["TotalTax"])
    if draft["TotalAmt"] < 0:
        raise faults.business("Transaction amount must be greater than or equal to zero.")
    return override


def save_invoice(company: Company, draft: Obj, sent: Obj, old: Row | None, allow_duplicate: bool) -> Row:
    """Create or update an invoice; `draft` is the stored state with what was sent laid over it."""
    _settle_header(company, draft, sent, old, allow_duplicate)
    override = _settle_amounts(company, draft, sent, old)
    if old is None:
        return _insert(company, draft, override)
    _update(company, old, draft, override)
    return old


def _insert(company: Company, draft: Obj, override: Decimal | None) -> Row:
    row = company.insert("Invoice", {**draft, "LinkedTxn": [], "Balance": draft["TotalAmt"]})
    row.tax_override = override
    company.last_doc_number = draft.get("DocNumber") or company.last_doc_number
    balances.post(company, draft["CustomerRef"]["value"], draft["TotalAmt"])
    return row


def _update(company: Company, row: Row, draft: Obj, override: Decimal | None) -> None:
    excess = balances.applied_to(company, row.id) - draft["TotalAmt"]
    if excess > 0:
        balances.release(company, row, excess)
    balance = cents(draft["TotalAmt"] - balances.applied_to(company, row.id))
    owed, customer = row.data["Balance"], row.data["CustomerRef"]["value"]
    whole = {**draft, "Balance": balance, "LinkedTxn": balances.links_of(company, row.id)}
    changed = company.change("Invoice", row, whole)
    row.tax_override = override
    row.voided = row.voided and not draft["TotalAmt"]
    if changed:
        company.last_doc_number = draft.get("DocNumber") or company.last_doc_number
        balances.post(company, customer, -owed)
        balances.post(company, draft["CustomerRef"]["value"], balance)


def void_invoice(company: Company, row: Row) -> None:
    """Everything becomes 0, payments on it become unapplied (F3.2-19); a second void changes nothing."""
    require_open_period(company, row.data["TxnDate"])
    if row.voided:
        return
    balances.release(company, row, balances.applied_to(company, row.id))
    owed = row.data["Balance"]
    emptied = {
        **row.data,
        "PrivateNote": voided_note(row.data),
        "LinkedTxn": [],
        "Line": voided_lines(row.data["Line"]),
        "TxnTaxDetail": sales_tax.no_tax(),
        "TotalAmt": ZERO,
        "Balance": ZERO,
    }
    company.change("Invoice", row, emptied, "Void")
    row.voided, row.tax_override = True, None
    balances.post(company, row.data["CustomerRef"]["value"], -owed)


def delete_invoice(company: Company, row: Row) -> None:
    """Gone. With payments linked it is refused, naming them: our own choice, not recorded (F3.2-21)."""
    require_open_period(company, row.data["TxnDate"])
    linked = ", ".join(company.applied.get(row.id, {}))
    if linked:
        raise faults.business(f"Unlink the linked transactions before deleting: Payment TxnId={linked}.")
    company.remove("Invoice", row)
    company.applied.pop(row.id, None)
    balances.post(company, row.data["CustomerRef"]["value"], -row.data["Balance"])
