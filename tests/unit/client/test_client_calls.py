"""Building calls: paths, parameters, bodies, the allow-list, and the limits on ids."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from qbo_client import wire
from qbo_client.wire import BatchItem, Call, Lane, Operation

VERSION = ("minorversion", "75")
RID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_create_posts_the_entity_with_its_request_id() -> None:
    call = wire.create(wire.Customer(display_name="Ada"), RID)
    assert call == Call(
        "POST",
        "customer",
        (("requestid", RID), VERSION),
        b'{"DisplayName":"Ada"}',
        "application/json",
        Lane.SINGLE,
    )


def test_create_can_say_that_another_one_has_the_number() -> None:
    call = wire.create(wire.Invoice(doc_number="7"), RID, same_number=True)
    assert call.params == (("include", "allowduplicatedocnum"), ("requestid", RID), VERSION)


def test_update_is_sparse() -> None:
    call = wire.update(wire.Invoice(id="3", sync_token="1", private_note="x"), RID)
    assert (call.path, call.params) == ("invoice", (("requestid", RID), VERSION))
    assert call.body == b'{"Id":"3","SyncToken":"1","sparse":true,"PrivateNote":"x"}'


def test_delete_names_the_version() -> None:
    call = wire.delete(wire.Payment, "44", "0", RID)
    assert (call.path, call.params) == ("payment", (("operation", "delete"), ("requestid", RID), VERSION))
    assert call.body == b'{"Id":"44","SyncToken":"0"}'


def test_void_of_an_invoice_is_its_own_operation() -> None:
    call = wire.void(wire.Invoice, "31", "2", RID)
    assert (call.path, call.params) == ("invoice", (("operation", "void"), ("requestid", RID), VERSION))
    assert call.body == b'{"Id":"31","SyncToken":"2"}'


def test_void_of_a_payment_is_an_update_that_includes_it() -> None:
    call = wire.void(wire.Payment, "45", "0", RID)
    assert call.params == (("operation", "update"), ("include", "void"), ("requestid", RID), VERSION)
    assert call.body == b'{"Id":"45","SyncToken":"0","sparse":true}'


def test_a_batch_holds_writes_deletes_voids_and_queries() -> None:
    items = [
        BatchItem("c1", Operation.CREATE, wire.Customer(display_name="Zeno")),
        BatchItem("i9", Operation.UPDATE, wire.Invoice(id="31", sync_token="2", private_note="x")),
        BatchItem("d4", Operation.DELETE, wire.Payment(id="44", sync_token="0", total_amt=Decimal(5))),
        BatchItem("v5", Operation.VOID, wire.Invoice(id="45", sync_token="0", doc_number="7")),
        BatchItem("q1", query="SELECT * FROM Item"),
    ]
    call = wire.batch(items, RID)
    assert (call.method, call.path, call.lane) == ("POST", "batch", Lane.BATCH)
    assert call.params == (("requestid", RID), VERSION)
    assert call.body == (
        b'{"BatchItemRequest":['
        b'{"bId":"c1","operation":"create","Customer":{"DisplayName":"Zeno"}},'
        b'{"bId":"i9","operation":"update","Invoice":{"Id":"31","SyncToken":"2","sparse":true,"PrivateNote":"x"}},'
        b'{"bId":"d4","operation":"delete","Payment":{"Id":"44","SyncToken":"0"}},'
        b'{"bId":"v5","operation":"update","optionsData":"void","Invoice":{"Id":"45","SyncToken":"0","sparse":true}},'
        b'{"bId":"q1","Query":"SELECT * FROM Item"}]}'
    )


def test_the_same_call_is_the_same_bytes() -> None:
    entity = wire.Item(name="Mow", unit_price=Decimal("45.00"))
    assert wire.create(entity, RID) == wire.create(entity, RID)


def test_reads() -> None:
    assert wire.read(wire.TaxCode, "TAX") == Call("GET", "taxcode/TAX", (VERSION,), b"", "", Lane.READ)
    assert wire.read_preferences().path == "preferences"
    assert wire.read_company_info("9341").path == "companyinfo/9341"


def test_a_short_query_goes_into_the_address_a_long_one_into_the_body() -> None:
    short = wire.query("SELECT * FROM Item")
    assert (short.method, short.params) == ("GET", (("query", "SELECT * FROM Item"), VERSION))
    text = wire.select(wire.Invoice, [("DocNumber", "IN", [f"INV-{n:06}" for n in range(300)])])
    long = wire.query(text)
    assert (long.method, long.params, long.content_type) == ("POST", (VERSION,), "application/text")
    assert long.body == text.encode()
    assert {short.lane, long.lane} == {Lane.READ}


def test_changes_are_asked_for_by_name_and_time() -> None:
    call = wire.cdc(["Invoice", "Payment"], datetime(2026, 11, 1, 9, 0, 0, 5, tzinfo=UTC))
    assert call.params == (("entities", "Invoice,Payment"), ("changedSince", "2026-11-01T09:00:00+00:00"), VERSION)


_ADA = wire.Customer(display_name="Ada")
_KNOWN = wire.Customer(id="1", sync_token="0")
_NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001  # naive on purpose: it must be refused

REFUSED: list[tuple[str, Callable[[], object]]] = [
    ("request id", lambda: wire.create(_ADA, "")),
    ("request id: 1 to 50", lambda: wire.create(_ADA, "x" * 51)),
    ("request id", lambda: wire.create(_ADA, "a b")),
    ("request id of a batch: 1 to 36", lambda: wire.batch([BatchItem("1", query="q")], "x" * 37)),
    ("bid: 1 to 10", lambda: wire.batch([BatchItem("x" * 11, query="q")], RID)),
    ("bid", lambda: wire.batch([BatchItem("", query="q")], RID)),
    ("must differ", lambda: wire.batch([BatchItem("1", query="q"), BatchItem("1", query="q")], RID)),
    ("1 to 30 items, not 0", lambda: wire.batch([], RID)),
    ("1 to 30 items, not 31", lambda: wire.batch([BatchItem(str(n), query="q") for n in range(31)], RID)),
    ("needs an operation", lambda: wire.batch([BatchItem("1")], RID)),
    ("needs an operation", lambda: wire.batch([BatchItem("1", entity=_ADA)], RID)),
    ("needs an operation", lambda: wire.batch([BatchItem("1", Operation.CREATE, query="q")], RID)),
    ("not both", lambda: wire.batch([BatchItem("1", Operation.CREATE, _ADA, "q")], RID)),
    ("no id and no sync token", lambda: wire.create(_KNOWN, RID)),
    ("needs an id and a sync token", lambda: wire.update(_ADA, RID)),
    ("needs an id and a sync token", lambda: wire.update(wire.Customer(id="1"), RID)),
    ("needs an id and a sync token", lambda: wire.delete(wire.Invoice, "", "0", RID)),
    ("delete of Customer is not", lambda: wire.batch([BatchItem("1", Operation.DELETE, _KNOWN)], RID)),
    ("void of Item is not", lambda: wire.batch([BatchItem("1", Operation.VOID, wire.Item(id="1"))], RID)),
    ("create of Vendor is not", lambda: wire.create(wire.Vendor(display_name="V"), RID)),
    ("update of Preferences is not", lambda: wire.update(wire.Preferences(id="1", sync_token="0"), RID)),
    ("id of Customer", lambda: wire.read(wire.Customer, "1/../2")),
    ("id of Customer", lambda: wire.read(wire.Customer, "")),
    ("no change data can be asked of TaxCode", lambda: wire.cdc(["TaxCode"], datetime.now(UTC))),
    ("no change data can be asked of Estimate", lambda: wire.cdc(["Invoice", "Estimate"], datetime.now(UTC))),
    ("no change data can be asked of nothing", lambda: wire.cdc([], datetime.now(UTC))),
    ("time zone", lambda: wire.cdc(["Invoice"], _NAIVE)),
]


@pytest.mark.parametrize(("rule", "build"), REFUSED)
def test_what_quickbooks_would_refuse_is_not_built(rule: str, build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=rule):
        build()
