"""What the tests of the pure deciders stand on: carried writes, items, and answers as QuickBooks writes them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bluepro.quickbooks.judge import Patience
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate.outcome import Expected
from bluepro.quickbooks.work import Carried, Item
from qbo_client import wire

COMMITTED = datetime(2026, 3, 9, 12, tzinfo=UTC)
PATIENCE = Patience(135)
UNKNOWN_AT = 145.0  # 10 s in which a committed request may still leave, then what QuickBooks can be working on it
REQUEST = UUID(int=1)

CUSTOMER = Carried(
    kind=Kind.CONTACT,
    record_id=1,
    operation=wire.Operation.CREATE,
    revision=3,
    link_id=11,
    generation=1,
    label="Ada",
    name="Ada",
    wanted="Ada",
    owned={"DisplayName": "Ada"},
)
SERVICE = replace(
    CUSTOMER, kind=Kind.SERVICE, label="Wash", name="Wash", wanted="Wash", owned={"Name": "Wash"}, accounts=("79",)
)
INVOICE = Carried(
    kind=Kind.INVOICE,
    record_id=5,
    operation=wire.Operation.CREATE,
    revision=7,
    link_id=15,
    generation=1,
    label="Invoice 1042",
    ref="7k3m9q22",
    customer="58",
    day="2026-03-02",
    number="1042",
    amount=Decimal("10.00"),
    owned={
        "CustomerRef": {"value": "58"},
        "DocNumber": "1042",
        "TxnDate": "2026-03-02",
        "Line": [{"Key": "1", "SalesItemLineDetail": {"ItemRef": {"value": "19"}}}],
    },
    accounts=("86",),
    expected=Expected(total=Decimal("10.00")),
)
PAYMENT = Carried(
    kind=Kind.PAYMENT,
    record_id=9,
    operation=wire.Operation.CREATE,
    revision=2,
    link_id=19,
    generation=1,
    label="Payment of 10.00 on 2026-03-09",
    ref="abc23456",
    customer="58",
    day="2026-03-09",
    amount=Decimal("10.00"),
    owned={
        "CustomerRef": {"value": "58"},
        "TotalAmt": "10.00",
        "Line": [{"Amount": "10.00", "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]}],
    },
    accounts=("4",),
)
INVOICE_NOTE = "BluePro invoice 1042 (ref 7k3m9q22-1)"
PAYMENT_NOTE = "Paid at the door\nBluePro payment (ref abc23456-1)"


def changed(carried: Carried, operation: wire.Operation, **fields: Any) -> Carried:  # Any: fields of several types
    """The same record once it is pushed, under id 145 with sync token 3."""
    known: dict[str, Any] = {"operation": operation, "entity_id": "145", "sync_token": "3", "previous": carried.owned}
    if operation is wire.Operation.VOID:
        known["expected"] = Expected(total=Decimal(0))
    return replace(carried, **(known | fields))


def item(carried: Carried, code: str = "", bid: str = "", **fields: Any) -> Item:  # Any: fields of several types
    """An item that was committed; a single unless it has a bid."""
    known: dict[str, Any] = {"item_id": 1, "committed_at": COMMITTED, "single": not bid, "request_id": REQUEST}
    return Item(bid, carried, code=code, **(known | fields))


def items(*carried: Carried) -> list[Item]:
    """The items of a batch, b0, b1, ..."""
    return [item(one, bid=f"b{position}") for position, one in enumerate(carried)]


def reply(body: object, status: int = 200) -> wire.Reply:
    """An answer; text goes out as it is, anything else as JSON."""
    shown = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return wire.Reply(status, shown, "tid-1", 5, None, "application/json")


def fault(code: str, detail: str = "Detail", **more: str) -> dict[str, Any]:  # Any: JSON
    """A refusal in QuickBooks' envelope."""
    error = {"Message": "Message", "Detail": detail, "code": code, "element": "", **more}
    return {"Fault": {"Error": [error], "type": "ValidationFault"}}


def batch(**answers: dict[str, Any]) -> wire.Reply:  # Any: JSON
    """The answer to a batch, by bid."""
    return reply({"BatchItemResponse": [{**answer, "bId": bid} for bid, answer in answers.items()]})


def query(name: str = "", *rows: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """The answer to one query of a batch."""
    return {"QueryResponse": {name: list(rows), "startPosition": 1, "maxResults": len(rows)} if rows else {}}


def customer(id: str = "70", name: str = "Ada", **fields: Any) -> dict[str, Any]:  # Any: JSON
    """A customer as answered, made just after our send."""
    made = {"CreateTime": "2026-03-09T12:00:01+00:00"}
    return {"Id": id, "SyncToken": "0", "DisplayName": name, "Active": True, "MetaData": made, **fields}


def invoice(id: str = "145", total: str = "10.00", note: str = INVOICE_NOTE, **fields: Any) -> dict[str, Any]:
    """An invoice as answered."""
    shown = {"Id": id, "SyncToken": "0", "DocNumber": "1042", "TotalAmt": float(total), "PrivateNote": note}
    return {**shown, "CustomerRef": {"value": "58"}, "TxnDate": "2026-03-02", **fields}


def payment(id: str = "145", note: str = PAYMENT_NOTE, **fields: Any) -> dict[str, Any]:  # Any: JSON
    """A payment as answered."""
    return {"Id": id, "SyncToken": "0", "TotalAmt": 10.00, "PrivateNote": note, **fields}
