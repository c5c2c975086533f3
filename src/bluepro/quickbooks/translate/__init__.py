"""Frozen snapshot to wire payload: what QuickBooks shall hold for a record, or why a person must act first. All pure.

`contact`, `item`, `invoice` and `payment` translate; `agree` compares the answer; `names`, `text`, `marker` and
`dates` have the rules that others may need alone. Which fields are owned: docs/quickbooks-owned-fields.md.
"""

from bluepro.quickbooks.translate.agree import Difference, changed_fields, differences, same_owned
from bluepro.quickbooks.translate.carry import pushed_lines
from bluepro.quickbooks.translate.contact import translate_contact
from bluepro.quickbooks.translate.invoice import translate_invoice
from bluepro.quickbooks.translate.item import translate_item
from bluepro.quickbooks.translate.outcome import Expected, Held, MissingReference, Payload, Refs, Who
from bluepro.quickbooks.translate.payment import translate_payment

__all__ = [
    "Difference",
    "Expected",
    "Held",
    "MissingReference",
    "Payload",
    "Refs",
    "Who",
    "changed_fields",
    "differences",
    "pushed_lines",
    "same_owned",
    "translate_contact",
    "translate_invoice",
    "translate_item",
    "translate_payment",
]
