"""The table of fault codes. Source of the codes and their meaning: sections 9.1 to 9.3 of the fact sheet.

What people read of it stands in docs/quickbooks-errors.md, which a test holds against this table.
"""

from bluepro.quickbooks.choices import CHANGED, GONE, INACTIVE, NAME_HELD, VOIDED
from bluepro.quickbooks.rulings.ruling import Button, Family, Ruling, Who


def _retry(cause: str, after: float, text: str) -> Ruling:
    return Ruling(Family.RETRY, cause, text, Who.NOBODY, "it is tried again by itself.", Button.PUSH_AGAIN, after)


def _resolve(cause: str, text: str, todo: str, who: Who = Who.NOBODY, asks: tuple[str, ...] = ()) -> Ruling:
    return Ruling(Family.RESOLVE, cause, text, who, todo, Button.PUSH_AGAIN, asks=asks)


def _edit(cause: str, text: str, todo: str = "change it; then it is sent again by itself.") -> Ruling:
    return Ruling(Family.NEEDS_FIX, cause, text, Who.EDITORS, todo, Button.RECORD)


def _there(cause: str, text: str, todo: str) -> Ruling:
    return Ruling(Family.NEEDS_FIX, cause, text, Who.BOOKS, f"{todo}; then press Push again.", Button.PUSH_AGAIN)


def _settings(cause: str, text: str, todo: str) -> Ruling:
    return Ruling(Family.NEEDS_FIX, cause, text, Who.HEADS, f"{todo}; then press Push again.", Button.SETTINGS)


def _bug(cause: str, text: str) -> Ruling:
    todo = "this is a fault of ours. Send us the details for support, then press Push again."
    return Ruling(Family.BUG, cause, text, Who.SUPPORT, todo, Button.PUSH_AGAIN)


def _reconnect(cause: str, text: str, todo: str = "") -> Ruling:
    todo = todo or "connect again in Settings > Integrations > QuickBooks. Nothing is lost meanwhile."
    return Ruling(Family.RECONNECT, cause, text, Who.HEADS, todo, Button.CONNECT)


REFUSED = _edit("refused", "QuickBooks refuses this record.")

_CLOSED = Ruling(
    Family.NEEDS_FIX,
    "closed_books",
    "The date lies in a period that is closed in QuickBooks.",
    Who.DECIDERS,
    "reopen the period in QuickBooks, or change the date here; then press Push again.",
    Button.PUSH_AGAIN,
)
_TAX_CODE = _settings(
    "tax_code", "QuickBooks does not let this tax code be used.", "choose anew in the mapping how sales tax is booked"
)
_NOT_SIGNED_IN = _reconnect("not_signed_in", "QuickBooks refuses our sign-in, though it was renewed.")
_STOCK = "choose another item for this service, or correct the item's quantity and start date in QuickBooks"

_CONNECTION = {
    "3001": _retry("throttled", 60, "QuickBooks was asked too often; the whole company waits a minute."),
    "3200": _reconnect("token", "QuickBooks no longer accepts our sign-in, though it was renewed."),
    "3202": _reconnect(
        "token_missing",
        "Our calls reach QuickBooks without their sign-in, for instance since a proxy takes it off.",
        "ask the operator of this installation what stands between it and Intuit, then connect again.",
    ),
    "3100": _reconnect("not_authorised", "QuickBooks refuses this app for this company."),
    "100": _NOT_SIGNED_IN,
    "110": _NOT_SIGNED_IN,
    "120": _reconnect(
        "no_access",
        "The person who connected has lost access to the QuickBooks company.",
        "somebody who is an admin of the QuickBooks company connects again in Settings > Integrations > QuickBooks.",
    ),
    "130": _retry("moving", 300, "QuickBooks is moving the company to other servers."),
    "140": _retry("company_locked", 600, "QuickBooks has locked the company for the moment."),
    "150": _retry("maintenance", 600, "QuickBooks maintains the company's data."),
    "6190": Ruling(
        Family.RECONNECT,
        "subscription",
        "The QuickBooks subscription has ended or has a billing problem. Nothing is sent meanwhile, nothing is lost.",
        Who.THEIR_ADMIN,
        "renew the subscription at Intuit. BluePro asks again every six hours and goes on by itself; Push again asks "
        "at once.",
        Button.PUSH_AGAIN,
        after=21_600,
    ),
    "10200": _reconnect(
        "company_reset",
        "The QuickBooks company was reset: what was sent to it is gone there.",
        "ask support before connecting again; nothing is made anew by itself.",
    ),
}

