"""What a QuickBooks company holds before anything of ours is in it: counted when it is connected, with five reads.

A company with customers, items or sales of its own gets a preview before the first push; a new one does not.
"""

from collections.abc import Mapping

from bluepro.quickbooks.connect.calls import ANY_STATE, SetupCalls
from bluepro.quickbooks.connect.readiness import CATCH_ALL, DISCOUNT_NAME, TAX_NAME
from qbo_client import wire

OF_A_NEW_COMPANY = ("Services", "Hours")  # the items that QuickBooks itself begins with
_NOT_COUNTED = (*OF_A_NEW_COMPANY, CATCH_ALL, TAX_NAME, DISCOUNT_NAME)


def count_holdings(calls: SetupCalls) -> dict[str, int]:
    """How many customers, items, invoices and payments there are. Raises what SetupCalls raises."""
    usual = calls.count(wire.Item, [("Name", "IN", _NOT_COUNTED), ANY_STATE])
    return {
        "customers": calls.count(wire.Customer, [ANY_STATE]),
        "items": calls.count(wire.Item, [ANY_STATE]) - usual,
        "invoices": calls.count(wire.Invoice),
        "payments": calls.count(wire.Payment),
    }


def in_words(holds: Mapping[str, int]) -> str:
    """ "29 customers, 18 items"."""
    return ", ".join(f"{number:,} {name if number != 1 else name[:-1]}" for name, number in holds.items() if number)
