"""What each fault on demand does to the books and to the answer, driven without a server on a clock of its own.

What connections do on a socket is tested elsewhere.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_gateway import Simulated, code_of, content_of, customers, status_of
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books.error_codes import ERROR_CODES
from qbo_emulator.gateway.fault_rules import SERVER_CUT

ADA = {"DisplayName": "Ada"}


@pytest.fixture
def sim() -> Simulated:
    return Simulated()


def _invoice(sim: Simulated) -> dict[str, Any]:
    """The body of an invoice for a new customer."""
    made = sim.post("customer", {"DisplayName": f"Customer {sim.count('Customer')}"})["Customer"]
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}}
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return {"CustomerRef": {"value": made["Id"]}, "DocNumber": f"N{made['Id']}", "Line": [line]}


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("connection", ["reset", "hang"])
def test_a_dropped_write_is_done_or_not_and_nobody_knows(sim: Simulated, when: str, made: int, connection: str) -> None:
    sim.rule({"kind": "drop", "when": when, "connection": connection}, operation="create")
    before = sim.count("PaymentMethod")
    delivery = sim.send("POST", "paymentmethod", {"Name": "Barter"})
    assert (delivery.answer, delivery.lost) == (None, connection)
    assert sim.count("PaymentMethod") == before + made
    assert delivery.working == (SERVER_CUT if connection == "hang" else 0)
    assert status_of(sim.send("POST", "paymentmethod", {"Name": "Shells"})) == 200


@pytest.mark.parametrize(
    ("when", "item", "made"),
    [("before", None, 0), ("after", None, 3), ("before", 0, 0), ("before", 2, 2), ("after", 0, 1), ("after", 2, 3)],
)
def test_a_batch_can_be_dropped_in_its_middle(sim: Simulated, when: str, item: int | None, made: int) -> None:
    sim.rule({"kind": "drop", "when": when}, operation="batch", item=item)
    assert sim.send("POST", "batch", customers("A", "B", "C")).answer is None
    assert sim.count("Customer") == made


def test_a_batch_that_is_no_valid_one_is_not_begun(sim: Simulated) -> None:
    sim.rule({"kind": "drop", "when": "before"}, item=5)
    sim.rule({"kind": "commit_late", "seconds": 5}, item=20, nth=2)
    for _ in range(2):
        assert sim.send("POST", "batch", customers(*(f"C{n}" for n in range(31)))).lost == "reset"
    sim.clock.advance(10)
    assert sim.count("Customer") == 0


def test_a_dropped_write_is_remembered_by_its_request_id_if_it_was_done(sim: Simulated) -> None:
    sim.rule({"kind": "drop", "when": "after"})
    sim.rule({"kind": "drop", "when": "before"}, nth=3)
    for name, request_id in (("Ada", "r1"), ("Bob", "r2")):
        assert sim.send("POST", "customer", {"DisplayName": name}, requestid=request_id).answer is None
        again = sim.post("customer", {"DisplayName": name}, requestid=request_id)["Customer"]
        assert again["DisplayName"] == name
    assert sim.count("Customer") == 2


@pytest.mark.parametrize("seconds", [1, 40, 120])
def test_a_late_commit_is_done_long_after_the_caller_gave_up(sim: Simulated, seconds: int) -> None:
    sim.rule({"kind": "commit_late", "seconds": seconds}, entity="Customer")
    delivery = sim.send("POST", "customer", ADA)
    assert (delivery.answer, delivery.lost, delivery.working) == (None, "reset", seconds)
    sim.clock.advance(seconds - 0.001)
    assert sim.query("select * from Customer") == {}
    sim.clock.advance(0.001)
    assert sim.query("select * from Customer")["Customer"][0]["DisplayName"] == "Ada"


def test_a_late_commit_carries_the_time_of_its_commit(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 30})
    sim.send("POST", "customer", ADA)
    sim.clock.advance(3_000)
    made = sim.query("select * from Customer")["Customer"][0]["MetaData"]["CreateTime"]
    assert made == "2026-01-20T10:00:30-08:00"
    assert sim.world.clock.now() == sim.clock.now()


def test_late_commits_come_in_the_order_of_their_times(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 20})
    sim.rule({"kind": "commit_late", "seconds": 10}, nth=2)
    for name in ("first", "second"):
        sim.send("POST", "paymentmethod", {"Name": name})
    sim.clock.advance(60)
    sim.world.catch_up()
    rows = sim.world.companies[sim.realm].tables["PaymentMethod"].rows.values()
    assert [row.data["Name"] for row in rows][-2:] == ["second", "first"]


@pytest.mark.parametrize(("mode", "made"), [("replay", 1), ("ignore", 2)])
def test_a_write_sent_again_before_its_late_commit_is_one_write_if_ids_are_replayed(mode: str, made: int) -> None:
    sim = Simulated(options=(("request_ids", mode),))
    body = {**_invoice(sim)}
    del body["DocNumber"]
    sim.rule({"kind": "commit_late", "seconds": 100}, entity="Invoice")
    sim.send("POST", "invoice", body, requestid="r1")
    sim.post("invoice", body, requestid="r1")
    sim.clock.advance(100)
    assert sim.count("Invoice") == made


def test_the_rest_of_a_batch_can_be_committed_late(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 60}, item=1)
    assert sim.send("POST", "batch", customers("A", "B", "C")).answer is None
    assert sim.count("Customer") == 1
    sim.clock.advance(60)
    assert sim.count("Customer") == 3


def test_a_late_commit_that_the_books_refuse_by_then_does_nothing(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 60})
    sim.send("POST", "paymentmethod", {"Name": "Barter"})
    assert "PaymentMethod" in sim.post("paymentmethod", {"Name": "Barter"})
    count = sim.count("PaymentMethod")
    sim.clock.advance(60)
    assert sim.count("PaymentMethod") == count


def test_a_name_that_waits_for_a_late_one_is_no_match(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 60})
    sim.rule({"kind": "drop"}, nth=2)
    sim.send("POST", "customer", ADA)
    assert code_of(sim.send("POST", "customer", {"DisplayName": "Bob"})) == "6000"
    sim.clock.advance(60)
    assert sim.send("POST", "customer", {"DisplayName": "Bob"}).lost == "reset"


def test_a_slow_answer_comes_late_and_is_whole(sim: Simulated) -> None:
    sim.rule({"kind": "slow", "seconds": 45})
    delivery = sim.send("POST", "customer", ADA)
    assert (delivery.seconds, delivery.working, status_of(delivery)) == (45, 45, 200)


def test_f1_1_12_a_call_of_more_than_two_minutes_is_cut_though_it_was_done(sim: Simulated) -> None:
    sim.rule({"kind": "slow", "seconds": 121})
    delivery = sim.send("POST", "customer", ADA)
    assert (delivery.seconds, status_of(delivery)) == (120, 504)
    assert b"<html>" in content_type(delivery)[1]
    assert sim.count("Customer") == 1


def content_type(delivery: Any) -> tuple[str, bytes]:
    return delivery.answer.content_type, delivery.answer.body


def test_an_answer_can_break_in_its_middle(sim: Simulated) -> None:
    sim.rule({"kind": "reset_mid_body"})
    delivery = sim.send("POST", "customer", ADA)
    assert delivery.answer is not None
    assert delivery.lost == "reset"
    assert delivery.sent == len(delivery.answer.body) // 2 > 0
    assert sim.count("Customer") == 1


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("status", [413, 429, 500, 502, 503, 504])
def test_f1_2_7_servers_before_quickbooks_answer_for_it(sim: Simulated, status: int, committed: bool) -> None:
    sim.rule({"kind": "status", "status": status, "committed": committed})
    delivery = sim.send("POST", "customer", ADA)
    assert status_of(delivery) == status
    kind, body = content_type(delivery)
    if status == 500:
        assert code_of(delivery) == "10000"
    elif status == 429:
        assert (kind, b'code="3001"' in body) == ("application/xml", True)
    else:
        assert (kind, str(status).encode() in body) == ("text/html", True)
    assert sim.count("Customer") == committed


@pytest.mark.parametrize("code", sorted(ERROR_CODES))
def test_any_code_can_be_answered_with_its_status_and_text(sim: Simulated, code: str) -> None:
    sim.rule({"kind": "code", "code": code})
    delivery = sim.send("POST", "customer", ADA)
    known = ERROR_CODES[code]
    assert status_of(delivery) == known.status
    if code != "3001":  # in XML
        assert code_of(delivery) == code
    assert sim.count("Customer") == 0
    assert status_of(sim.send("POST", "customer", ADA)) == 200


def test_a_code_can_have_another_detail_and_come_after_the_commit(sim: Simulated) -> None:
    sim.rule({"kind": "code", "code": "6000", "detail": "Business Validation Error: busy", "committed": True})
    error = content_of(sim.send("POST", "customer", ADA))["Fault"]["Error"][0]
    assert (error["code"], error["Detail"]) == ("6000", "Business Validation Error: busy")
    assert sim.count("Customer") == 1


@pytest.mark.parametrize(("committed", "made"), [(False, 2), (True, 3)])
def test_single_items_of_a_batch_can_be_refused(sim: Simulated, committed: bool, made: int) -> None:
    sim.rule({"kind": "code", "code": "6240", "committed": committed}, entity="Customer", nth=2)
    answers = sim.post("batch", customers("A", "B", "C"))["BatchItemResponse"]
    assert [("Fault" in answer, answer["bId"]) for answer in answers] == [(False, "0"), (True, "1"), (False, "2")]
    assert answers[1]["Fault"]["Error"][0]["code"] == "6240"
    assert sim.count("Customer") == made


def test_a_query_in_a_batch_can_be_refused_too(sim: Simulated) -> None:
    sim.rule({"kind": "code", "code": "10000"}, operation="query")
    body = {"BatchItemRequest": [{"bId": "q", "Query": "select * from Term"}]}
    assert "Fault" in sim.post("batch", body)["BatchItemResponse"][0]


def test_a_token_can_expire_in_mid_run(sim: Simulated) -> None:
    sim.rule({"kind": "token_expired"}, nth=2)
    assert status_of(sim.send("POST", "customer", ADA)) == 200
    refused = sim.send("POST", "customer", {"DisplayName": "Bob"})
    assert (status_of(refused), code_of(refused), refused.notes) == (401, "3200", ("fault 1: token_expired",))
    assert status_of(sim.send("GET", "preferences")) == 401
    sim.sign_in()
    assert status_of(sim.send("POST", "customer", {"DisplayName": "Bob"})) == 200


def test_the_customer_can_disconnect_in_mid_run(sim: Simulated) -> None:
    sim.rule({"kind": "disconnect"})
    assert status_of(sim.send("POST", "customer", ADA)) == 401
    assert sim.count("Customer") == 0
    assert sim.world.oauth.grants(sim.realm) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"subscription_active": False}, "6190"), ({"book_close_date": "2026-01-31"}, "6200")],
)
def test_f9_3_52_somebody_can_change_the_company_in_mid_run(
    sim: Simulated, changed: dict[str, object], code: str
) -> None:
    body = _invoice(sim)
    sim.rule({"kind": "company", "settings": changed}, entity="Invoice", operation="create")
    assert code_of(sim.send("POST", "invoice", body)) == code
    assert code_of(sim.send("POST", "invoice", body)) == code
    undo: dict[str, object] = {"subscription_active": True, "book_close_date": None}
    sim.rule({"kind": "company", "settings": undo})
    assert status_of(sim.send("POST", "invoice", body)) == 200


def test_another_app_can_use_the_limits_up_in_mid_run() -> None:
    sim = Simulated(limits="documented")
    sim.rule({"kind": "other_app", "calls": 500})
    assert status_of(sim.send("GET", "preferences")) == 200
    refused = sim.send("GET", "preferences")
    assert (status_of(refused), refused.notes) == (429, ("limit: 500 calls a minute",))
    sim.clock.advance(60)
    assert status_of(sim.send("GET", "preferences")) == 200


def test_the_clock_can_jump(sim: Simulated) -> None:
    sim.rule({"kind": "clock_jump", "seconds": 600})
    made = sim.post("customer", ADA)["Customer"]
    assert made["MetaData"]["CreateTime"] == "2026-01-20T10:10:00-08:00"
    sim.rule({"kind": "clock_jump", "seconds": 3600})
    assert status_of(sim.send("GET", "preferences")) == 401  # the token's hour is over


def test_absurd_answers_say_what_the_books_do_not(sim: Simulated) -> None:
    body = _invoice(sim)
    for what in ("other_id", "other_total", "other_number"):
        sim.rule({"kind": "absurd", "what": what}, entity="Invoice")
    told = sim.post("invoice", body)["Invoice"]
    held = sim.query("select * from Invoice")["Invoice"][0]
    assert told["Id"] != held["Id"]
    assert told["TotalAmt"] == held["TotalAmt"] + Decimal("1.00")
    assert told["DocNumber"] != held["DocNumber"] == body["DocNumber"]


@pytest.mark.parametrize(("what", "b_ids"), [("item_missing", ["0", "2"]), ("item_doubled", ["0", "1", "1", "2"])])
def test_a_batch_answer_can_lack_or_double_an_item(sim: Simulated, what: str, b_ids: list[str]) -> None:
    sim.rule({"kind": "absurd", "what": what}, item=1)
    answers = sim.post("batch", customers("A", "B", "C"))["BatchItemResponse"]
    assert [answer["bId"] for answer in answers] == b_ids
    assert sim.count("Customer") == 3


def test_objects_inside_a_batch_can_be_wrong(sim: Simulated) -> None:
    sim.rule({"kind": "absurd", "what": "other_id"}, item=1)
    ids = [answer["Customer"]["Id"] for answer in sim.post("batch", customers("A", "B"))["BatchItemResponse"]]
    assert ids == ["1", "3"]
    assert sorted(sim.world.companies[sim.realm].tables["Customer"].rows) == ["1", "2"]


def test_a_body_can_end_in_the_middle_as_if_it_were_whole(sim: Simulated) -> None:
    sim.rule({"kind": "absurd", "what": "body_cut"})
    delivery = sim.send("POST", "customer", ADA)
    assert delivery.answer is not None
    assert delivery.lost is None
    assert delivery.answer.body.startswith(b'{"Customer":{')
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        content_of(delivery)


def test_a_body_that_is_wrong_and_cut_is_wrong_first(sim: Simulated) -> None:
    sim.rule({"kind": "absurd", "what": "body_cut"})
    sim.rule({"kind": "absurd", "what": "item_doubled"}, item=0)
    delivery = sim.send("POST", "batch", customers("A"))
    assert delivery.answer is not None
    assert delivery.answer.body.startswith(b'{"BatchItemResponse":[{"Customer":{')
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        content_of(delivery)


def test_absurd_effects_leave_faults_as_they_are(sim: Simulated) -> None:
    sim.rule({"kind": "absurd", "what": "other_id"}, count=None)
    assert code_of(sim.send("POST", "customer", {})) == "6080"


def test_calls_that_are_not_let_in_are_no_matches() -> None:
    sim = Simulated(limits="documented")
    sim.rule({"kind": "drop"}, nth=12)
    for _ in range(10):
        sim.send("GET", "preferences")
    for _ in range(50):
        assert status_of(sim.send("GET", "preferences")) == 429
    sim.token, token = "gone", sim.token
    assert status_of(sim.send("GET", "preferences")) == 401
    sim.token = token
    sim.clock.advance(1)
    assert status_of(sim.send("GET", "preferences")) == 200
    assert sim.send("GET", "preferences").lost == "reset"


def test_effects_add_up(sim: Simulated) -> None:
    sim.rule({"kind": "slow", "seconds": 5})
    sim.rule({"kind": "drop", "when": "after"})
    delivery = sim.send("POST", "customer", ADA)
    assert (delivery.answer, delivery.seconds, delivery.working) == (None, 5, 5)
    assert delivery.notes == ("fault 1: slow 5.0", "fault 2: drop after reset")


def test_a_reset_forgets_what_was_due_and_begins_with_the_rules_of_the_start() -> None:
    sim = Simulated(fault_rate=0.5)
    sim.rule({"kind": "commit_late", "seconds": 5})
    sim.world.reset()
    assert [rule["probability"] for rule in sim.world.faults.shown()] == [0.5]
    assert sim.world.later.next_due() is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_whatever_goes_wrong_the_books_stay_whole_and_the_same_seed_replays_it(seed: int) -> None:
    def day() -> tuple[list[object], list[str]]:
        sim = Simulated(fault_seed=seed, fault_rate=0.4, latency="documented")
        seen: list[object] = []
        for n in range(30):
            name = {"DisplayName": f"C{n}"}
            delivery = sim.send("POST", "customer", name) if n % 3 else sim.send("POST", "batch", customers(f"B{n}"))
            status = delivery.answer.status if delivery.answer else 0
            seen.append((status, delivery.lost, delivery.seconds, delivery.notes))
            sim.clock.advance(7)
            if status == 401:
                sim.sign_in()
        sim.clock.advance(200)
        sim.world.catch_up()
        return seen, [
            row.data["DisplayName"] for row in sim.world.companies[sim.realm].tables["Customer"].rows.values()
        ]

    first = day()
    assert first == day()
    names = first[1]
    assert len(names) == len(set(names))


def test_what_is_done_late_counts_as_activity(sim: Simulated) -> None:
    sim.rule({"kind": "commit_late", "seconds": 5})
    sim.send("POST", "customer", ADA)
    before = sim.world.activity
    sim.world.catch_up()
    assert sim.world.activity == before
    sim.clock.advance(5)
    sim.world.catch_up()
    assert sim.world.activity == before + 1


_WHATS = ("other_id", "other_total", "other_number", "item_missing", "item_doubled", "body_cut")
_EVERY_KIND: list[dict[str, Any]] = [
    *({"kind": "drop", "when": when, "connection": how} for when in ("before", "after") for how in ("reset", "hang")),
    {"kind": "commit_late", "seconds": 3},
    {"kind": "lag", "seconds": 3, "reads": True},
    {"kind": "slow", "seconds": 130},
    {"kind": "reset_mid_body"},
    *({"kind": "status", "status": status, "committed": True} for status in (413, 429, 500, 504)),
    *({"kind": "code", "code": code, "committed": True} for code in ("3001", "3100", "610", "10000")),
    *({"kind": "absurd", "what": what} for what in _WHATS),
    {"kind": "token_expired"},
    {"kind": "disconnect"},
    {"kind": "company", "settings": {"using_sales_tax": False}},
    {"kind": "other_app", "calls": 499},
    {"kind": "clock_jump", "seconds": 30},
]
_EVERY_CALL: list[tuple[str, str, object, dict[str, str]]] = [
    ("GET", "taxcode/TAX", None, {}),
    ("GET", "preferences", None, {}),
    ("GET", "customer/1", None, {}),
    ("GET", "query", None, {"query": "select * from Customer"}),
    ("GET", "query", None, {"query": "nonsense"}),
    ("GET", "cdc", None, {"entities": "Customer,Invoice", "changedSince": "2026-01-20"}),
    ("POST", "customer", ADA, {"requestid": "r1"}),
    ("POST", "customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"}, {}),
    ("POST", "payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 5}, {}),
    ("POST", "payment", {"Id": "1", "SyncToken": "0"}, {"operation": "delete"}),
    ("POST", "batch", customers("B", "C"), {"requestid": "r2"}),
    ("POST", "batch", {"BatchItemRequest": [{"Query": "select * from Term"}, {"operation": "send"}]}, {}),
    ("POST", "batch", {"BatchItemRequest": 5}, {}),
    ("POST", "nowhere", {}, {}),
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_EVERY_KIND), st.sampled_from([None, 0, 1])), min_size=1, max_size=4),
    st.lists(st.sampled_from(_EVERY_CALL), max_size=12),
)
def test_every_fault_at_every_call_is_delivered_somehow(
    effects: list[tuple[dict[str, Any], int | None]], calls: list[tuple[str, str, object, dict[str, str]]]
) -> None:
    sim = Simulated(limits="documented")
    for effect, item in effects:
        sim.rule(effect, item=item, count=None, probability=0.5)
    for method, rest, body, params in calls:
        delivery = sim.send(method, rest, body, **params)
        assert delivery.answer is not None or delivery.lost is not None
        assert 0 <= delivery.seconds <= SERVER_CUT >= delivery.working
        sim.clock.advance(0.5)
        sim.sign_in()
    assert all(rule["injections"] <= rule["matches"] for rule in sim.world.faults.shown())
