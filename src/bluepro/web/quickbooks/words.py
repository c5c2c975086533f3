"""People's words for what the bridge knows by QuickBooks' names: fields, operations, remedies that name commands.

Only words; decides nothing.
"""

from collections.abc import Iterable, Mapping

from bluepro.quickbooks.field_words import FIELDS
from bluepro.quickbooks.snapshot import Kind

OPERATIONS: Mapping[str, str] = {
    "create": "Created in QuickBooks",
    "update": "Updated in QuickBooks",
    "delete": "Deleted in QuickBooks",
    "void": "Voided in QuickBooks",
}
TRIED: Mapping[str, str] = {
    "create": "Tried to create it in QuickBooks",
    "update": "Tried to update it in QuickBooks",
    "delete": "Tried to delete it in QuickBooks",
    "void": "Tried to void it in QuickBooks",
}

PLURALS: Mapping[Kind, str] = {
    Kind.CONTACT: "Contacts",
    Kind.SERVICE: "Services and products",
    Kind.INVOICE: "Invoices",
    Kind.PAYMENT: "Payments",
}
ENTITIES: Mapping[Kind, str] = {
    Kind.CONTACT: "customer",
    Kind.SERVICE: "item",
    Kind.INVOICE: "invoice",
    Kind.PAYMENT: "payment",
}

_COMMANDS = (
    ("Begin again with: bluepro connect", "Press Connect to begin again."),
    ("Connect again with: bluepro connect", "Press Connect again."),
    ("Connect it with: bluepro connect", "Press Connect under QuickBooks."),
    ("connect it with: bluepro connect", "press Connect under QuickBooks."),
    ("Go on with: bluepro resume", "Press Resume to go on."),
    ("dated from a day on: bluepro start", "dated from a day on, under “Send from”."),
    ("answer what it asks: bluepro preview", "answer what it asks, under Preview."),
    ("See it with: bluepro preview", "Press Read QuickBooks."),
    ("Answer with: bluepro preview --answer ID CHOICE", "Answer first."),
    ("chooses first what is sent: bluepro start", "chooses first what is sent."),
    ("Map the accounts first, which also enables it: bluepro map", "Map the accounts and enable it first."),
    ("First run: bluepro disconnect", "Disconnect that one first."),
    (" See them with: bluepro problems", ""),
    ("Choose instead: line.", "Choose tax as a line."),
    ("Choose line instead.", "Choose tax as a line instead."),
    ("or choose to book tax as a line: line.", "or choose to book tax as a line."),
    ("Choose how sales tax is booked: line.", "Choose to book sales tax as a line."),
)


def changed_fields(names: Iterable[str]) -> list[str]:
    """The fields that a push changed, as people call them, each once; what nobody chose is left out."""
    shown = (FIELDS.get(name, name) for name in names if name != "ApplyTaxAfterDiscount")
    return list(dict.fromkeys(shown))


def for_pages(text: str) -> str:
    """A message of the connection with commands replaced by what a page offers."""
    for command, words in _COMMANDS:
        text = text.replace(command, words)
    return text


def seconds(amount: float) -> str:
    """A duration as people say it: "0.8 s", "42 s", "7 min", "3 h", "2 days"."""
    if amount < 0.1:
        return "0.1 s"
    if amount < 10:
        return f"{amount:.1f} s"
    if amount < 100:
        return f"{amount:.0f} s"
    if amount < 5400:
        return f"{amount / 60:.0f} min"
    return f"{amount / 3600:.0f} h" if amount < 172800 else f"{amount / 86400:.0f} days"
