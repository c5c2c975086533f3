"""What a call's headers and version ask for: JSON both ways, schema version 75 (sections 3.1, 3.5).

Whatever else they may ask of the real service is refused by name. Who calls is none of this file's affair.
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.gateway.call import Call

NEWEST_VERSION = 75  # F3.5-2
_JSON, _QUERY_TEXT, _BYTES = "application/json", "application/text", "application/octet-stream"  # F3.1-3
_XML = ("application/xml", "text/xml")
_UTF_8 = ("", "utf-8", "utf8")


def wants_json(call: Call) -> bool:
    """Whether Accept names JSON; without it the real service answers in XML (F3.1-3). A printed form is no JSON."""
    if call.segments[2:] == ("pdf",):
        return True
    kinds = (part.partition(";")[0].strip().lower() for part in call.headers.get("accept", "").split(","))
    return _JSON in kinds


def require_understood(call: Call, without_accept: str) -> None:
    """Fault 500 for an answer or a body in another form than JSON, 2080 or 500 for a version that there is not.

    `without_accept` "json" lets calls pass that do not name JSON in Accept.
    """
    if without_accept == "refuse" and not wants_json(call):
        raise faults.not_modelled("An answer in XML, which is what a call without Accept: application/json asks for,")
    if call.method == "POST":
        _require_consumable(call)
    _require_version(call.params.get("minorversion", ""))


def _require_consumable(call: Call) -> None:
    """Fault 500 in the recorded words if the body is not what the path takes."""
    kind, _, rest = call.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind in _XML:
        raise faults.not_modelled("A body in XML")
    if kind != _expected(call):
        raise faults.unsupported("Cannot consume content type")
    charset = rest.lower().partition("charset=")[2].strip(' "')
    if charset not in _UTF_8:
        raise faults.not_modelled(f"A body in {charset}")


def _expected(call: Call) -> str:
    """The type of body that a path takes."""
    if call.segments == ("query",):
        return _QUERY_TEXT
    return _BYTES if call.segments[2:] == ("send",) else _JSON


def _require_version(sent: str) -> None:
    """Below 75, or nothing, means 75 (F3.5-1)."""
    if sent and not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise faults.bad_format("2080", "minorversion", sent)
    if int(sent or 0) > NEWEST_VERSION:
        raise faults.not_modelled(f"minorversion {sent}")
