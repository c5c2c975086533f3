"""Request ids: replayed, ignored or refused; lengths, scope, batches (section 3.4)."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_http import FRESH, SAMPLE, Caller, Emulator

from qbo_emulator.gateway import replay


def _caller(mode: str = "replay") -> Caller:
    return Caller(Emulator(options=(("request_ids", mode),)))


def _method(name: str) -> dict[str, str]:
    return {"Name": name}


def _item(b_id: str, name: str) -> dict[str, Any]:
    return {"bId": b_id, "operation": "create", "PaymentMethod": _method(name)}


def _batch(caller: Caller, *items: dict[str, Any], request_id: str = "r1") -> list[dict[str, Any]]:
    answer = caller.post("batch", {"BatchItemRequest": list(items)}, requestid=request_id)
    answers: list[dict[str, Any]] = answer["BatchItemResponse"]
    return answers


def _count(caller: Caller) -> int:
    return len(caller.emulator.world.companies[FRESH].tables["PaymentMethod"])


def test_f3_4_1_a_repeated_request_id_is_answered_as_before_and_writes_nothing() -> None:
    caller = _caller()
    first = caller.post("paymentmethod", _method("Barter"), requestid="r1")
    count = _count(caller)
    assert caller.post("paymentmethod", _method("Barter"), requestid="r1")["PaymentMethod"] == first["PaymentMethod"]
    assert _count(caller) == count
    assert caller.code("paymentmethod", _method("Barter"), requestid="r2") == "6240"


def test_f3_4_2_a_request_id_is_known_in_its_own_company_only() -> None:
    here = _caller()
    there = Caller(here.emulator, SAMPLE)
    first = here.post("customer", {"DisplayName": "Ada"}, requestid="r1")
    second = there.post("customer", {"DisplayName": "Bob"}, requestid="r1")
    assert (first["Customer"]["DisplayName"], second["Customer"]["DisplayName"]) == ("Ada", "Bob")


def test_f3_4_2_the_key_of_a_batch_item_is_request_id_and_b_id() -> None:
    caller = _caller()
    first = _batch(caller, _item("1", "A"), _item("2", "B"))
    again = _batch(caller, _item("2", "B"), _item("3", "C"))
    assert again[0] == first[1]
    assert again[1]["PaymentMethod"]["Name"] == "C"


@pytest.mark.parametrize(
    ("rest", "body", "request_id", "code"),
    [
        ("paymentmethod", _method("A"), "x" * 50, ""),
        ("paymentmethod", _method("A"), "x" * 51, "2130"),
        ("batch", {"BatchItemRequest": [_item("1", "A")]}, "x" * 36, ""),
        ("batch", {"BatchItemRequest": [_item("1", "A")]}, "x" * 37, "2130"),
        ("batch", {"BatchItemRequest": [_item("b" * 10, "A")]}, "x", ""),
        ("batch", {"BatchItemRequest": [_item("b" * 11, "A")]}, "x", "2130"),
        ("batch", {"BatchItemRequest": [_item("b" * 11, "A")]}, "", ""),
    ],
)
def test_f3_4_2_ids_that_are_too_long(rest: str, body: object, request_id: str, code: str) -> None:
    answer = _caller().post(rest, body, requestid=request_id)
    assert answer.get("Fault", {"Error": [{"code": ""}]})["Error"][0]["code"] == code


def test_f3_4_3_the_same_content_sent_again_after_a_lost_answer_is_one_write() -> None:
    caller = _caller()
    lost = caller.send("POST", "customer", {"DisplayName": "Ada"}, requestid="r1").json()["Customer"]["Id"]
    assert caller.post("customer", {"DisplayName": "Ada"}, requestid="r1")["Customer"]["Id"] == lost
    assert caller.get("query", query="select count(*) from Customer")["QueryResponse"]["totalCount"] == 1


def test_f3_4_4_a_uuid_without_dashes_fits_a_single_call_and_a_batch() -> None:
    caller = _caller()
    caller.post("paymentmethod", _method("A"), requestid="0123456789abcdef" * 2)
    assert "PaymentMethod" in _batch(caller, _item("1", "B"), request_id="fedcba9876543210" * 2)[0]


def test_f3_4_5_repeated_request_ids_can_be_refused_with_600() -> None:
    caller = _caller("refuse")
    caller.post("paymentmethod", _method("A"), requestid="r1")
    count = _count(caller)
    assert caller.code("paymentmethod", _method("B"), requestid="r1") == "600"
    _batch(caller, _item("1", "C"), request_id="r2")
    refused, made = _batch(caller, _item("1", "C"), _item("2", "D"), request_id="r2")
    assert refused["Fault"]["Error"][0]["code"] == "600"
    assert made["PaymentMethod"]["Name"] == "D"
    assert _count(caller) == count + 2


def test_f3_4_6_repeated_request_ids_can_be_ignored_so_that_two_payments_are_made() -> None:
    caller = _caller("ignore")
    caller.post("customer", {"DisplayName": "Ada"})
    body = {"CustomerRef": {"value": "1"}, "TotalAmt": 5}
    first = caller.post("payment", body, requestid="r1")
    assert caller.post("payment", body, requestid="r1")["Payment"]["Id"] != first["Payment"]["Id"]
    item = {"bId": "1", "operation": "create", "Payment": body}
    ids = [_batch(caller, item)[0]["Payment"]["Id"] for _ in range(2)]
    assert ids[0] != ids[1]


def test_f3_4_7_an_empty_request_id_is_none() -> None:
    caller = _caller("refuse")
    caller.post("paymentmethod", _method("A"), requestid="")
    assert caller.post("paymentmethod", _method("B"), requestid="")["PaymentMethod"]["Name"] == "B"


def test_f3_4_8_faults_are_replayed_too_whatever_the_body_or_the_app() -> None:
    caller = _caller()
    assert caller.code("customer", {"CompanyName": "x"}, requestid="r1") == "6080"
    caller.emulator.world.oauth.register("other", "secret", ())
    caller.token = caller.emulator.world.oauth.issue_directly("other", FRESH).access_token
    assert caller.code("customer", {"DisplayName": "Ada"}, requestid="r1") == "6080"
    assert "Fault" in _batch(caller, {"bId": "1", "operation": "create", "Customer": {}}, request_id="r2")[0]
    assert "Fault" in _batch(caller, _item("1", "A"), request_id="r2")[0]


def test_f3_4_8_the_oldest_ids_are_forgotten_first() -> None:
    kept = replay.Replay(most=2)
    numbers = iter(range(9))

    def ask(request_id: str) -> object:
        return kept.once("replay", "realm", request_id, "", lambda: {"n": next(numbers)})["n"]

    assert [ask(name) for name in "abcab"] == [0, 1, 2, 3, 4]
    assert ask("b") == 4


def test_a_mode_can_be_changed_while_it_runs() -> None:
    caller = _caller("ignore")
    caller.emulator.call("PATCH", "/_emulator/options", json={"request_ids": "replay"})
    first = caller.post("paymentmethod", _method("A"), requestid="r1")
    assert caller.post("paymentmethod", _method("B"), requestid="r1")["PaymentMethod"] == first["PaymentMethod"]


def test_queries_and_reads_take_no_notice_of_request_ids() -> None:
    caller = _caller("refuse")
    for _ in range(2):
        assert caller.get("query", query="select * from Term", requestid="r1")["QueryResponse"]["Term"]
        found = _batch(caller, {"bId": "q", "Query": "select * from Term"}, request_id="r2")
        assert found[0]["QueryResponse"]["Term"]
