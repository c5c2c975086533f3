"""The fault parser: turns any refusal of QuickBooks into one `Fault`, whatever it is written in.

JSON in both envelopes, XML, HTML, nothing at all and bodies cut in the middle are all survived {F9.1-1 to F9.1-5}.
It says what was answered, not what to do about it. Uses msgspec and the standard library only.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import msgspec

EXCERPT_LENGTH: Final = 300
"""Characters of a body that are kept for a person who looks into an unexpected answer."""

HTML: Final = "html"
EMPTY: Final = "empty"
UNKNOWN: Final = "unknown"

_ID_IN_DETAIL = re.compile(r"\b(?:Txn)?Id=(\d+)")


@dataclass(frozen=True, slots=True)
class FaultError:
    """One error of a fault: `code` without leading zeros ("3200"), `element` the field it is about, or ""."""

    code: str
    message: str
    detail: str
    element: str

    @property
    def hinted_id(self) -> str:
        """The id of the existing object that the detail names, or "". A hint to be verified by reading {F9.3-75}."""
        found = _ID_IN_DETAIL.search(self.detail)
        return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal. `kind` is QuickBooks' own type (such as `ValidationFault`), or HTML, EMPTY or UNKNOWN.

    `status` is the HTTP status of the call: 200 for one item of a batch, and possibly for a single call {F9.2-1}.
    `errors` is empty where the body names none. `excerpt` is the start of the body without tokens; it can hold a
    customer's data, so it belongs into stored records and not into logs. `tid` is `intuit_tid`.
    """

    kind: str
    status: int
    errors: tuple[FaultError, ...]
    excerpt: str
    tid: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all errors, in the order given."""
        return tuple(error.code for error in self.errors)

    @property
    def throttled(self) -> bool:
        """Whether the throttle answered: 429, or code 3001 under another status such as 403 {F1.2-3}."""
        return self.status == 429 or "3001" in self.codes

    def __str__(self) -> str:
        first = self.errors[0] if self.errors else None
        said = f"{first.code} {first.detail or first.message}" if first else self.excerpt[:80]
        return f"{self.kind} (HTTP {self.status}): {said}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that says success and is cut, or is not what was asked for: the outcome is not known."""

    status: int
    excerpt: str
    tid: str


def parse_fault(status: int, body: bytes, tid: str = "") -> Fault:
    """Return the fault in `body`; never raises. Call it for an answer that is known to be a refusal."""
    errors_and_kind = _from_json(body) or _from_xml(body)
    if errors_and_kind is not None:
        kind, errors = errors_and_kind
        return Fault(kind, status, errors, excerpt(body), tid)
    return Fault(_shape(body), status, (), excerpt(body), tid)


def fault_of(envelope: object, status: int, tid: str = "") -> Fault | None:
    """Return the fault inside a decoded JSON envelope (`Fault` or `fault`), or None where there is none."""
    found = _from_envelope(envelope)
    if found is None:
        return None
    return Fault(found[0], status, found[1], excerpt(msgspec.json.encode(envelope)), tid)


def excerpt(body: bytes) -> str:
    """Return the first characters of `body` on one line, with tokens hidden."""
    text = body[: EXCERPT_LENGTH * 4].decode("utf-8", "replace")
    return hide_tokens(" ".join(text.split()))[:EXCERPT_LENGTH]


# An authentication fault quotes the token itself: "Token expired: AB01..." {F9.3-2}.
_TOKEN_TEXT = re.compile(r"(?i)(token[\w ]*:\s*)[^\s\"',}<]+")
_TOKEN_FIELD = re.compile(r'(?i)("?(?:access_|refresh_|id_)?token"?\s*[:=]\s*"?)[^\s"\',}<&]+')


def hide_tokens(text: str) -> str:
    """Return `text` with whatever follows "token" and a colon replaced, since faults quote tokens."""
    return _TOKEN_FIELD.sub(r"\1[hidden]", _TOKEN_TEXT.sub(r"\1[hidden]", text))


def _from_json(body: bytes) -> tuple[str, tuple[FaultError, ...]] | None:
    try:
        envelope: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _from_envelope(envelope)


def _from_envelope(envelope: object) -> tuple[str, tuple[FaultError, ...]] | None:
    fault = _either(envelope, "Fault", "fault")
    if not isinstance(fault, dict):
        return None
    listed = _either(fault, "Error", "error")
    errors = tuple(_error(item) for item in (listed if isinstance(listed, list) else []) if isinstance(item, dict))
    return _text(fault.get("type")) or UNKNOWN, errors


def _error(item: dict[str, Any]) -> FaultError:  # Any: a decoded body of no known shape
    message = _text(_either(item, "Message", "message"))
    return FaultError(
        code=_code(_text(_either(item, "code", "Code")), message),
        message=message,
        detail=hide_tokens(_text(_either(item, "Detail", "detail"))),
        element=_text(_either(item, "element", "Element")),
    )


def _either(value: object, name: str, other: str) -> Any:  # Any: a decoded body of no known shape
    if not isinstance(value, dict):
        return None
    return value[name] if value.get(name) is not None else value.get(other)


def _text(value: object) -> str:
    return "" if value is None else str(value)


_CODE_IN_MESSAGE = re.compile(r"errorCode=(\d+)")


def _code(code: str, message: str) -> str:
    """Return the code without leading zeros; the gateway also writes it into its message {F1.2-2}."""
    if not code and (found := _CODE_IN_MESSAGE.search(message)):
        code = found.group(1)
    return (code.lstrip("0") or "0") if code.isdigit() else code


# Faults in XML are small, flat and often cut: patterns read them all, and no hostile body can hurt them.
_XML_FAULT = re.compile(r"<(?:\w+:)?Fault\b([^>]*)>(.*)", re.S | re.I)
_XML_ERROR = re.compile(r"<(?:\w+:)?Error\b([^>]*)>(.*?)(?=</(?:\w+:)?Error>|<(?:\w+:)?Error\b|\Z)", re.S | re.I)
_XML_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']")


def _from_xml(body: bytes) -> tuple[str, tuple[FaultError, ...]] | None:
    fault = _XML_FAULT.search(body[:100_000].decode("utf-8", "replace"))
    if fault is None:
        return None
    kind = _attributes(fault.group(1)).get("type", "") or UNKNOWN
    return kind, tuple(_xml_error(*error.groups()) for error in _XML_ERROR.finditer(fault.group(2)))


def _xml_error(head: str, content: str) -> FaultError:
    attributes = _attributes(head)
    message = _xml_child(content, "Message")
    return FaultError(
        code=_code(attributes.get("code", ""), message),
        message=message,
        detail=hide_tokens(_xml_child(content, "Detail")),
        element=attributes.get("element", ""),
    )


def _attributes(head: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _XML_ATTRIBUTE.findall(head)}


def _xml_child(content: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>(.*?)(?:</|\Z)", content, re.S | re.I)
    return unescape(found.group(1)) if found else ""


def _shape(body: bytes) -> str:
    start = body[:1_000].lstrip().lower()
    if not start:
        return EMPTY
    return HTML if start.startswith(b"<") and (b"<html" in start or b"<!doctype html" in start) else UNKNOWN
