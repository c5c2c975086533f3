"""The fault parser: each envelope, and everything that is none. The situations are those of the sheet's section 9."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_client.faults import EMPTY, HTML, UNKNOWN, FaultError, excerpt, fault_of, hide_tokens, parse_fault

SERVICE = (
    b'{"Fault":{"Error":[{"Message":"Stale","Detail":"Somebody was quicker","code":"5010","element":""}],'
    b'"type":"ValidationFault"},"time":"2026-11-02T09:00:00.000-08:00"}'
)
GATEWAY = (
    b'{"warnings":null,"fault":{"error":[{"detail":"Token expired: AB01secret","code":"3200","element":null,'
    b'"message":"message=AuthenticationFailed; errorCode=003200; statusCode=401"}],"type":"AUTHENTICATION"},'
    b'"time":1790000000000}'
)
XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<IntuitResponse xmlns="http://schema.intuit.com/finance/v3">'
    b'<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429'
    b"</Message><Detail>Too many &amp; too fast</Detail></Error></Fault></IntuitResponse>"
)


def test_the_service_envelope() -> None:
    fault = parse_fault(400, SERVICE, "1-abc")
    assert (fault.kind, fault.status, fault.tid) == ("ValidationFault", 400, "1-abc")
    assert fault.errors == (FaultError("5010", "Stale", "Somebody was quicker", ""),)
    assert fault.codes == ("5010",)
    assert not fault.throttled
    assert str(fault) == "ValidationFault (HTTP 400): 5010 Somebody was quicker"


def test_the_gateway_envelope_without_the_token_it_quotes() -> None:
    fault = parse_fault(401, GATEWAY)
    assert (fault.kind, fault.codes) == ("AUTHENTICATION", ("3200",))
    assert fault.errors[0].detail == "Token expired: [hidden]"
    assert "AB01secret" not in repr(fault)


def test_xml() -> None:
    fault = parse_fault(429, XML)
    assert (fault.kind, fault.codes, fault.throttled) == ("SERVICE", ("3001",), True)
    assert fault.errors[0].detail == "Too many & too fast"


def test_a_throttle_under_another_status() -> None:
    assert parse_fault(403, XML.replace(b"429", b"403")).throttled
    assert parse_fault(429, b"").throttled
    assert not parse_fault(403, b"").throttled


def test_several_errors_and_missing_members() -> None:
    body = b'{"Fault":{"Error":[{"code":"2050","element":"Customer Memo"},{"Message":"m","code":2020}]}}'
    assert parse_fault(400, body).errors == (
        FaultError("2050", "", "", "Customer Memo"),
        FaultError("2020", "m", "", ""),
    )
    assert parse_fault(400, body).kind == UNKNOWN


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("003200", "", "3200"),
        ("", "message=X; errorCode=003100; statusCode=403", "3100"),
        ("0", "", "0"),
        ("000", "", "0"),
        ("abc", "", "abc"),
        ("", "", ""),
    ],
)
def test_codes_have_no_leading_zeros(code: str, message: str, expected: str) -> None:
    body = json.dumps({"Fault": {"Error": [{"code": code, "Message": message}]}}).encode()
    assert parse_fault(400, body).codes == (expected,)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", EMPTY),
        (b" \n ", EMPTY),
        (b"<html><body><h1>413 Request Entity Too Large</h1></body></html>", HTML),
        (b"<!DOCTYPE html><title>502</title>", HTML),
        (b"plain words", UNKNOWN),
        (b"{}", UNKNOWN),
        (b"[1,2]", UNKNOWN),
        (b'{"Fault":"no"}', UNKNOWN),
        (b"\xff\xfe\x00", UNKNOWN),
        (SERVICE[:60], UNKNOWN),
    ],
)
def test_what_names_no_error_still_says_what_it_is(body: bytes, kind: str) -> None:
    fault = parse_fault(503, body, "t")
    assert (fault.kind, fault.errors, fault.status, fault.tid) == (kind, (), 503, "t")
    assert str(fault).startswith(f"{kind} (HTTP 503)")


def test_xml_that_is_cut_still_gives_its_code() -> None:
    cut = XML[: XML.index(b"</Message>")]
    assert parse_fault(429, cut).codes == ("3001",)


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=10_000))
def test_no_body_makes_it_fail(noise: bytes, cut: int) -> None:
    for body in (noise, SERVICE[:cut], GATEWAY[:cut], XML[:cut], noise + XML + noise, SERVICE + noise):
        assert parse_fault(500, body).status == 500


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["Fault", "fault", "Error", "error", "code", "Message", "type", "x"]), inner
            )
        ),
    )
)
def test_no_json_makes_it_fail(value: object) -> None:
    assert parse_fault(400, json.dumps(value).encode()).status == 400


def test_a_deeply_nested_body_is_survived() -> None:
    assert parse_fault(500, b"[" * 100_000).kind == UNKNOWN


def test_fault_of_an_item() -> None:
    fault = fault_of({"bId": "1", "Fault": {"type": "ValidationFault", "Error": [{"code": "610"}]}}, 200)
    assert fault is not None
    assert fault.codes == ("610",)
    assert fault_of({"bId": "1", "Fault": None}, 200) is None


@pytest.mark.parametrize(
    ("detail", "hint"),
    [
        ("This number is used. DocNumber=1038 is assigned to TxnType=Invoice with TxnId=45823", "45823"),
        ("The name supplied already exists. : Id=1248", "1248"),
        ("The name supplied already exists. : null", ""),
        ("MyId=12", ""),
        ("", ""),
    ],
)
def test_the_existing_object_that_a_detail_names(detail: str, hint: str) -> None:
    assert FaultError("6240", "", detail, "").hinted_id == hint


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert excerpt(b"a\n  b\tc") == "a b c"
    assert len(excerpt(b"x" * 5000)) == 300


@pytest.mark.parametrize(
    "text",
    [
        "Token expired: AB01secret",
        "Token revoked:AB01secret, sorry",
        '{"access_token":"AB01secret"}',
        '{"detail":"Token expired: AB01secret"}',
        "refresh_token=AB01secret&x=1",
    ],
)
def test_tokens_are_hidden(text: str) -> None:
    assert "AB01secret" not in hide_tokens(text)
    assert "[hidden]" in hide_tokens(text)
