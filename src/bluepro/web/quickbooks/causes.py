"""What each cause of a problem is called, who can fix it, and which button does: a table, no logic."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bluepro.quickbooks.rulings import Who


class Fix(StrEnum):
    """The button that fixes a problem; ANSWER: those of `quickbooks.choices`."""

    RECORD = "record"
    ANSWER = "answer"
    MAPPING = "mapping"
    CONNECT = "connect"
    RETRY = "retry"


HEADS = Who.HEADS.value
DECIDERS = Who.DECIDERS.value
EDITORS = Who.EDITORS.value
BOOKKEEPER = Who.BOOKS.value
THEIR_ADMIN = Who.THEIR_ADMIN.value
NOBODY = "Nobody has to: it goes on by itself"


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause in people's words. `code` is the bridge's name for it."""

    title: str
    who: str = EDITORS
    fix: Fix = Fix.RECORD
    code: str = ""


_NUMBER = Cause("A figure that QuickBooks does not accept")
_TEXT = Cause("A text that QuickBooks does not accept")
_DATE = Cause("A date that QuickBooks does not accept")
_MAP = Cause("The account mapping has to change", HEADS, Fix.MAPPING)
_TAX = Cause("Sales tax is set up differently in QuickBooks", HEADS, Fix.MAPPING)
_THEIRS = Cause("Something has to change in QuickBooks first", BOOKKEEPER, Fix.RETRY)
_LOST = Cause("The connection has to be made again", HEADS, Fix.CONNECT)
_BRAKE = Cause("Much would change in QuickBooks at once", DECIDERS, Fix.RETRY)
_CLOSED = Cause("The books are closed for this date", DECIDERS, Fix.RETRY)

CAUSES: Mapping[str, Cause] = {
    "name_held": Cause("The name is already used in QuickBooks", DECIDERS, Fix.ANSWER),
    "name_empty": Cause("Nothing of the name can be written in QuickBooks"),
    "name_missing": Cause("A name is missing"),
    "number_clash": Cause("Another invoice has its number in QuickBooks", DECIDERS, Fix.ANSWER),
    "number_taken": Cause("The invoice number is already used in QuickBooks"),
    "number_missing": Cause("The invoice has no number"),
    "number_too_long": Cause("The invoice number is too long for QuickBooks"),
    "number_characters": Cause("The invoice number has characters that QuickBooks does not accept"),
    "amount_differs": Cause("QuickBooks booked other figures than billed", DECIDERS, Fix.RETRY),
    "tax_not_charged": Cause("QuickBooks charged no sales tax", DECIDERS, Fix.RETRY),
    "amounts_disagree": Cause("The amounts of the record do not add up"),
    "changed_in_quickbooks": Cause("It was changed in QuickBooks", DECIDERS, Fix.ANSWER),
    "changed_before_removal": Cause("It is to be removed, but was changed in QuickBooks", DECIDERS, Fix.ANSWER),
    "unknown_after_restore": Cause("Sent after the backup, and no longer known here", DECIDERS, Fix.ANSWER),
    "voided_in_quickbooks": Cause("It was voided in QuickBooks", DECIDERS, Fix.ANSWER),
    "gone_in_quickbooks": Cause("It was deleted or merged in QuickBooks", DECIDERS, Fix.ANSWER),
    "inactive_in_quickbooks": Cause("It was made inactive in QuickBooks", DECIDERS, Fix.ANSWER),
    "reference_inactive": Cause("A customer, item or account was made inactive in QuickBooks", BOOKKEEPER, Fix.RETRY),
    "before_start": Cause("It is dated before the day from which records are sent", DECIDERS, Fix.ANSWER),
    "older_invoice": Cause("It pays an invoice from before the start of sending", DECIDERS, Fix.ANSWER),
    "invoice_left_out": Cause("It pays an invoice that was left void in QuickBooks, or out of it", DECIDERS),
    "closed_books": _CLOSED,
    "larger_than_open": Cause("More is paid here than is open in QuickBooks", DECIDERS, Fix.ANSWER),
    "brake": _BRAKE,
    "no_account": _MAP,
    "no_catch_all_item": _MAP,
    "no_tax_item": _MAP,
    "no_discount_item": _MAP,
    "account_kind": _MAP,
    "feature": Cause("The QuickBooks plan lacks a feature", HEADS, Fix.MAPPING),
    "no_tax_code": Cause("No tax code is mapped to the tax rate", HEADS, Fix.MAPPING),
    "tax_code": _TAX,
    "tax_setup": _THEIRS,
    "line_tax": _TAX,
    "no_lines": Cause("The invoice has no lines"),
    "amount": _NUMBER,
    "amount_range": _NUMBER,
    "amount_product": _NUMBER,
    "price_range": _NUMBER,
    "quantity": _NUMBER,
    "quantity_range": _NUMBER,
    "number": _NUMBER,
    "negative": _NUMBER,
    "percent": _NUMBER,
    "range": _NUMBER,
    "characters": _TEXT,
    "length": _TEXT,
    "email": Cause("QuickBooks does not accept the e-mail address"),
    "too_large": Cause("The record is too large for QuickBooks"),
    "date": _DATE,
    "refused": Cause("QuickBooks refuses the record"),
    "cannot_link": Cause("QuickBooks cannot link these transactions"),
    "reconnect": _LOST,
    "token": _LOST,
    "token_missing": _LOST,
    "not_signed_in": _LOST,
    "not_authorised": _LOST,
    "no_access": _LOST,
    "company_reset": _LOST,
    "subscription": Cause("The QuickBooks subscription has ended", THEIR_ADMIN, Fix.RETRY),
    "permission": _THEIRS,
    "has_dependants": _THEIRS,
    "open_balance": _THEIRS,
    "customer": _THEIRS,
    "inventory": _THEIRS,
    "unbilled": _THEIRS,
    "settled": _THEIRS,
    "bank_match": Cause("It is matched to a line of the bank feed", BOOKKEEPER, Fix.RETRY),
    "deposited": Cause("The payment is part of a bank deposit", BOOKKEEPER, Fix.RETRY),
    "bills_with": _THEIRS,
    "currency": _THEIRS,
    "no_answer": Cause("QuickBooks does not answer for this record", NOBODY, Fix.RETRY),
    "unknown_outcome": Cause("It is not known yet whether QuickBooks took it", NOBODY, Fix.RETRY),
    "waits_for_payment": Cause("Another payment has to leave its invoice in QuickBooks first", DECIDERS, Fix.RETRY),
    "still_failing": Cause("QuickBooks keeps failing on this record", NOBODY, Fix.RETRY),
}
OTHER = Cause("Something that BluePro did not expect", "Support, with the details below", Fix.RETRY)


def cause_of(code: str) -> Cause:
    """The cause of that code; one that is not in the table is a fault of ours."""
    return replace(CAUSES.get(code, OTHER), code=code)
