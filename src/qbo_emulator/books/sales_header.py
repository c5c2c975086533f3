"""What stands above the lines of a sales form and is the same on all four: customer, dates, numbers, references, custom
fields, addresses, how it is delivered (7.3, 3.6).

Due dates, deposits and payment fields belong to the forms that have them.
"""

from __future__ import annotations

from qbo_emulator.books import allowed, document_numbers, faults, references, sales_addresses
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import settle_customer, settle_date
from qbo_emulator.books.wire import Obj


def _custom_fields(company: Company, draft: Obj) -> None:
    """The company's defined fields, with or without a value (F3.6-15); 3000 for any other."""
    names = company.settings.custom_field_names
    held = {one["DefinitionId"]: one for one in draft.get("CustomField") or [] if "DefinitionId" in one}
    for definition_id in held:
        if definition_id not in names:
            raise faults.of("3000", text=f"no custom field {definition_id}.")
    shown = []
    for definition_id, name in names.items():
        entry = {"DefinitionId": definition_id, "Name": name, "Type": "StringType"}
        value = held.get(definition_id, {}).get("StringValue")
        shown.append({**entry, "StringValue": value} if value else entry)
    draft.pop("CustomField", None)
    if shown:
        draft["CustomField"] = shown


def _delivery(draft: Obj) -> None:
    """Flags that the server puts in (F3.6-13, F3.6-14); 6420 if there is no address to mail to (F7.3-7)."""
    draft.setdefault("ApplyTaxAfterDiscount", False)
    draft.setdefault("PrintStatus", "NeedToPrint")
    draft.setdefault("EmailStatus", "NotSet")
    if draft["EmailStatus"] == "NeedToSend" and not draft.get("BillEmail"):
        raise faults.of("6420", text="BillEmail is needed to send the form.")


def _tax_mode(company: Company, draft: Obj) -> None:
    """GlobalTaxCalculation does not exist in the US: what is sent there is dropped."""
    if company.settings.country == "US":
        draft.pop("GlobalTaxCalculation", None)


def _shipping(draft: Obj, sent: Obj) -> None:
    """The method is free text that looks like a reference (F7.3-13)."""
    if sent.get("ShipMethodRef"):
        method = sent["ShipMethodRef"]["value"]
        draft["ShipMethodRef"] = {"value": method, "name": method}


def _links(entity: str, draft: Obj, sent: Obj, old: Row | None) -> None:
    """Links to payments and deposits are read-only here (F7.3-17); estimates and time are not modelled."""
    for link in sent.get("LinkedTxn") or []:
        if link.get("TxnType") not in (None, "Payment", "Deposit"):
            raise faults.not_modelled(f"A sales form linked to {link['TxnType']}")
    draft.pop("LinkedTxn", None)
    links = old.data.get("LinkedTxn") if old else None
    if links or entity == "Invoice":  # of the other forms only linked ones show it, as recorded for sales receipts
        draft["LinkedTxn"] = links or []


def settle(
    company: Company, entity: str, draft: Obj, sent: Obj, old: Row | None, allow_duplicate: bool, any_customer: bool
) -> str | None:
    """Check and complete the header; answers the state that goods go to. `any_customer`: CustomerRef may be missing."""
    settle_customer(company, draft, sent, required=not any_customer)
    settle_date(company, draft, old)
    references.currency(company, draft, sent)
    references.tracking(company, draft, sent)
    references.refuse_empty_lists(sent)
    allowed.check_header(company, sent)
    _tax_mode(company, draft)
    _delivery(draft)
    _links(entity, draft, sent, old)
    _shipping(draft, sent)
    _custom_fields(company, draft)
    document_numbers.settle(company, entity, draft, old, allow_duplicate)
    return sales_addresses.settle(company, draft, sent, old)
