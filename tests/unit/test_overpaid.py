"""Whether QuickBooks applied less of a payment because of our own write to its invoice."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bluepro.quickbooks.overpaid import Writes, is_by_our_invoice
from qbo_client import wire

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
FIVE = {"Amount": "5.00", "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}
THREE = {"Amount": "3.00", "LinkedTxn": [{"TxnId": "2", "TxnType": "Invoice"}]}
OWNED, BOTH = {"Line": [FIVE]}, {"Line": [FIVE, THREE]}
SECOND = timedelta(seconds=1)


def paid(token: str, at: datetime | None, **amounts: str) -> wire.Payment:
    """A payment as it is there, by invoice (`i1` is the one with the id 1)."""
    lines = tuple(
        wire.PaymentLine(amount=Decimal(amount), linked_txn=(wire.LinkedTxn(txn_id=invoice[1:], txn_type="Invoice"),))
        for invoice, amount in amounts.items()
    )
    meta = wire.MetaData(last_updated_time=at) if at else wire.UNSET
    return wire.Payment(id="7", sync_token=token, meta_data=meta, line=lines)


@pytest.mark.parametrize(
    ("entity", "owned", "writes", "ours"),
    [
        (paid("4", AT, i1="2"), OWNED, {"1": [AT]}, True),
        (paid("4", AT), OWNED, {"1": [AT]}, True),
        (paid("4", AT, i1="2"), OWNED, {"1": [AT - 60 * SECOND, AT + 2 * SECOND]}, True),
        (paid("4", AT, i1="2"), OWNED, {"1": [AT + 3 * SECOND]}, False),
        (paid("4", AT, i1="2"), OWNED, {"1": [None]}, False),
        (paid("4", AT, i1="2"), OWNED, {}, False),
        (paid("4", None, i1="2"), OWNED, {"1": [AT]}, False),
        (paid("5", AT, i1="2"), OWNED, {"1": [AT]}, False),
        (paid("x", AT, i1="2"), OWNED, {"1": [AT]}, False),
        (paid("4", AT, i1="6"), OWNED, {"1": [AT]}, False),
        (paid("4", AT, i1="2", i2="3"), OWNED, {"1": [AT]}, False),
        (paid("4", AT, i1="2", i2="3"), BOTH, {"1": [AT]}, True),
        (paid("4", AT, i1="5", i2="1"), BOTH, {"1": [AT]}, False),
        (paid("4", AT, i1="2", i2="1"), BOTH, {"1": [AT], "2": [AT]}, True),
    ],
    ids=[
        "at that moment",
        "all of it",
        "within two seconds of one of several writes",
        "three seconds off",
        "the outcome of the write is open",
        "nothing was written",
        "nobody says when",
        "two changes lie between",
        "no token that counts",
        "more is applied, not less",
        "another invoice is paid too",
        "one of two invoices",
        "the other of two invoices",
        "both invoices",
    ],
)
def test_by_our_invoice(entity: wire.Payment, owned: Mapping[str, object], writes: Writes, ours: bool) -> None:
    assert is_by_our_invoice(["Line"], entity, owned, "3", writes) is ours


def test_what_differs_besides_is_somebodys_doing() -> None:
    assert not is_by_our_invoice(["Line", "TxnDate"], paid("4", AT, i1="2"), OWNED, "3", {"1": [AT]})
