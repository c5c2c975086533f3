"""Reading answers: success is believed only if it is whole and is what was asked for."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_client import wire
from qbo_client.wire import Deleted, Fault, QueryPage, QueryResult, Reply, Unreadable

FAULT = '{"Error":[{"Message":"m","Detail":"d","code":"610","element":""}],"type":"ValidationFault"}'
INVOICE = '{"Id":"7","SyncToken":"3","TotalAmt":100.00,"Balance":0}'


def reply(body: str | bytes, status: int = 200) -> Reply:
    raw = body.encode() if isinstance(body, str) else body
    return Reply(status, raw, "1-tid", 12, None, "application/json")


def test_an_entity() -> None:
    found = wire.parse_reply(reply(f'{{"Invoice":{INVOICE},"time":"2026-11-02T09:00:00.000-08:00"}}'), wire.Invoice)
    assert found == wire.Invoice(id="7", sync_token="3", total_amt=Decimal("100.00"), balance=Decimal(0))


def test_a_deletion() -> None:
    body = '{"Invoice":{"domain":"QBO","status":"Deleted","Id":"266"},"time":"x"}'
    assert wire.parse_reply(reply(body), wire.Invoice) == Deleted("Invoice", "266")


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("name", ["Fault", "fault"])
def test_a_fault_under_any_status(status: int, name: str) -> None:
    for body in (f'{{"{name}":{FAULT},"time":"x"}}', f'{{"Invoice":null,"{name}":{FAULT}}}'):
        found = wire.parse_reply(reply(body, status), wire.Invoice)
        assert isinstance(found, Fault)
        assert (found.codes, found.status, found.tid) == (("610",), status, "1-tid")


def test_a_fault_in_xml_under_200() -> None:
    found = wire.parse_reply(reply('<Fault type="SERVICE"><Error code="3001"/></Fault>'), wire.Invoice)
    assert isinstance(found, Fault)
    assert found.throttled


def test_the_gateway_skeleton_around_no_fault_is_no_fault() -> None:
    found = wire.parse_reply(reply(f'{{"warnings":null,"fault":null,"Invoice":{INVOICE}}}'), wire.Invoice)
    assert isinstance(found, wire.Invoice)


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "<html>welcome</html>", '{"Payment":{"Id":"7"}}', '{"Invoice":7}', '{"Invoice":null}']
)
def test_success_that_is_not_what_was_asked_for_is_unreadable(body: str) -> None:
    found = wire.parse_reply(reply(body), wire.Invoice)
    assert isinstance(found, Unreadable)
    assert (found.status, found.tid) == (200, "1-tid")


@pytest.mark.parametrize("body", [b'{"Invoice":' + b"[" * 100_000, b'{"Invoice":{"x":' + b'{"y":' * 100_000])
def test_success_that_is_nested_without_end_is_unreadable(body: bytes) -> None:
    for found in (
        wire.parse_reply(reply(body), wire.Invoice),
        wire.parse_query(reply(body), wire.Invoice),
        wire.parse_batch(reply(body)),
        wire.parse_cdc(reply(body)),
    ):
        assert isinstance(found, Unreadable)


@pytest.mark.parametrize("status", [204, 302, 404, 413, 429, 502, 503, 504])
def test_any_other_status_is_a_fault(status: int) -> None:
    found = wire.parse_reply(reply("<html>no</html>", status), wire.Invoice)
    assert isinstance(found, Fault)
    assert found.status == status


@given(st.integers(min_value=0))
def test_a_cut_success_is_never_taken_for_one(cut: int) -> None:
    single = f'{{"Invoice":{INVOICE},"time":"x"}}'
    page = f'{{"QueryResponse":{{"Invoice":[{INVOICE}],"startPosition":1,"maxResults":1}}}}'
    batch = f'{{"BatchItemResponse":[{{"Invoice":{INVOICE},"bId":"1"}}]}}'
    changes = f'{{"CDCResponse":[{{"QueryResponse":[{{"Invoice":[{INVOICE}]}}]}}]}}'
    assert isinstance(wire.parse_reply(reply(single[: cut % len(single)]), wire.Invoice), Unreadable)
    assert isinstance(wire.parse_query(reply(page[: cut % len(page)]), wire.Invoice), Unreadable)
    assert isinstance(wire.parse_batch(reply(batch[: cut % len(batch)])), Unreadable)
    assert isinstance(wire.parse_cdc(reply(changes[: cut % len(changes)])), Unreadable)


def test_a_page() -> None:
    body = '{"QueryResponse":{"Item":[{"Id":"1"},{"Id":"2"}],"startPosition":11,"maxResults":2},"time":"x"}'
    found = wire.parse_query(reply(body), wire.Item)
    assert found == QueryPage((wire.Item(id="1"), wire.Item(id="2")), 11, 2, None)


def test_a_page_past_the_end_and_a_count() -> None:
    assert wire.parse_query(reply('{"QueryResponse":{},"time":"x"}'), wire.Item) == QueryPage(())
    count = wire.parse_query(reply('{"QueryResponse":{"totalCount":41},"time":"x"}'), wire.Item)
    assert count == QueryPage((), total_count=41)


@pytest.mark.parametrize(
    "body",
    [
        '{"QueryResponse":{"Vendor":[{"Id":"1"}],"startPosition":1,"maxResults":1}}',
        '{"QueryResponse":{"Item":{"Id":"1"}}}',
        '{"QueryResponse":[]}',
        "{}",
    ],
)
def test_a_page_of_something_else_is_not_an_empty_page(body: str) -> None:
    assert isinstance(wire.parse_query(reply(body), wire.Item), Unreadable)


def test_a_batch() -> None:
    items = [
        f'{{"Invoice":{INVOICE},"bId":"i"}}',
        f'{{"Fault":{FAULT},"bId":"f"}}',
        '{"Payment":{"domain":"QBO","status":"Deleted","Id":"44"},"bId":"d"}',
        '{"QueryResponse":{"Item":[{"Id":"1"}],"startPosition":1,"maxResults":1},"bId":"q"}',
        '{"QueryResponse":{},"bId":"e"}',
        '{"Invoice":{"Line":7},"bId":"bad"}',
        '{"Estimate":{"Id":"1"},"bId":"odd"}',
        '{"Invoice":{"Id":"1"}}',
    ]
    found = wire.parse_batch(reply('{"BatchItemResponse":[' + ",".join(items) + '],"time":"x"}'))
    assert isinstance(found, dict)
    assert set(found) == {"i", "f", "d", "q", "e", "bad", "odd"}
    assert found["i"] == wire.Invoice(id="7", sync_token="3", total_amt=Decimal("100.00"), balance=Decimal(0))
    fault = found["f"]
    assert isinstance(fault, Fault)
    assert (fault.codes, fault.status) == (("610",), 200)
    assert found["d"] == Deleted("Payment", "44")
    assert found["q"] == QueryResult({"Item": (wire.Item(id="1"),)})
    assert found["e"] == QueryResult({})
    assert isinstance(found["bad"], Unreadable)
    assert isinstance(found["odd"], Unreadable)


def test_a_refused_batch_is_one_fault() -> None:
    found = wire.parse_batch(reply(f'{{"Fault":{FAULT}}}', 400))
    assert isinstance(found, Fault)
    assert isinstance(wire.parse_batch(reply("{}")), Unreadable)


def test_a_bid_answered_twice_is_not_believed() -> None:
    body = '{"BatchItemResponse":[{"Item":{"Id":"1"},"bId":"a"},{"Item":{"Id":"2"},"bId":"a"}]}'
    found = wire.parse_batch(reply(body))
    assert isinstance(found, dict)
    assert isinstance(found["a"], Unreadable)


def test_changes() -> None:
    body = (
        '{"CDCResponse":[{"QueryResponse":[{"Invoice":[{"Id":"7","SyncToken":"3"},{"domain":"QBO","status":"Deleted",'
        '"Id":"9"}],"startPosition":1,"maxResults":2},{},{"Estimate":[{"Id":"4"}]}]}],'
        '"time":"2026-11-03T08:00:00.000-08:00"}'
    )
    found = wire.parse_cdc(reply(body))
    assert isinstance(found, wire.Changes)
    assert found.by_name == {"Invoice": (wire.Invoice(id="7", sync_token="3"), Deleted("Invoice", "9"))}
    assert found.complete
    assert found.time == datetime(2026, 11, 3, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(("count", "complete"), [(999, True), (1000, False)])
def test_a_full_answer_on_changes_is_incomplete(count: int, complete: bool) -> None:
    body = {"CDCResponse": [{"QueryResponse": [{"Item": [{"Id": str(n)} for n in range(count)]}]}]}
    found = wire.parse_cdc(reply(json.dumps(body)))
    assert isinstance(found, wire.Changes)
    assert found.complete is complete
