"""What each of QuickBooks' fault codes means for us: one table from code to family, words and remedy (pure).

Source of the codes and their meaning: sections 9.1 to 9.3 of the fact sheet. Codes count, texts do not {F9.3-75}; only
6000 is told apart by its text {F9.3-40}. An unknown code becomes a problem that shows QuickBooks' own words; a refusal
without any code (a gateway's, {F9.1-5}) is tried again.
"""

from dataclasses import dataclass
from enum import StrEnum

from qbo_client import wire


class Family(StrEnum):
    """What to do next."""

    RETRY = "retry"
    RESOLVE = "resolve"
    NEEDS_FIX = "needs_fix"
    RECONNECT = "reconnect"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A family, a stable cause, and for people what happened and what to do. `after` in seconds, for retries."""

    family: Family
    cause: str
    text: str = ""
    remedy: str = ""
    after: float = 30


def _retry(cause: str, after: float) -> Ruling:
    return Ruling(Family.RETRY, cause, after=after)


def _resolve(cause: str) -> Ruling:
    return Ruling(Family.RESOLVE, cause)


def _fix(cause: str, text: str, remedy: str) -> Ruling:
    return Ruling(Family.NEEDS_FIX, cause, text, remedy)


def _bug(cause: str, text: str) -> Ruling:
    return Ruling(Family.BUG, cause, text, _OURS)


def _reconnect(cause: str, text: str, remedy: str) -> Ruling:
    return Ruling(Family.RECONNECT, cause, text, remedy)


_OURS = "This is a fault of ours: send the details for support to us, then press Push again."
_RECONNECT = "An Owner or Admin connects again in Settings > Integrations > QuickBooks."
_EDIT = "Change the record, then it is sent again by itself."
_CLOSED = "Reopen the period in QuickBooks, or change the date here; then press Push again."

RULINGS: dict[str, Ruling] = {
    "3001": _retry("throttled", 60),
    "3200": _reconnect("token", "QuickBooks no longer accepts our sign-in.", _RECONNECT),
    "3202": _bug("token_missing", "A call went out without its sign-in."),
    "3100": _reconnect("not_authorised", "QuickBooks refuses this app for this company.", _RECONNECT),
    "100": _reconnect("not_authorised", "QuickBooks refuses our sign-in.", _RECONNECT),
    "110": _reconnect("not_authorised", "QuickBooks refuses our sign-in.", _RECONNECT),
    "120": _reconnect("no_access", "The person who connected has lost access to the company.", _RECONNECT),
    "130": _retry("moving", 300),
    "140": _retry("company_locked", 600),
    "150": _retry("maintenance", 600),
    "500": _bug("unsupported", "QuickBooks does not know this operation."),
    "600": _resolve("request_id_used"),
    "610": _resolve("not_found"),
    "620": _fix("cannot_link", "QuickBooks cannot link these transactions.", _EDIT),
    "630": _resolve("duplicate"),
    "700": _bug("parent", "The parent named is not valid."),
    "900": _bug("parent", "The parent named is a child itself."),
    "800": _fix(
        "has_dependants",
        "Other transactions in QuickBooks depend on it.",
        "Unlink them in QuickBooks, then press Push again.",
    ),
    "1000": _retry("operation_failed", 60),
    "1010": _retry("create_failed", 60),
    "1020": _retry("update_failed", 60),
    "1040": _retry("batch_too_large", 1),
    "2000": _bug("unknown_object", "QuickBooks does not know this kind of object."),
    "2010": _bug("unknown_property", "QuickBooks does not know a property that we sent."),
    "2020": _bug("missing", "QuickBooks misses a required value."),
    "2030": _bug("bad_id", "QuickBooks does not accept an id that we sent."),
    "2040": _fix("characters", "QuickBooks does not accept a character in this text.", _EDIT),
    "2050": _fix("length", "A text is longer or shorter than QuickBooks allows.", _EDIT),
    "2060": _bug("date_format", "QuickBooks cannot read a date that we sent."),
    "2070": _fix("date", "QuickBooks does not accept this date.", _EDIT),
    "2080": _bug("number_format", "QuickBooks cannot read a number that we sent."),
    "2090": _fix("number", "QuickBooks does not accept this number.", _EDIT),
    "2100": _fix("number", "QuickBooks does not accept this decimal.", _EDIT),
    "2110": _fix("amount", "QuickBooks does not accept this amount.", _EDIT),
    "2120": _bug("type", "A value is of a type that QuickBooks does not accept."),
    "2130": _bug("request_id", "QuickBooks does not accept our request id."),
    "2140": _fix("percent", "QuickBooks does not accept this percentage.", _EDIT),
    "2150": _fix("quantity", "QuickBooks does not accept this quantity.", _EDIT),
    "2160": _fix("quantity", "QuickBooks does not accept this quantity.", _EDIT),
    "2170": _bug("enumeration", "A value is not one of those that QuickBooks knows."),
    "2210": _fix("email", "QuickBooks does not accept this e-mail address.", _EDIT),
    "2220": _fix(
        "currency",
        "QuickBooks does not accept this currency.",
        "Check the company's currency in QuickBooks, then press Push again.",
    ),
    "2230": _bug("boolean", "QuickBooks cannot read a yes or no that we sent."),
    "2240": _fix("range", "A number is outside the range that QuickBooks accepts.", _EDIT),
    "2250": _fix("no_lines", "QuickBooks does not accept a transaction without lines.", _EDIT),
    "2280": _bug("tax_amount", "QuickBooks misses the amount of tax."),
    "2290": _fix("negative", "QuickBooks does not accept a negative amount here.", _EDIT),
    "2500": _resolve("reference"),
    "2600": _bug("conflicting", "Two values that we sent contradict each other."),
    "3000": _bug("custom_field", "QuickBooks does not accept a custom field."),
    "4000": _bug("query", "QuickBooks cannot read our query."),
    "4001": _bug("query", "QuickBooks does not accept our query."),
    "4002": _bug("query", "QuickBooks cannot answer our query."),
    "5000": _bug("deprecated", "QuickBooks no longer knows a field that we sent."),
    "5010": _resolve("stale"),
    "5020": _fix(
        "permission",
        "The person who connected may not do this in QuickBooks.",
        "Give them the right in QuickBooks, then press Push again.",
    ),
    "5030": _fix(
        "feature",
        "The plan of this QuickBooks company does not have this feature.",
        "Change the plan or the mapping, then press Push again.",
    ),
    "6000": _fix("refused", "QuickBooks refuses this record.", _EDIT),
    "6010": _bug("account_type", "The account's type is missing."),
    "6070": _fix("amount_product", "QuickBooks computes another line amount.", _EDIT),
    "6080": _bug("no_name", "QuickBooks misses a name."),
    "6090": _bug("discount", "The discount lacks an amount."),
    "6100": _fix(
        "line_tax",
        "QuickBooks does not accept the tax code of a line.",
        "Check the company's country and sales tax, then press Push again.",
    ),
    "6130": _fix(
        "bills_with", "Who this customer bills with cannot change.", "Change it in QuickBooks, then press Push again."
    ),
    "6140": _resolve("number_taken"),
    "6150": _bug("parent", "The parent is missing or forbidden."),
    "6160": _fix(
        "tax_code",
        "This tax code cannot be used.",
        "Choose the way of booking tax anew in the mapping, then press Push again.",
    ),
    "6230": _fix(
        "tax_code",
        "This tax code cannot be used.",
        "Choose the way of booking tax anew in the mapping, then press Push again.",
    ),
    "6170": _bug("tax_detail", "Tax was sent where there is none."),
    "6180": _bug("levels", "More than five levels of names."),
    "6190": _reconnect(
        "subscription",
        "The QuickBooks subscription has ended or has a billing problem.",
        "The QuickBooks company's admin renews the subscription; then resume here.",
    ),
    "6200": _fix("closed_books", "The date lies in a closed period in QuickBooks.", _CLOSED),
    "6210": _fix("closed_books", "The date lies in a closed period in QuickBooks.", _CLOSED),
    "6220": _fix("open_balance", "It still has an open balance in QuickBooks.", "Leave it active."),
    "6240": _resolve("name_taken"),
    "6250": _fix(
        "customer",
        "The customer is missing or inactive in QuickBooks.",
        "Make it active in QuickBooks, then press Push again.",
    ),
    "6270": _fix("inventory", "The item's inventory start date is later.", "Choose another item for this service."),
    "6520": _fix(
        "inventory",
        "There is not enough of this item in stock.",
        "Adjust the quantity in QuickBooks, then press Push again.",
    ),
    "6280": _fix(
        "unbilled", "The customer has unbilled charges.", "Bill or remove them in QuickBooks, then press Push again."
    ),
    "6420": _bug("delivery", "An e-mail address is needed for delivery."),
    "6430": _fix(
        "account_kind",
        "QuickBooks does not accept this account for this use.",
        "Choose another account in the mapping, then press Push again.",
    ),
    "6440": _bug("line_item", "A line has an amount but no item."),
    "6450": _fix(
        "settled", "A settled payment cannot be voided.", "Record a refund in QuickBooks, then press Push again."
    ),
    "6460": _bug("card", "The deposit differs from the card's amount."),
    "6470": _fix(
        "tax_setup",
        "Sales tax is not set up for this in QuickBooks.",
        "Set sales tax up in QuickBooks, then press Push again.",
    ),
    "6480": _fix(
        "bank_match",
        "It is matched to a line of the bank feed.",
        "Undo the match in QuickBooks, then press Push again.",
    ),
    "6530": _bug("card_number", "A text looks like a card number."),
    "6540": _fix(
        "deposited",
        "The payment is part of a bank deposit.",
        "Take it out of the deposit in QuickBooks, then press Push again.",
    ),
    "6560": _fix("refused", "QuickBooks refuses this record.", _EDIT),
    "10000": _resolve("system_failure"),
    "10100": _bug("too_much", "The answer would be too large."),
    "10200": _reconnect("company_reset", "The QuickBooks company was reset.", _RECONNECT),
}

NAME_LOCK = "one name at a time"
SYSTEM_FAILURE = "10000"
GATEWAY = _retry("gateway", 60)
REFUSED = _fix("refused", "QuickBooks refuses this record.", _EDIT)
TOO_LARGE = _fix("too_large", "This record is too large for QuickBooks.", "Give it fewer or shorter lines.")


def ruling(fault: wire.Fault) -> Ruling:
    """The ruling for a fault; see `found`."""
    return found(fault)[1]


def found(fault: wire.Fault) -> tuple[str, Ruling]:
    """The code that counts ("" if none is known) and its ruling.

    The first known code counts, but a system failure goes first: with it the outcome is open. 6000 is told by its text.
    """
    if SYSTEM_FAILURE in fault.codes:
        return SYSTEM_FAILURE, RULINGS[SYSTEM_FAILURE]
    for code in fault.codes:
        if code == "6000" and NAME_LOCK in words(fault).lower():
            return code, _retry("name_lock", 2)  # {F7.1-25}
        if code in RULINGS:
            return code, RULINGS[code]
    if fault.status == 413:
        return "", TOO_LARGE
    return "", REFUSED if any(fault.codes) else GATEWAY


def words(fault: wire.Fault) -> str:
    """QuickBooks' own words, for people."""
    said = (error.detail or error.message for error in fault.errors)
    return "; ".join(filter(None, said)) or fault.excerpt[:200] or f"HTTP status {fault.status}"
