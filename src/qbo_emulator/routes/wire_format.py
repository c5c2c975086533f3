"""How answers look on the wire: JSON with exact decimals, the two envelopes, headers (sections 3.1, 9.1).

Which answer is due is not decided here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any  # JSON of any shape

import msgspec
from starlette.responses import Response

from qbo_emulator.books.faults import Fault, bad_json
from qbo_emulator.books.pacific import envelope_time
from qbo_emulator.clock import Clock

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

SUCCESS_TYPE = "application/json;charset=utf-8"  # F3.1-4
NO_STORE = {
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Strict-Transport-Security": "max-age=15552000",
}
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


def success(content: dict[str, Any], clock: Clock, timed: bool = True) -> Response:
    """200 with the content and `time` behind it."""
    whole = {**content, "time": envelope_time(clock.now())} if timed else content
    return Response(encode(whole), 200, {**NO_STORE, "QBO-Version": VERSION}, SUCCESS_TYPE)


def service_fault(fault: Fault, clock: Clock) -> Response:
    """The fault envelope of the service: capital keys (9.1)."""
    content: dict[str, Any] = {"Fault": fault.as_json()}
    if fault.timed:
        content["time"] = envelope_time(clock.now())
    return Response(encode(content), fault.status, NO_STORE, "application/json")


def gateway_fault(status: int, kind: str, code: str, name: str, detail: str | None, clock: Clock) -> Response:
    """The envelope of the gateway: lower-case keys in a whole skeleton, `time` in milliseconds (F9.1-3)."""
    message = f"message={name}; errorCode=00{code}; statusCode={status}"
    error = {"message": message, "detail": detail, "code": code, "element": None}
    content: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
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
    return Response(encode(content), status, NO_STORE, "application/json")


def unauthorized(detail: str, clock: Clock) -> Response:
    """401 / 3200 with WWW-Authenticate (F3.1-4, F9.3-2)."""
    answer = gateway_fault(401, "AUTHENTICATION", "3200", "AuthenticationFailed", detail, clock)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return answer


def forbidden(clock: Clock) -> Response:
    """403 / 3100: not this app, not this realm (F9.1-4)."""
    return gateway_fault(403, "SERVICE", "3100", "ApplicationAuthorizationFailed", None, clock)


def throttled(clock: Clock) -> Response:
    """429 / 3001 as recorded: XML whatever was asked for, without Retry-After (F1.2-2, F1.2-5)."""
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{envelope_time(clock.now())}" xmlns="http://schema.intuit.com/finance/v3">\n'
        '  <Fault type="SERVICE">\n    <Error code="3001">\n'
        "      <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>\n"
        "      <Detail>The request limit was reached.  Try again later</Detail>\n"
        "    </Error>\n  </Fault>\n</IntuitResponse>\n"
    )
    return Response(text, 429, NO_STORE, "application/xml")
