"""How answers look on the wire: JSON with exact decimals, the two envelopes, headers (sections 3.1, 9.1).

Which answer is due is not decided here.
"""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal  # JSON of any shape

import msgspec

from qbo_emulator.books.error_codes import GATEWAY, GATEWAY_SIGN_IN
from qbo_emulator.books.faults import Fault, bad_json
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
ThrottleAnswer = Literal["xml", "json", "xml_403"]
VERSION = "1991.133"  # QBO-Version is on successes only; its value means nothing


def decode(body: bytes) -> Any:
    """JSON with numbers exact: int or Decimal. Fault 2010 if it is none."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_json(f"The body is not JSON: {error}") from error


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


def refusal(fault: Fault, clock: Clock, throttle: ThrottleAnswer = "xml") -> Answer:
    """A fault in the envelope of whoever refuses: the gateway before any books are opened, else the service (9.1).

    `throttle` is the form of a throttled call's answer.
    """
    if fault.errors[0].code == "3001" and throttle != "json":
        return _throttled(fault, clock, 403 if throttle == "xml_403" else fault.status)
    gateway = fault.kind in (GATEWAY, GATEWAY_SIGN_IN)
    content = _gateway_envelope(fault, clock) if gateway else _service_envelope(fault, clock)
    return Answer(encode(content), fault.status, {**NO_STORE, **_EXTRA.get(fault.status, {})})


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


def _throttled(fault: Fault, clock: Clock, status: int) -> Answer:
    """3001 as recorded: XML whatever was asked for, without Retry-After (F1.2-2, F1.2-3, F1.2-5)."""
    error = fault.errors[0]
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{envelope_time(clock.now())}" xmlns="http://schema.intuit.com/finance/v3">\n'
        f'  <Fault type="{fault.kind}">\n    <Error code="{error.code}">\n'
        f"      <Message>{error.message.replace(str(fault.status), str(status))}</Message>\n"
        f"      <Detail>{error.detail}</Detail>\n"
        "    </Error>\n  </Fault>\n</IntuitResponse>\n"
    )
    return Answer(text.encode(), status, NO_STORE, "application/xml")


def page(status: int) -> Answer:
    """What stands before QuickBooks answers in HTML: 413, 502, 503, 504 (F1.2-7, F9.1-5)."""
    title = f"{status} {HTTPStatus(status).phrase}"
    text = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n</body>\n</html>\n"
    return Answer(text.encode(), status, {}, "text/html")