_OPERATIONS = {
    "500": _bug("unsupported", "QuickBooks does not know this operation."),
    "600": _resolve("request_id_used", "QuickBooks has had this request before.", "what came of it is looked up."),
    "610": _resolve(
        "not_found",
        "It, or something that it uses, was deleted or made inactive in QuickBooks.",
        "make active in QuickBooks what the problem names, or choose another one; then press Push again.",
        Who.BOOKS,
        (GONE, INACTIVE),
    ),
    "620": _edit(
        "cannot_link",
        "QuickBooks cannot link these transactions, for instance since they have different customers there.",
        "correct the payment's invoices or customer; then it is sent again by itself.",
    ),
    "630": _resolve("duplicate", "QuickBooks has such a record already.", "ours is looked for and linked."),
    "700": _bug("parent", "QuickBooks does not accept the parent that was named."),
    "800": _there(
        "has_dependants", "Other transactions in QuickBooks depend on it.", "unlink or delete those in QuickBooks"
    ),
    "900": _bug("parent", "The parent that was named is a child itself."),
    "1000": _retry("operation_failed", 60, "QuickBooks failed at it without a reason."),
    "1010": _retry("create_failed", 60, "QuickBooks failed to create it without a reason."),
    "1020": _retry("update_failed", 60, "QuickBooks failed to change it without a reason."),
    "1040": _retry("batch_too_large", 1, "More records than QuickBooks takes at once went together."),
}

_VALUES = {
    "2000": _bug("unknown_object", "QuickBooks does not know this kind of object."),
    "2010": _bug("unknown_property", "QuickBooks does not know a property that we sent."),
    "2020": _bug("missing", "QuickBooks misses a value that it needs."),
    "2030": _bug("bad_id", "QuickBooks does not accept an id that we sent."),
    "2040": _edit("characters", "QuickBooks does not accept a character in one of its texts."),
    "2050": _edit("length", "One of its texts is longer or shorter than QuickBooks allows."),
    "2060": _bug("date_format", "QuickBooks cannot read a date that we sent."),
    "2070": _edit("date", "QuickBooks does not accept one of its dates."),
    "2080": _bug("number_format", "QuickBooks cannot read a number that we sent."),
    "2090": _edit("number", "QuickBooks does not accept one of its numbers."),
    "2100": _edit("number", "QuickBooks does not accept one of its numbers: too many decimals, or too large."),
    "2110": _edit("amount", "QuickBooks does not accept one of its amounts."),
    "2120": _bug("type", "A value is of a type that QuickBooks does not accept."),
    "2130": _bug("request_id", "QuickBooks does not accept our request id."),
    "2140": _edit("percent", "QuickBooks does not accept one of its percentages."),
    "2150": _edit("quantity", "QuickBooks does not accept one of its quantities."),
    "2160": _edit("quantity", "QuickBooks does not accept one of its quantities."),
    "2170": _bug("enumeration", "A value is not one of those that QuickBooks knows."),
    "2210": _edit("email", "QuickBooks does not accept its e-mail address."),
    "2220": _there("currency", "QuickBooks does not accept this currency.", "check the company's currency there"),
    "2230": _bug("boolean", "QuickBooks cannot read a yes or no that we sent."),
    "2240": _edit("range", "One of its numbers is outside the range that QuickBooks accepts."),
    "2250": _edit("no_lines", "QuickBooks does not accept an invoice without lines."),
    "2280": _bug("tax_amount", "QuickBooks misses the amount of tax."),
    "2290": _edit("negative", "QuickBooks does not accept a negative amount here."),
    "2500": _resolve(
        "reference",
        "Something that it uses (customer, item, account or payment method) is not in QuickBooks any more.",
        "restore in QuickBooks what the problem names, or choose another one; then press Push again.",
        Who.BOOKS,
    ),
    "2600": _bug("conflicting", "Two values that we sent contradict each other."),
    "3000": _bug("custom_field", "QuickBooks does not accept a custom field."),
    "4000": _bug("query", "QuickBooks cannot read our query."),
    "4001": _bug("query", "QuickBooks does not accept our query."),
    "4002": _bug("query", "QuickBooks cannot answer our query."),
    "5000": _bug("deprecated", "QuickBooks no longer knows a field that we sent."),
    "5010": _resolve(
        "stale",
        "It was changed in QuickBooks since it was last sent.",
        "what changed is read; Owner, Admin or Bookkeeper are asked if it is something that we own.",
        asks=(CHANGED, VOIDED),
    ),
    "5020": _there(
        "permission",
        "The person who connected may not do this in QuickBooks, or its plan does not allow it.",
        "give that person the right",
    ),
    "5030": _settings(
        "feature",
        "The plan of this QuickBooks company does not have this feature.",
        "change the plan at Intuit, or the mapping here",
    ),
}

