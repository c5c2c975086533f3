"""Records, books and links for the tests of translating: plain ones, to be changed by `dataclasses.replace`."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bluepro.quickbooks.snapshot import (
    Address,
    Books,
    ContactRecord,
    InvoiceRecord,
    Kind,
    LineRecord,
    LinkState,
    PaymentRecord,
    PushedLine,
    ServiceRecord,
    TaxMode,
)
from bluepro.quickbooks.translate import Payload, Refs, pushed_lines
from qbo_client import wire

BOOKS = Books(
    era=1,
    income_account="79",
    discount_account="86",
    deposit_account="4",
    tax_mode=TaxMode.AUTOMATED,
    tax_code="2",
    catch_all_item="10",
    tax_item="11",
    methods={"check": ("2", ""), "card": ("3", "35")},
)
REFS = Refs(customers={1: "58", 2: "59"}, items={1: "19", 2: "20"}, invoices={5: "145", 6: "146"})
ADDRESS = Address("12 Ocean Dr.", "Half Moon Bay", "CA", "94213", "USA")

CONTACT = ContactRecord(
    id=1,
    is_company=True,
    display_name="Harbor Windows",
    company="Harbor Windows LLC",
    first_name="Ada",
    last_name="Ruiz",
    emails=("ada@harbor.example",),
    phones=("(415) 555-0101", "(415) 555-0102"),
    billing=ADDRESS,
    tax_exempt=False,
    tax_exempt_reason="",
    tax_exempt_certificate="",
)
SERVICE = ServiceRecord(
    id=1,
    is_product=False,
    name="Window cleaning",
    sku="W-1",
    description="Inside and outside",
    unit_price=Decimal("45.50000"),
    tax_exempt=False,
    income_account="",
)


def line(id: int, quantity: str, price: str, amount: str, **changes: Any) -> LineRecord:  # Any: fields of several types
    """A taxable service line on service 1, unless `changes` say otherwise."""
    fields: dict[str, Any] = {"kind": "service", "service_id": 1, "name": f"Work {id}", "description": ""}
    fields |= {"quantity": Decimal(quantity), "unit_price": Decimal(price), "amount": Decimal(amount)}
    return LineRecord(id=id, **{"tax_exempt": False, **fields, **changes})


INVOICE = InvoiceRecord(
    id=5,
    ref="7k3m9q22",
    number="1042",
    contact_id=1,
    status="issued",
    issue_date=date(2026, 3, 2),
    due_date=date(2026, 4, 1),
    service_address=ADDRESS,
    message="Thank you",
    tax_rate_percent=Decimal("8.25"),
    contact_tax_exempt=False,
    subtotal=Decimal("140.00"),
    discount=Decimal("14.00"),
    taxable_base=Decimal("90.00"),
    tax=Decimal("7.43"),
    total=Decimal("133.43"),
    lines=(
        line(1, "0", "0", "0", kind="heading", service_id=None, name="Front"),
        line(2, "2.00000", "50.00000", "100.00", description="Two storeys"),
        line(3, "1", "40", "40.00", kind="custom", service_id=None, name="Permit", tax_exempt=True),
    ),
)
PAYMENT = PaymentRecord(
    id=9,
    ref="abc23456",
    contact_id=1,
    paid_on=date(2026, 3, 9),
    amount=Decimal("75.00"),
    method=" Check ",
    reference="CH-1001",
    description="Paid at the door",
    allocations=((5, Decimal("50.00")), (6, Decimal("25.00"))),
)


def wire_json(entity: wire.EntityBase) -> dict[str, Any]:
    """What would be sent, as JSON values; numbers as the strings of their digits."""
    shown: dict[str, Any] = json.loads(wire.encode(entity), parse_float=str, parse_int=str)
    return shown


def pushed(kind: Kind, payload: Payload[Any], extra: Mapping[int, Mapping[str, object]] | None = None) -> LinkState:
    """The link after QuickBooks took `payload`; `extra` are sub-fields that somebody added there, by line position."""
    lines: tuple[PushedLine, ...] = ()
    if isinstance(payload.entity, wire.Invoice) and payload.line_keys:
        lines = pushed_lines(answer_to(payload.entity, extra or {}), payload.line_keys)
    return LinkState(
        id=1,
        kind=kind,
        record_id=1,
        entity_id="145",
        sync_token="3",
        owned=payload.owned,
        fingerprint=payload.fingerprint,
        lines=lines,
    )


def answer_to(invoice: wire.Invoice, extra: Mapping[int, Mapping[str, object]]) -> wire.Invoice:
    """What QuickBooks would answer to `invoice`: ids on item lines, a subtotal line of its own before the discount."""
    shown = wire_json(invoice)
    lines = shown["Line"]
    for position, body in enumerate(lines):
        if body["DetailType"] != "DiscountLineDetail":
            body |= {"Id": str(position + 1), "LineNum": position + 1}
        body[body["DetailType"]] = {**body.get(body["DetailType"], {}), **extra.get(position, {})}
        if body["DetailType"] == "DescriptionOnly":
            del body["DescriptionOnly"]
    subtotal = {"Amount": "1.00", "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    is_discount = lines[-1]["DetailType"] == "DiscountLineDetail"
    lines.insert(len(lines) - is_discount, subtotal)
    return wire.decode(wire.encode(shown), wire.Invoice)
