"""How answers look on the wire: JSON with exact decimals, the two envelopes, headers (sections 3.1, 9.1).

Which answer is due is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal  # JSON of any shape
from xml.sax.saxutils import escape, quoteattr

import msgspec

from qbo_emulator.books.error_codes import GATEWAY, GATEWAY_SIGN_IN
from qbo_emulator.books.faults import Fault, bad_json, unsupported
from qbo_emulator.books.pacific import envelope_time
from qbo_emulator.clock import Clock
from qbo_emulator.gateway.answer import Answer

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

SUCCESS_TYPE = "application/json;charset=utf-8"  # F3.1-4
NO_STORE = {
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Strict-Transport-Security": "max-age=15552000",
}
# What answers with these statuses carry besides (F3.1-4, F1.2-5).
_EXTRA = {
    401: {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'},
    429: {"Retry-After": "60"},
}
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # characters XML cannot hold
ThrottleAnswer = Literal["xml", "json", "xml_403"]
VERSION = "1991.133"  # QBO-Version is on successes only; its value means nothing


def decode(body: bytes) -> Any:
    """JSON with numbers exact: int or Decimal. Fault 2010 if it is none, 500 if it is not UTF-8."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text_of(body)
        text = "Property Name:failed to parse json object; a property specified is unsupported or invalid"
        raise bad_json(text) from error


def text_of(body: bytes) -> str:
    """The body as text. Fault 500, as documented, if it is not UTF-8 (F3.1-5)."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise unsupported("Invalid byte 1 of 1-byte UTF-8 sequence") from error


def encode(value: object) -> bytes:
    """JSON bytes."""
    return _ENCODER.encode(value)


def success(content: dict[str, Any], clock: Clock, timed: bool = True) -> Answer:
    """200 with the content and `time` behind it."""
    whole = {**content, "time": envelope_time(clock.now())} if timed else content
    return Answer(encode(whole), 200, {**NO_STORE, "QBO-Version": VERSION}, SUCCESS_TYPE)


def pdf(content: bytes) -> Answer:
    """200 with a printed form."""
    return Answer(content, 200, {**NO_STORE, "QBO-Version": VERSION}, "application/pdf")


def refusal(fault: Fault, clock: Clock, throttle: ThrottleAnswer = "xml", *, xml: bool = False) -> Answer:
    """A fault in the envelope of whoever refuses: the gateway before any books are opened, else the service (9.1).

    `throttle` is the form of a throttled call's answer; `xml` is for callers who did not ask for JSON.
    """
    throttled = fault.errors[0].code == "3001"
    if throttled and throttle == "xml_403":
        return _in_xml(fault, clock, 403, NO_STORE)
    if throttled and throttle == "xml":
        return _in_xml(fault, clock, fault.status, NO_STORE)  # no Retry-After, as recorded (F1.2-5)
    headers = {**NO_STORE, **_EXTRA.get(fault.status, {})}
    if xml:
        return _in_xml(fault, clock, fault.status, headers)
    gateway = fault.kind in (GATEWAY, GATEWAY_SIGN_IN)
    content = _gateway_envelope(fault, clock) if gateway else _service_envelope(fault, clock)
    return Answer(encode(content), fault.status, headers)


def _service_envelope(fault: Fault, clock: Clock) -> dict[str, Any]:
    """Capital keys, and `time` as the server's clock."""
    content: dict[str, Any] = {"Fault": fault.as_json()}
    return {**content, "time": envelope_time(clock.now())} if fault.timed else content


def _gateway_envelope(fault: Fault, clock: Clock) -> dict[str, Any]:
    """Lower-case keys in a whole skeleton, `time` in milliseconds (F9.1-3)."""
    errors = [
        {"message": e.message, "detail": e.detail or None, "code": e.code, "element": e.element} for e in fault.errors
    ]
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": errors, "type": fault.kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(clock.now().timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def _in_xml(fault: Fault, clock: Clock, status: int, headers: Mapping[str, str]) -> Answer:
    """A fault in the form of XML that is recorded for throttled calls (F1.2-2, F1.2-3)."""
    errors = "".join(
        f'    <Error code="{error.code}"{f" element={quoteattr(error.element)}" if error.element else ""}>\n'
        f"      <Message>{escape(error.message.replace(str(fault.status), str(status)))}</Message>\n"
        f"      <Detail>{escape(error.detail)}</Detail>\n"
        "    </Error>\n"
        for error in fault.errors
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{envelope_time(clock.now())}" xmlns="http://schema.intuit.com/finance/v3">\n'
        f'  <Fault type="{fault.kind}">\n{errors}  </Fault>\n</IntuitResponse>\n'
    )
    return Answer(_NOT_XML.sub("\ufffd", text).encode(), status, headers, "application/xml")


def page(status: int) -> Answer:
    """What stands before QuickBooks answers in HTML: 413, 502, 503, 504 (F1.2-7, F9.1-5)."""
    title = f"{status} {HTTPStatus(status).phrase}"
    text = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n</body>\n</html>\n"
    return Answer(text.encode(), status, {}, "text/html")