_RULES = {
    "6000": REFUSED,
    "6010": _bug("account_type", "The account's type is missing."),
    "6070": _edit(
        "amount_product",
        "QuickBooks computes another amount for one of its lines, also without quantity and price.",
    ),
    "6080": _bug("no_name", "QuickBooks misses a name."),
    "6090": _bug("discount", "The discount lacks an amount."),
    "6100": _settings(
        "line_tax",
        "QuickBooks does not accept the tax code of a line: the company may not be a US company.",
        "check the company's country and sales tax in QuickBooks, and the mapping here",
    ),
    "6130": _there("bills_with", "Whom this customer is billed with cannot be changed.", "change it there"),
    "6140": _resolve(
        "number_taken",
        "QuickBooks has a transaction with this number that is not ours.",
        "give the invoice another number, or change the number in QuickBooks; then press Push again.",
        Who.EDITORS,
    ),
    "6150": _bug("parent", "The parent is missing or forbidden."),
    "6160": _TAX_CODE,
    "6170": _bug("tax_detail", "Tax was sent where there is none."),
    "6180": _bug("levels", "More than five levels of names."),
    "6200": _CLOSED,
    "6210": _CLOSED,
    "6220": _there("open_balance", "It still has an open balance in QuickBooks.", "settle the balance there"),
    "6230": _TAX_CODE,
    "6240": _resolve(
        "name_taken",
        "QuickBooks has a customer, vendor, employee or item of this name.",
        "say whether it is the same; else ours gets a number added.",
        Who.DECIDERS,
        (NAME_HELD,),
    ),
    "6250": _there("customer", "The customer is missing or inactive in QuickBooks.", "make the customer active there"),
    "6270": _there("inventory", "It is dated before the inventory of an item starts.", _STOCK),
    "6280": _there("unbilled", "The customer has charges that are not billed.", "bill or remove them there"),
    "6420": _bug("delivery", "An e-mail address is needed for delivery."),
    "6430": _settings(
        "account_kind",
        "QuickBooks does not accept this account for this use.",
        "choose another account in the mapping",
    ),
    "6440": _bug("line_item", "A line has an amount but no item."),
    "6450": _there("settled", "A payment that is settled cannot be voided.", "record a refund there"),
    "6460": _bug("card", "The deposit differs from the card's amount."),
    "6470": _there("tax_setup", "Sales tax is not set up for this in QuickBooks.", "set sales tax up there"),
    "6480": _there("bank_match", "It is matched to a line of the bank feed.", "undo the match there"),
    "6520": _there("inventory", "There is not enough of an item in stock.", _STOCK),
    "6530": _bug("card_number", "One of its texts looks like a card number."),
    "6540": _there("deposited", "The payment is part of a bank deposit.", "take it out of the deposit there"),
    "6560": REFUSED,
    "10000": _resolve(
        "system_failure", "QuickBooks failed inside.", "what came of it is looked up; then it is tried again."
    ),
    "10100": _bug("too_much", "The answer would be too large."),
}

RULINGS: dict[str, Ruling] = _CONNECTION | _OPERATIONS | _VALUES | _RULES
