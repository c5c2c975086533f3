"""What apps are told of, and how it looks: entities and operations, both formats, the signature (section 6).

When it is sent and what happens on failure is in test_emulator_webhook_queue.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, ref, sales_line, sparse, void, write
from emulator_http import FRESH, ID, SAMPLE, Caller, Emulator
from emulator_webhooks import ENDPOINT, Told

from qbo_emulator.books.company import DEFINITIONS, Company, Written
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.webhooks.events import OPERATIONS


def _line(amount: int = 10) -> dict[str, Any]:
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}


def test_nothing_is_told_unless_an_endpoint_is_set() -> None:
    caller = Caller(Emulator())
    caller.post("customer", {"DisplayName": "Ada"})
    assert not caller.emulator.world.webhooks.pending()
    assert caller.emulator.call("GET", "/_emulator/notifications").json() == []


def test_f6_13_creates_updates_voids_and_deletes_are_told_with_what_they_move() -> None:
    told = Told()
    ada = told.caller.post("customer", {"DisplayName": "Ada"})["Customer"]["Id"]
    told.caller.post("customer", {"Id": ada, "SyncToken": "0", "sparse": True, "Notes": "x"})
    assert told.events() == [("qbo.customer.created.v1", ada), ("qbo.customer.updated.v1", ada)]
    invoice = told.caller.post("invoice", {"CustomerRef": {"value": ada}, "Line": [_line()]})["Invoice"]["Id"]
    link = [{"Amount": 4, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}]
    paid = told.caller.post("payment", {"CustomerRef": {"value": ada}, "TotalAmt": 4, "Line": link})["Payment"]["Id"]
    assert told.events() == [
        ("qbo.invoice.created.v1", invoice),
        ("qbo.payment.created.v1", paid),
        ("qbo.invoice.updated.v1", invoice),
    ]
    told.caller.post("payment", {"Id": paid, "SyncToken": "0"}, operation="delete")
    token = told.caller.get(f"invoice/{invoice}")["Invoice"]["SyncToken"]
    told.caller.post("invoice", {"Id": invoice, "SyncToken": token}, operation="void")
    assert told.events() == [
        ("qbo.payment.deleted.v1", paid),
        ("qbo.invoice.updated.v1", invoice),
        ("qbo.invoice.voided.v1", invoice),
    ]


def test_f6_13_the_table_of_operations_speaks_of_entities_that_there_are() -> None:
    assert set(OPERATIONS) - set(DEFINITIONS) <= {"Preferences", "Class", "Department"}
    assert OPERATIONS["Preferences"] == {"Update"}
    assert "Merge" in OPERATIONS["Customer"]
    assert "Void" in OPERATIONS["Invoice"]
    assert "Void" not in OPERATIONS["Item"]


def test_f6_13_an_entity_without_webhooks_is_not_told() -> None:
    told = Told()
    agency = told.caller.get("query", query="select * from TaxAgency")["QueryResponse"]["TaxAgency"][0]["Id"]
    rate = {"TaxRateName": "r", "RateValue": "5", "TaxAgencyId": agency, "TaxApplicableOn": "Sales"}
    assert "TaxCodeId" in told.caller.post("taxservice/taxcode", {"TaxCode": "New", "TaxRateDetails": [rate]})
    assert [kind for kind, _ in told.events() if kind.startswith(("qbo.taxcode", "qbo.taxrate"))] == []


def test_f6_13_changed_settings_are_an_update_of_preferences() -> None:
    told = Told()
    address = f"/_emulator/companies/{FRESH}"
    told.emulator.call("PATCH", address, json={"name": "Another name"})
    assert told.events() == []
    told.emulator.call("PATCH", address, json={"custom_txn_numbers": False})
    assert told.events() == [("qbo.preferences.updated.v1", "1")]


@pytest.mark.parametrize(("option", "verb"), [("delete", "deleted"), ("update", "updated")])
def test_f6_13_going_inactive_is_told_as_deleted_unless_chosen_otherwise(option: str, verb: str) -> None:
    told = Told(Emulator(options=(("webhook_deactivation", option),)))
    ada = told.caller.post("customer", {"DisplayName": "Ada"})["Customer"]["Id"]
    told.rounds()
    told.caller.post("customer", {"Id": ada, "SyncToken": "0", "sparse": True, "Active": False})
    told.caller.post("customer", {"Id": ada, "SyncToken": "1", "sparse": True, "Active": True})
    assert told.events() == [(f"qbo.customer.{verb}.v1", ada), ("qbo.customer.updated.v1", ada)]


def _deactivated(company: Company, entity: str) -> None:
    stored = write(company, entity, Name="New", **({"DueDays": 3} if entity == "Term" else {}))
    sparse(company, entity, stored, Active=False)


@pytest.mark.parametrize("entity", ["Term", "PaymentMethod"])
def test_f6_13_where_deletion_is_not_told_it_is_an_update(entity: str) -> None:
    told = Told()
    _deactivated(told.emulator.world.companies[FRESH], entity)
    assert [kind.split(".")[2] for kind, _ in told.events()] == ["created", "updated"]


def test_f6_4_cloud_events_as_documented() -> None:
    told = Told()
    told.emulator.clock.advance(0.25)
    told.caller.post("customer", {"DisplayName": "Ada"})
    (body,) = told.rounds()
    (event,) = body
    assert event.pop("id").count("-") == 4
    assert event.pop("source").startswith("intuit.")
    assert event == {
        "specversion": "1.0",
        "type": "qbo.customer.created.v1",
        "datacontenttype": "application/json",
        "time": "2026-01-20T18:00:00.250000000Z",
        "intuitentityid": "1",
        "intuitaccountid": FRESH,
        "data": {},
    }


def test_f6_3_the_older_format_as_documented() -> None:
    told = Told(format="legacy")
    told.caller.post("customer", {"DisplayName": "Ada"})
    (body,) = told.rounds()
    entity = {"name": "Customer", "id": "1", "operation": "Create", "lastUpdated": "2026-01-20T18:00:00.000Z"}
    assert body == {"eventNotifications": [{"realmId": FRESH, "dataChangeEvent": {"entities": [entity]}}]}


def test_f6_2_the_signature_and_the_other_headers() -> None:
    told = Told()
    told.caller.post("customer", {"DisplayName": "Ada"})
    told.round()
    (sent,) = told.endpoint.received
    expected = base64.b64encode(hmac.new(b"s3cret", sent.body, hashlib.sha256).digest()).decode()
    assert sent.headers["intuit-signature"] == expected
    assert sent.headers["intuit-created-time"] == "2026-01-20T10:00:00-0800"
    assert sent.headers["intuit-t-id"]
    assert sent.headers["intuit-notification-schema-version"] == "0.1"


@pytest.mark.parametrize("form", ["cloudevents", "legacy"])
def test_f6_5_the_rule_of_the_signature_is_the_same_in_both_formats(form: str) -> None:
    told = Told(format=form)
    told.caller.post("customer", {"DisplayName": "Zoë"})
    told.round()
    (sent,) = told.endpoint.received
    expected = base64.b64encode(hmac.new(b"s3cret", sent.body, hashlib.sha256).digest()).decode()
    assert sent.headers["intuit-signature"] == expected


def test_f6_5_cloud_events_are_the_norm() -> None:
    assert Told().subscribe()["format"] == "cloudevents"


@pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents+json"])
def test_f6_6_the_content_type_can_be_either(content_type: str) -> None:
    told = Told(content_type=content_type)
    told.caller.post("customer", {"DisplayName": "Ada"})
    told.round()
    assert told.endpoint.received[0].headers["Content-Type"] == content_type


def _in_two_realms(**subscription: Any) -> list[Any]:
    told = Told(**subscription)
    other = Caller(told.emulator, SAMPLE)
    for caller in (told.caller, other, told.caller):
        caller.post("customer", {"DisplayName": f"Ada {caller.realm} {told.emulator.world.ids.hex(8)}"})
    return told.rounds()


def test_f6_7_a_notification_is_about_one_company() -> None:
    bodies = _in_two_realms()
    assert [[event["intuitaccountid"] for event in body] for body in bodies] == [[FRESH, FRESH], [SAMPLE]]


def test_f6_7_a_notification_may_mix_companies() -> None:
    (body,) = _in_two_realms(realms="mixed")
    assert [event["intuitaccountid"] for event in body] == [FRESH, SAMPLE, FRESH]
    (older,) = _in_two_realms(realms="mixed", format="legacy")
    assert [one["realmId"] for one in older["eventNotifications"]] == [FRESH, SAMPLE]


def test_f6_1_every_connected_company_is_covered_and_no_other() -> None:
    told = Told()
    told.emulator.world.companies[SAMPLE].next_id("Customer")
    write(told.emulator.world.companies[SAMPLE], "Customer", DisplayName="Not connected")
    assert told.rounds() == []
    Caller(told.emulator, SAMPLE)
    write(told.emulator.world.companies[SAMPLE], "Customer", DisplayName="Connected")
    assert len(told.rounds()) == 1
    told.emulator.call("POST", f"/_emulator/companies/{SAMPLE}/disconnect")
    write(told.emulator.world.companies[SAMPLE], "Customer", DisplayName="Gone")
    assert told.rounds() == []


def test_f6_1_each_app_has_an_endpoint_and_a_verifier_token_of_its_own() -> None:
    told = Told()
    other = told.emulator.call("POST", "/_emulator/apps", json={"client_id": "other"}).json()["client_id"]
    held = told.subscribe(other, endpoint=ENDPOINT + "/other", verifier_token="")
    assert held["verifier_token"]
    told.emulator.call("POST", "/_emulator/tokens", json={"realm_id": FRESH, "client_id": other})
    told.caller.post("customer", {"DisplayName": "Ada"})
    told.rounds()
    urls = [one.url for one in told.endpoint.received]
    assert urls == [ENDPOINT, ENDPOINT + "/other"]
    assert len({one.headers["intuit-signature"] for one in told.endpoint.received}) == 2
    again = told.subscribe(other, verifier_token="")
    assert again["verifier_token"] == held["verifier_token"]


def test_an_app_hears_of_the_entities_that_it_chose() -> None:
    told = Told(entities=["Invoice"])
    ada = told.caller.post("customer", {"DisplayName": "Ada"})["Customer"]["Id"]
    invoice = told.caller.post("invoice", {"CustomerRef": {"value": ada}, "Line": [_line()]})["Invoice"]["Id"]
    assert told.events() == [("qbo.invoice.created.v1", invoice)]


def test_f6_1_the_portals_button_sends_a_test_event() -> None:
    told = Told()
    answer = told.emulator.call("POST", f"/_emulator/webhooks/{ID}/test", json={"entity": "Invoice", "id": "77"})
    assert answer.status_code == 202
    assert told.events() == [("qbo.invoice.created.v1", "77")]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("PUT", f"webhooks/{ID}", {}, 400, "endpoint"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "ftp://127.0.0.1/x"}, 400, "endpoint"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "http://127.0.0.1/a b"}, 400, "endpoint"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "http://127.0.0.1/\r\nX: y"}, 400, "endpoint"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "http://me@127.0.0.1/"}, 400, "endpoint"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "http://127.0.0.1:99999/"}, 400, "Bad input"),
        ("PUT", f"webhooks/{ID}", {"endpoint": "https://example.com/"}, 400, "webhooks_anywhere"),
        ("PUT", f"webhooks/{ID}", {"endpoint": ENDPOINT, "entities": ["Bill"]}, 400, "Bill"),
        ("PUT", f"webhooks/{ID}", {"endpoint": ENDPOINT, "format": "xml"}, 400, "format"),
        ("PUT", f"webhooks/{ID}", {"endpoint": ENDPOINT, "copies": 3}, 400, "copies"),
        ("PUT", "webhooks/nobody", {"endpoint": ENDPOINT}, 404, "app"),
        ("DELETE", "webhooks/nobody", None, 404, "subscription"),
        ("POST", "webhooks/nobody/test", {}, 404, "subscription"),
        ("POST", f"webhooks/{ID}/test", {"entity": "Item", "operation": "Void"}, 400, "Void"),
        ("POST", "notifications/99/repeat", None, 404, "notification"),
    ],
)
def test_bad_input_is_named(method: str, path: str, body: object, status: int, word: str) -> None:
    options = {} if body is None else {"json": body}
    answer = Emulator().call(method, f"/_emulator/{path}", **options)
    assert answer.status_code == status
    assert word in answer.json()["error"]


def test_other_machines_can_be_allowed() -> None:
    emulator = Emulator(options=(("webhooks_anywhere", "true"),))
    body = {"endpoint": "https://example.com/hook"}
    assert emulator.call("PUT", f"/_emulator/webhooks/{ID}", json=body).status_code == 200


def test_a_reset_forgets_endpoints_and_what_waits() -> None:
    told = Told()
    told.caller.post("customer", {"DisplayName": "Ada"})
    told.emulator.call("POST", "/_emulator/reset")
    assert told.emulator.call("GET", "/_emulator/webhooks").json() == {}
    assert told.rounds() == []


def test_seeds_are_not_told() -> None:
    told = Told()
    told.emulator.call("POST", "/_emulator/companies", json={"kind": "sample"})
    assert told.rounds() == []


def test_f6_13_a_mailed_form_is_told_as_emailed() -> None:
    told = Told()
    ada = told.caller.post("customer", {"DisplayName": "Ada"})["Customer"]["Id"]
    invoice = told.caller.post("invoice", {"CustomerRef": {"value": ada}, "Line": [_line()]})["Invoice"]["Id"]
    told.rounds()
    told.caller.send("POST", f"invoice/{invoice}/send", sendTo="ada@example.com")
    assert told.events() == [("qbo.invoice.emailed.v1", invoice)]


@pytest.mark.parametrize("entity", [name for name, kind in KINDS.items() if kind.void])
def test_f6_13_whatever_can_be_voided_says_so(entity: str) -> None:
    """A void is told as such by all kinds of transactions, also by those that come later."""
    company = fresh()
    told: list[Written] = []
    company.watchers.append(told.append)
    ada = write(company, "Customer", DisplayName="Ada")
    body: dict[str, Any] = {"CustomerRef": ref(ada), "Line": [sales_line("1", "10.00", "NON")]}
    stored = write(
        company, entity, **({"CustomerRef": ref(ada), "TotalAmt": Decimal(5)} if entity == "Payment" else body)
    )
    void(company, entity, stored)
    assert (told[-1].table, told[-1].operation) == (entity, "Void")
    assert "Void" in OPERATIONS[entity]
