"""What comes in at the edge and is no good: headers, versions, paths, parameters, bodies.

Always an answer in QuickBooks' envelope, and the books stay as they were. What values mean is tested without HTTP.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest
from emulator_http import FRESH, Caller, Emulator

from qbo_emulator.books.wire import Obj

LINE: Obj = {
    "Amount": 10,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
}
NAMESPACE = "{http://schema.intuit.com/finance/v3}"


@pytest.fixture
def caller() -> Caller:
    """A caller of a company with a customer and an invoice."""
    caller = Caller(Emulator())
    caller.post("customer", {"DisplayName": "Ada"})
    caller.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [LINE]})
    return caller


def _dump(caller: Caller) -> Obj:
    """All that the books hold, in containers of their own."""
    return caller.emulator.world.companies[FRESH].dump()


def _error(answer: httpx2.Response) -> Any:
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert "intuit_tid" in answer.headers
    (error,) = answer.json()["Fault"]["Error"]
    return error


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        (b"", "2010", "Property Name:failed to parse json object; a property specified is unsupported or invalid"),
        (b"{not json", "2010", "Property Name:failed to parse json object"),
        (b'{"DisplayName":"Bo"}}', "2010", "Property Name:failed to parse json object"),
        (b"{'DisplayName':'Bo'}", "2010", "Property Name:failed to parse json object"),
        (b'\xef\xbb\xbf{"DisplayName":"Bo"}', "2010", "Property Name:failed to parse json object"),
        (b'{"DisplayName":"\\ud800"}', "2010", "Property Name:failed to parse json object"),
        (b'{"Balance":NaN}', "2010", "Property Name:failed to parse json object"),
        (b'{"Balance":-Infinity}', "2010", "Property Name:failed to parse json object"),
        (b'{"Balance":' + b"9" * 5000 + b"}", "2010", "Property Name:failed to parse json object"),
        (b"[" * 100_000, "2010", "Property Name:failed to parse json object"),
        (b'{"BillAddr":' * 50_000 + b"1" + b"}" * 50_000, "2010", "Property Name:failed to parse json object"),
        (b"\xff\xfe", "500", "Operation Invalid byte 1 of 1-byte UTF-8 sequence is not supported."),
        (b'{"DisplayName":"\xe9"}', "500", "Operation Invalid byte 1 of 1-byte UTF-8 sequence is not supported."),
        (b"null", "2010", "An object is expected for Customer."),
        (b"true", "2010", "An object is expected for Customer."),
        (b"7", "2010", "An object is expected for Customer."),
        (b'"DisplayName"', "2010", "An object is expected for Customer."),
        (b'[{"DisplayName":"Bo"}]', "2010", "An object is expected for Customer."),
        (b"{}", "6080", ""),
        (b'{"":"Bo"}', "2010", 'Property Name:Unrecognized field "" (class com.intuit.schema.finance.v3.Customer)'),
        (b'{"displayName":"Bo"}', "2010", 'Property Name:Unrecognized field "displayName"'),
        (b'{"DisplayName":["Bo"]}', "2120", "Invalid Type : DisplayName. Supplied value:list"),
        (b'{"DisplayName":{"value":"Bo"}}', "2120", "Invalid Type : DisplayName. Supplied value:dict"),
        (b'{"DisplayName":"Bo","BillAddr":"Elm Street"}', "2010", "An object is expected for PhysicalAddress."),
        (b'{"DisplayName":"Bo","CurrencyRef":"USD"}', "2120", "Invalid Type : CurrencyRef. Supplied value:str"),
        (b'{"DisplayName":"Bo","Active":"maybe"}', "2230", "Invalid Boolean : Active. Supplied value:maybe"),
        (
            b'{"DisplayName":"' + b"x" * 100_000 + b'"}',
            "2050",
            "String length specified does not match the supported length. "
            "Min:0 Max:100 supported. Supplied length:100,000",
        ),
    ],
)
def test_a_body_that_is_no_good(caller: Caller, body: bytes, code: str, detail: str) -> None:
    before = _dump(caller)
    error = _error(caller.raw("POST", "customer", body))
    assert error["code"] == code
    assert error["Detail"].startswith(detail)
    assert _dump(caller) == before


def _invoice(**changes: object) -> Obj:
    return {"CustomerRef": {"value": "1"}, "Line": [LINE], **changes}


def _lines(*lines: object) -> Obj:
    return _invoice(Line=list(lines))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_invoice(CustomerRef={"value": "1.5"}), "2500"),
        (_invoice(CustomerRef={"value": "99"}), "2500"),
        (_invoice(CustomerRef={"value": ["1"]}), "2120"),
        (_invoice(CustomerRef={"id": "1"}), "2010"),
        (_invoice(CustomerRef=None), "2020"),
        (_invoice(TxnDate="20/01/2026"), "2060"),
        (_invoice(TxnDate="2026-02-30"), "2070"),
        (_invoice(TxnDate=20260120), "2060"),
        (_invoice(DocNumber="1" * 22), "2050"),
        (_invoice(DueDate={"day": 1}), "2120"),
        (_invoice(BillEmail={"Address": "nobody"}), "2210"),
        (_invoice(PrintStatus="Printed"), "2170"),
        (_invoice(Line="one"), "2120"),
        (_invoice(Line=[]), "2020"),
        (_lines("one"), "2010"),
        (_lines(LINE, {**LINE, "Amount": "ten"}), "2110"),
        (_lines(LINE, {**LINE, "Amount": {"value": 10}}), "2110"),
        (_lines(LINE, {**LINE, "Amount": True}), "2110"),
        (_lines(LINE, {**LINE, "DetailType": "Whatever"}), "2170"),
        (_lines(LINE, {**LINE, "DetailType": None}), "2020"),
        (_lines(LINE, {**LINE, "Colour": "red"}), "2010"),
        (_lines(LINE, {**LINE, "SalesItemLineDetail": {"ItemRef": {"value": "99"}}}), "2500"),
        (_lines(LINE, {**LINE, "SalesItemLineDetail": {"Qty": "many"}}), "2160"),
    ],
)
def test_a_good_first_line_does_not_help_a_bad_rest(caller: Caller, body: Obj, code: str) -> None:
    before = _dump(caller)
    assert caller.code("invoice", body) == code
    assert _dump(caller) == before


@pytest.mark.parametrize("amount", ["1e400", "1E+999999999", "-1e30", "0." + "1" * 5000, "123456789012345.67"])
def test_numbers_of_absurd_size(caller: Caller, amount: str) -> None:
    before = _dump(caller)
    text = json.dumps(_invoice()).replace('"Amount": 10', f'"Amount": {amount}')
    assert _error(caller.raw("POST", "invoice", text.encode()))["code"] in ("2110", "2240")
    assert _dump(caller) == before


def test_numbers_may_come_as_strings(caller: Caller) -> None:
    made = caller.post("invoice", _lines({**LINE, "Amount": "12.50"}))["Invoice"]
    assert str(made["TotalAmt"]) == "12.50"
    updated = caller.post("invoice", {"Id": int(made["Id"]), "SyncToken": 0, "sparse": "true", "DueDate": "2026-03-01"})
    assert updated["Invoice"]["SyncToken"] == "1"


def test_of_a_property_sent_twice_the_last_one_counts(caller: Caller) -> None:
    made = caller.raw("POST", "customer", b'{"DisplayName":"Bo","DisplayName":"Cy"}').json()
    assert made["Customer"]["DisplayName"] == "Cy"


@pytest.mark.parametrize(
    ("content_type", "detail"),
    [
        ("", "Operation Cannot consume content type is not supported."),
        ("text/plain", "Operation Cannot consume content type is not supported."),
        ("application/x-www-form-urlencoded", "Operation Cannot consume content type is not supported."),
        ("application/xml", "A body in XML is not modelled by this emulator."),
        ("application/json; charset=iso-8859-1", "A body in iso-8859-1 is not modelled by this emulator."),
    ],
)
def test_f3_1_3_a_body_is_json_and_says_so(caller: Caller, content_type: str, detail: str) -> None:
    before = _dump(caller)
    for path in ("customer", "batch", "taxservice/taxcode"):
        error = _error(caller.raw("POST", path, b'{"DisplayName":"Bo"}', content_type=content_type))
        assert (error["code"], error["Detail"]) == ("500", detail)
    assert _dump(caller) == before


def test_f3_1_3_a_posted_query_is_text(caller: Caller) -> None:
    text = b"select count(*) from Customer"
    assert caller.raw("POST", "query", text, content_type="application/text").json()["QueryResponse"]["totalCount"] == 1
    assert _error(caller.raw("POST", "query", text))["code"] == "500"
    assert _error(caller.raw("POST", "query", b"\xff", content_type="application/text"))["code"] == "500"


@pytest.mark.parametrize("accept", ["", "*/*", "application/xml", "text/html,application/xhtml+xml"])
def test_f3_1_3_without_json_in_accept_the_real_service_answers_xml_which_is_refused(
    caller: Caller, accept: str
) -> None:
    answer = caller.raw("GET", "customer/1", accept=accept) if accept else _without_accept(caller, "customer/1")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/xml")
    root = ElementTree.fromstring(answer.text)
    error = root.find(f"{NAMESPACE}Fault/{NAMESPACE}Error")
    assert error is not None
    assert error.get("code") == "500"
    assert "Accept: application/json" in (error.findtext(f"{NAMESPACE}Detail") or "")


def _without_accept(caller: Caller, rest: str) -> httpx2.Response:
    """An HTTP client adds a header of its own; this one takes it away again."""
    request = httpx2.Request("GET", f"http://quickbooks.test/v3/company/{caller.realm}/{rest}")
    request.headers["Authorization"] = f"Bearer {caller.token}"
    request.headers.pop("accept", None)
    return caller.emulator.run(lambda client: client.send(request))


def test_f3_1_3_calls_without_json_in_accept_are_answered_if_so_chosen(caller: Caller) -> None:
    caller.emulator.call("PATCH", "/_emulator/options", json={"without_accept": "json"})
    assert caller.raw("GET", "customer/1", accept="*/*").json()["Customer"]["DisplayName"] == "Ada"


def test_faults_in_xml_are_xml_whatever_was_sent(caller: Caller) -> None:
    detail = caller.raw("GET", "query?query=%00%3C%26%22%EF%BF%BF", accept="application/xml")
    ElementTree.fromstring(detail.text)
    unsigned = caller.raw("GET", "customer/1", authorization="", accept="application/xml")
    assert (unsigned.status_code, unsigned.headers["content-type"]) == (401, "application/xml")


@pytest.mark.parametrize("version", ["", "1", "8", "74", "75"])
def test_f3_5_1_any_version_up_to_75_means_75(caller: Caller, version: str) -> None:
    plain = caller.get("customer/1")
    assert caller.get("customer/1", minorversion=version)["Customer"] == plain["Customer"]


@pytest.mark.parametrize(
    ("version", "code"), [("76", "500"), ("1000000000", "2080"), ("seventy", "2080"), ("-1", "2080")]
)
def test_f3_5_2_a_version_that_there_is_not_is_refused(caller: Caller, version: str, code: str) -> None:
    assert caller.get("customer/1", minorversion=version)["Fault"]["Error"][0]["code"] == code


@pytest.mark.parametrize(
    ("method", "rest", "code"),
    [
        ("GET", "", "500"),
        ("GET", "invoices/1", "500"),
        ("GET", "Invoice/1", "500"),
        ("GET", "invoice/1/2", "500"),
        ("GET", "invoice/%20", "2030"),
        ("GET", "invoice/-1", "2030"),
        ("GET", "invoice/1%2F2", "500"),
        ("GET", "invoice/%00", "2030"),
        ("GET", "invoice/" + "9" * 5000, "610"),
        ("GET", "invoice/%D9%A1", "2030"),
        ("GET", "taxcode/tax", "2030"),
        ("GET", "bill/1", "500"),
        ("GET", "reports/ProfitAndLoss", "500"),
        ("PUT", "invoice", "500"),
        ("DELETE", "invoice/1", "500"),
        ("PATCH", "invoice/1", "500"),
        ("GET", "query", "4000"),
        ("GET", "cdc?entities=Invoice", "2020"),
        ("GET", "cdc?changedSince=2026-01-01", "2020"),
        ("POST", "invoice?operation=merge", "500"),
        ("POST", "customer?operation=delete", "500"),
        ("POST", "taxcode", "500"),
        ("POST", "taxservice/taxrate", "500"),
    ],
)
def test_paths_and_parameters_that_there_are_not(caller: Caller, method: str, rest: str, code: str) -> None:
    before = _dump(caller)
    body = b'{"Id":"1","SyncToken":"0"}' if method == "POST" else b""
    assert _error(caller.raw(method, rest, body))["code"] == code
    assert _dump(caller) == before


def test_parameters_that_quickbooks_does_not_have_are_ignored(caller: Caller) -> None:
    assert caller.get("customer/1", format="json", nonsense="1")["Customer"]["Id"] == "1"


@pytest.mark.parametrize("path", ["/v3/company/", f"/v3/company/{FRESH}", "/v2/company/1/customer/1", "/v3/companies"])
def test_f9_2_5_beside_the_api_there_is_404(caller: Caller, path: str) -> None:
    assert caller.emulator.call("GET", path).status_code == 404


def test_f3_1_1_a_realm_that_there_is_not_is_nobodys(caller: Caller) -> None:
    caller.realm = "123"
    answer = caller.send("GET", "customer/1")
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (403, "3100")


@pytest.mark.parametrize("text", ["Zoë 🐦 Müller", "日本語", '\\"quoted\\"', "a\\u0000b"])
def test_f3_1_5_text_is_utf_8_both_ways(caller: Caller, text: str) -> None:
    answer = caller.raw("POST", "customer", f'{{"DisplayName":"{text}"}}'.encode())
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.json()["Customer"]["DisplayName"] == json.loads(f'"{text}"')


@pytest.mark.parametrize(
    "item", [{}, {"bId": "1"}, {"Colour": {}}, {"Customer": None}, {"Customer": {}, "Invoice": {}}]
)
def test_batch_items_that_are_no_good_harm_nobody(caller: Caller, item: Obj) -> None:
    before = _dump(caller)
    answer = caller.post("batch", {"BatchItemRequest": [{"operation": "create", **item}]})
    assert answer["BatchItemResponse"][0]["Fault"]["Error"][0]["code"] in ("2000", "2010", "2600")
    assert _dump(caller) == before


def test_ids_drawn_by_a_refused_write_are_free_again(caller: Caller) -> None:
    before = _dump(caller)
    body = {"CustomerRef": {"value": "1"}, "BillAddr": {"Line1": "1 Elm"}, "DepositToAccountRef": {"value": "1"}}
    words_only = {"DetailType": "DescriptionOnly", "Description": "A"}
    assert "Fault" in caller.post("salesreceipt", {**body, "Line": [words_only]})
    assert _dump(caller) == before
