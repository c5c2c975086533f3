"""The Accounting API over HTTP: envelopes, headers, statuses, replayed request ids, batches, recorded faults.

The rules behind them are tested without HTTP.
"""

from __future__ import annotations

from typing import Any

import pytest
from emulator_http import FRESH, SAMPLE, Caller, Emulator


@pytest.fixture
def caller() -> Caller:
    """A caller of the fresh company."""
    return Caller(Emulator())


@pytest.fixture
def old() -> Caller:
    """A caller of the sample company."""
    return Caller(Emulator(), SAMPLE)


def _line(amount: str = "10") -> dict[str, Any]:
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}}
    return {"Amount": float(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def test_f3_1_4_a_success_is_200_with_its_headers_and_the_time_at_the_end(caller: Caller) -> None:
    answer = caller.send("POST", "customer", {"DisplayName": "Ada"}, minorversion="75")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["intuit_tid"].startswith("1-696fc2a0-")
    assert "qbo-version" in answer.headers
    assert list(answer.json()) == ["Customer", "time"]
    assert answer.json()["time"] == "2026-01-20T10:00:00.000-08:00"


def test_f3_1_6_money_is_written_with_two_decimals_and_zero_bare(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    answer = caller.send("POST", "invoice", {"CustomerRef": {"value": "1"}, "Line": [_line("100")]})
    assert '"TotalAmt":100.00,' in answer.text
    assert '"TotalTax":0}' in answer.text


def test_amounts_that_floats_cannot_hold_are_kept_exact(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    text = (
        '{"CustomerRef":{"value":"1"},"Line":[{"Amount":99999999999.99,"DetailType":"SalesItemLineDetail",'
        '"SalesItemLineDetail":{"ItemRef":{"value":"1"},"TaxCodeRef":{"value":"NON"}}}]}'
    )
    answer = caller.raw("POST", "invoice", text.encode())
    assert '"TotalAmt":99999999999.99' in answer.text


@pytest.mark.parametrize(
    ("method", "rest", "body", "code", "detail"),
    [
        ("GET", "customer/1.5", None, "2030", "Id should be a valid number. Supplied value:1.5"),
        (
            "GET",
            "customer/999",
            None,
            "610",
            "Object Not Found : Something you're trying to use has been made inactive.",
        ),
        ("GET", "customer/1/5", None, "500", "Operation Could not find resource for relative : /v3/company/"),
        ("GET", "customer", None, "500", "Operation Could not find resource"),
        ("PUT", "customer", {}, "500", "Operation Could not find resource"),
        ("GET", "estimate/1", None, "500", "Estimate is not modelled by this emulator."),
        ("POST", "estimate", {}, "500", "Estimate is not modelled by this emulator."),
        ("POST", "Customer", {}, "500", "Operation Could not find resource"),  # paths are lower case (F3.1-2)
        ("POST", "customer", [1], "2010", "An object is expected for Customer."),
        ("POST", "batch", {}, "2020", "Required parameter BatchItemRequest is missing in the request"),
        ("POST", "batch", {"BatchItemRequest": 5}, "2020", "Required parameter BatchItemRequest"),
        ("POST", "batch", {"BatchItemRequest": [5]}, "2010", "An object is expected in BatchItemRequest."),
        ("POST", "batch", [], "2020", "Required parameter BatchItemRequest"),
        ("GET", "cdc", None, "2020", "Required parameter entities is missing in the request"),
        ("GET", "companyinfo/77", None, "610", "Object Not Found"),
    ],
)
def test_f9_2_2_faults_are_400_in_the_services_envelope(
    caller: Caller, method: str, rest: str, body: object, code: str, detail: str
) -> None:
    answer = caller.send(method, rest, body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert "qbo-version" not in answer.headers
    assert "intuit_tid" in answer.headers
    fault = answer.json()["Fault"]
    assert fault["type"] == "ValidationFault"
    assert fault["Error"][0]["code"] == code
    assert fault["Error"][0]["Detail"].startswith(detail)
    assert ("time" in answer.json()) is (code != "2030")


def test_f9_3_18_an_unknown_property_is_named_with_the_known_ones(caller: Caller) -> None:
    error = caller.post("invoice", {"BadJson": True})["Fault"]["Error"][0]
    assert list(error) == ["Message", "Detail", "code"]
    assert error["Message"] == "Request has invalid or unsupported property"
    assert error["Detail"].startswith(
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), '
        "not marked as ignorable ("
    )
    assert error["Detail"].endswith("[truncated]])\n specified is unsupported or invalid")


@pytest.mark.parametrize("header", [{"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
def test_f9_1_3_without_a_live_token_the_gateway_answers(caller: Caller, header: dict[str, str]) -> None:
    answer = caller.emulator.call("GET", f"/v3/company/{FRESH}/customer/1", headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    body = answer.json()
    assert list(body) == [
        *("warnings", "intuitObject", "fault", "report", "queryResponse", "batchItemResponse"),
        *("attachableResponse", "syncErrorResponse", "requestId", "time", "status", "cdcresponse"),
    ]
    error = body["fault"]["error"][0]
    assert (error["code"], body["fault"]["type"]) == ("3200", "AUTHENTICATION")
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert body["time"] == 1768932000000


def test_f9_3_3_without_any_token_the_gateway_says_so(caller: Caller) -> None:
    answer = caller.emulator.call("GET", f"/v3/company/{FRESH}/customer/1")
    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["code"] == "3202"


def test_f9_1_4_a_token_of_another_realm_is_403(caller: Caller) -> None:
    caller.realm = SAMPLE
    answer = caller.send("GET", "preferences")
    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"


def test_a_token_lives_an_hour(caller: Caller) -> None:
    caller.emulator.clock.advance(3599)
    assert caller.send("GET", "preferences").status_code == 200
    caller.emulator.clock.advance(1)
    assert caller.send("GET", "preferences").status_code == 401


def test_create_read_update_deactivate(caller: Caller) -> None:
    made = caller.post("customer", {"DisplayName": "Zoë ☂"})["Customer"]
    assert caller.get(f"customer/{made['Id']}")["Customer"] == made
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert caller.post("customer", body)["Customer"]["DisplayName"] == "Zoë ☂ (deleted)"
    assert caller.code("customer", body) == "5010"


@pytest.mark.parametrize(
    "params",
    [{"operation": "update", "include": "void"}, {"include": "void"}, {"operation": "void"}],
)
def test_f3_2_8_three_ways_to_void_a_payment(caller: Caller, params: dict[str, str]) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    made = caller.post("payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 5})["Payment"]
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    voided = caller.post("payment", body, **params)["Payment"]
    assert (voided["TotalAmt"], voided["PrivateNote"], voided["SyncToken"]) == (0, "Voided", "1")


def test_f3_2_5_and_11_delete_and_duplicate_numbers_by_parameter(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    body = {"CustomerRef": {"value": "1"}, "DocNumber": "A", "Line": [_line()]}
    made = caller.post("invoice", body)["Invoice"]
    assert caller.code("invoice", body) == "6140"
    assert caller.post("invoice", body, include="allowduplicatedocnum")["Invoice"]["DocNumber"] == "A"
    gone = caller.post("invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert gone["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    assert caller.code("invoice", {}, operation="merge") == "500"


def test_queries_by_get_and_by_post(old: Caller) -> None:
    text = "select count(*) from Customer"
    assert old.get("query", query=text)["QueryResponse"] == {"totalCount": 29}
    answer = old.emulator.call(
        "POST",
        f"/v3/company/{SAMPLE}/query",
        content=text,
        headers={"Authorization": f"Bearer {old.token}", "Content-Type": "application/text"},
    )
    assert answer.json()["QueryResponse"] == {"totalCount": 29}
    assert old.get("query", query="select * from Customer startposition 99")["QueryResponse"] == {}


@pytest.mark.parametrize(
    ("written", "found"),
    [("B%26W%20%231%2B1", 1), ("B%26W+%231%2B1", 1), ("B%26W%20%231+1", 0), ("B&W%20%231%2B1", None)],
)
def test_f5_1_13_special_characters_have_to_be_encoded(caller: Caller, written: str, found: int | None) -> None:
    caller.post("customer", {"DisplayName": "B&W #1+1"})
    text = f"select%20count(*)%20from%20Customer%20where%20DisplayName%20=%20%27{written}%27"
    answer = caller.emulator.call(
        "GET", f"/v3/company/{FRESH}/query?query={text}", headers={"Authorization": f"Bearer {caller.token}"}
    )
    if found is None:  # the & ended the query in the middle of a value
        assert answer.json()["Fault"]["Error"][0]["code"] == "4000"
    else:
        assert answer.json()["QueryResponse"] == {"totalCount": found}


def test_preferences_company_info_and_cdc(old: Caller) -> None:
    assert old.get("preferences")["Preferences"]["Id"] == "1"
    assert old.get(f"companyinfo/{SAMPLE}")["CompanyInfo"]["CompanyName"] == "Sandbox Company_US_1"
    answer = old.get("cdc", entities="Vendor,Term", changedSince="2026-01-20T00:00:00-08:00")
    assert answer["CDCResponse"] == [{"QueryResponse": [{}, {}]}]
    assert old.get("taxcode/TAX")["TaxCode"]["Name"] == "TAX"


def test_the_tax_service_answers_without_an_envelope(old: Caller) -> None:
    detail = {"TaxRateName": "Town", "RateValue": "2", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    answer = old.post("taxservice/taxcode", {"TaxCode": "Town", "TaxRateDetails": [detail]})
    assert sorted(answer) == ["TaxCode", "TaxCodeId", "TaxRateDetails"]
    sent = {"TaxCode": "Hill", "TaxRateDetails": [{"TaxRateId": "3"}]}
    assert old.post("taxservice/taxcode", sent, requestid="r") == old.post("taxservice/taxcode", sent, requestid="r")


def test_f9_3_52_an_ended_subscription_refuses_everything(caller: Caller) -> None:
    caller.emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"subscription_active": False})
    assert caller.get("preferences")["Fault"]["Error"][0]["code"] == "6190"


def test_a_mistake_of_the_emulator_looks_like_a_system_fault(caller: Caller) -> None:
    caller.emulator.world.companies[FRESH].tables.pop("Term")
    answer = caller.send("GET", "term/1")
    assert answer.status_code == 500
    assert answer.json()["Fault"]["type"] == "SystemFault"
    assert answer.json()["Fault"]["Error"][0]["code"] == "10000"
    assert "intuit_tid" in answer.headers
