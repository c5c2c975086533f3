"""Every operation of the API over HTTP, as the reference's table of operations has them (3.2), and SyncTokens (3.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulator_http import Caller, Emulator

_LINE = {"DetailType": "SalesItemLineDetail", "Amount": 10, "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}


@pytest.fixture
def caller() -> Caller:
    """Signed in, with customer 1."""
    made = Caller(Emulator())
    made.post("customer", {"DisplayName": "Ada"})
    return made


def _form(caller: Caller, entity: str, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"CustomerRef": {"value": "1"}, "Line": [_LINE]}
    if entity == "RefundReceipt":
        body["DepositToAccountRef"] = {"value": "10"}
    if entity == "Payment":
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": 10}
    made: dict[str, Any] = caller.post(entity.lower(), {**body, **fields})[entity]
    return made


def test_f3_2_1_a_create_is_a_post_without_an_id_and_answered_200(caller: Caller) -> None:
    answer = caller.send("POST", "invoice", {"CustomerRef": {"value": "1"}, "Line": [_LINE]})
    assert answer.status_code == 200
    assert answer.json()["Invoice"]["SyncToken"] == "0"


def test_f3_2_2_a_read_answers_the_object_under_its_name_and_the_time(caller: Caller) -> None:
    made = _form(caller, "Invoice")
    answer = caller.get(f"invoice/{made['Id']}")
    assert answer["Invoice"] == made
    assert set(answer) == {"Invoice", "time"}


def test_f3_2_18_what_a_write_answers_is_what_a_read_would(caller: Caller) -> None:
    made = _form(caller, "CreditMemo")
    changed = caller.post("creditmemo", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "n"})
    assert changed["CreditMemo"] == caller.get(f"creditmemo/{made['Id']}")["CreditMemo"]


@pytest.mark.parametrize(
    ("entity", "body"),
    [
        ("Customer", {"DisplayName": "Grace"}),
        ("Item", {"Name": "Glass", "IncomeAccountRef": {"value": "1"}}),
        ("Account", {"Name": "Till", "AccountType": "Bank"}),
        ("PaymentMethod", {"Name": "Barter"}),
        ("Term", {"Name": "Net 7", "DueDays": 7}),
    ],
)
def test_f3_2_6_lists_are_deactivated_by_a_sparse_update_and_never_deleted(
    caller: Caller, entity: str, body: dict[str, Any]
) -> None:
    made = caller.post(entity.lower(), body)[entity]
    change = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert caller.code(entity.lower(), change, operation="delete") == "500"
    assert caller.post(entity.lower(), change)[entity]["Active"] is False
    assert caller.get(f"{entity.lower()}/{made['Id']}")[entity]["SyncToken"] == "1"


def test_f3_2_7_an_invoice_is_voided_by_id_and_token(caller: Caller) -> None:
    made = _form(caller, "Invoice", DocNumber="V1")
    voided = caller.post("invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")["Invoice"]
    assert (voided["TotalAmt"], voided["DocNumber"], voided["PrivateNote"]) == (0, "V1", "Voided")


@pytest.mark.parametrize("entity", ["Payment", "SalesReceipt"])
@pytest.mark.parametrize(
    "how", [{"operation": "update", "include": "void"}, {"include": "void"}, {"operation": "void"}]
)
def test_f3_2_8_payments_and_sales_receipts_are_voided_in_three_ways(
    caller: Caller, entity: str, how: dict[str, str]
) -> None:
    made = _form(caller, entity)
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    voided = caller.post(entity.lower(), body, **how)[entity]
    assert (voided["TotalAmt"], voided["PrivateNote"], voided["SyncToken"]) == (0, "Voided", "1")


@pytest.mark.parametrize("entity", ["Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt"])
def test_f3_2_13_transactions_take_sparse_updates(caller: Caller, entity: str) -> None:
    made = _form(caller, entity, TxnDate="2026-01-03")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "only this"}
    changed = caller.post(entity.lower(), body)[entity]
    moving = ("SyncToken", "MetaData", "PrivateNote")
    assert {k: v for k, v in changed.items() if k not in moving} == {k: v for k, v in made.items() if k not in moving}
    assert changed["PrivateNote"] == "only this"


def test_f3_2_13_customers_and_items_take_sparse_updates_too(caller: Caller) -> None:
    changed = caller.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "n"})["Customer"]
    assert (changed["DisplayName"], changed["Notes"]) == ("Ada", "n")
    changed = caller.post("item", {"Id": "1", "SyncToken": "0", "sparse": True, "Description": "d"})["Item"]
    assert (changed["Name"], changed["Description"]) == ("Services", "d")


def test_f3_3_3_deletes_and_voids_check_the_token(caller: Caller) -> None:
    for entity in ("Invoice", "Payment", "SalesReceipt", "CreditMemo", "RefundReceipt"):
        made = _form(caller, entity)
        stale = {"Id": made["Id"], "SyncToken": "7"}
        assert caller.code(entity.lower(), stale, operation="delete") == "5010"
    assert caller.code("invoice", {"Id": "1", "SyncToken": "7"}, operation="void") == "5010"


def test_f3_3_4_reading_again_and_sending_only_what_is_ours_keeps_the_others_change(caller: Caller) -> None:
    made = _form(caller, "Invoice")
    path = f"invoice/{made['Id']}"
    caller.post("invoice", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "theirs"})
    ours = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DocNumber": "OURS"}
    assert caller.code("invoice", ours) == "5010"
    token = caller.get(path)["Invoice"]["SyncToken"]
    merged = caller.post("invoice", {**ours, "SyncToken": token})["Invoice"]
    assert (merged["PrivateNote"], merged["DocNumber"], merged["SyncToken"]) == ("theirs", "OURS", "2")


@pytest.mark.parametrize("entity", ["CreditMemo", "SalesReceipt", "RefundReceipt"])
def test_a_batch_creates_changes_voids_and_deletes_every_form(caller: Caller, entity: str) -> None:
    body: dict[str, Any] = {"CustomerRef": {"value": "1"}, "Line": [_LINE], "DocNumber": "B1"}
    if entity == "RefundReceipt":
        body["DepositToAccountRef"] = {"value": "10"}
    items = [
        {"bId": "a", "operation": "create", entity: body},
        {"bId": "b", "operation": "create", entity: body},
        {"bId": "c", "operation": "create", "optionsData": "allowduplicatedocnum", entity: body},
        {"bId": "d", "operation": "update", entity: {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "n"}},
        {"bId": "e", "operation": "update", "optionsData": "void", entity: {"Id": "1", "SyncToken": "1"}},
        {"bId": "f", "operation": "delete", entity: {"Id": "2", "SyncToken": "0"}},
        {"bId": "g", "Query": f"select * from {entity}"},
    ]
    answers = caller.post("batch", {"BatchItemRequest": items})["BatchItemResponse"]
    assert [answer["bId"] for answer in answers] == list("abcdefg")
    assert answers[0][entity]["Id"] == "1"
    assert answers[1]["Fault"]["Error"][0]["code"] == "6140"
    assert answers[3][entity]["PrivateNote"] == "n"
    voided = entity == "SalesReceipt"
    assert ("Fault" not in answers[4]) is voided
    assert answers[5][entity]["status"] == "Deleted"
    assert [one["Id"] for one in answers[6]["QueryResponse"][entity]] == ["1"]


def test_amounts_are_exact_numbers_on_the_wire(caller: Caller) -> None:
    line = {**_LINE, "Amount": 0.1 + 0.2}
    shown = caller.send("POST", "creditmemo", {"CustomerRef": {"value": "1"}, "Line": [line]})
    assert '"TotalAmt":0.30' in shown.text
    assert json.loads(shown.text)["CreditMemo"]["RemainingCredit"] == 0.3
