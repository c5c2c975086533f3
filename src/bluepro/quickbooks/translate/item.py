"""A service or product as a QuickBooks item. The name is given: that it is free is the plan's work."""

from bluepro.quickbooks.snapshot import Books, LinkState, ServiceRecord
from bluepro.quickbooks.translate.names import wanted_name
from bluepro.quickbooks.translate.numbers import LARGEST_PRICE, exact, fits
from bluepro.quickbooks.translate.outcome import Held, Payload, Who
from bluepro.quickbooks.translate.owned import build
from bluepro.quickbooks.translate.text import LINE_TEXT, clean_block, clean_line
from qbo_client import wire

SKU = 100  # F7.2-9


def translate_item(
    record: ServiceRecord, books: Books, link: LinkState | None, *, name: str, resend: bool = False
) -> Payload[wire.Item] | Held:
    """The item for `record` under `name`; Held for a price beyond the range, no name, or (on create) no income account.

    Kind and income account are set on create and then belong to QuickBooks (F7.2-15, invariant 9).
    """
    held = _held(record, books, link, name)
    if held:
        return held
    item = wire.Item(
        name=name,
        sku=clean_line(record.sku, SKU) or wire.UNSET,
        description=clean_block(record.description, LINE_TEXT) or wire.UNSET,
        unit_price=exact(record.unit_price),
        taxable=not record.tax_exempt,
    )
    at_create = wire.Item(
        type="NonInventory" if record.is_product else "Service",
        income_account_ref=wire.Ref(value=record.income_account or books.income_account),
    )
    return build(item, link, create_only=at_create, resend=resend)


def _held(record: ServiceRecord, books: Books, link: LinkState | None, name: str) -> Held | None:
    if not name:
        wanted = wanted_name(record)
        return wanted if isinstance(wanted, Held) else Held("name_missing", "name", "No name was chosen.")
    if not fits(record.unit_price, LARGEST_PRICE):
        message = f"The unit price {record.unit_price} of {name} is beyond {LARGEST_PRICE:,} or has over 5 decimals."
        return Held("price_range", "unit price", message)
    is_new = link is None or not link.entity_id
    if is_new and not (record.income_account or books.income_account):
        message = f"No income account is mapped, and {name} has none of its own."
        return Held("no_account", "income account", message, Who.MAPPER)
    return None
