"""Bodies of forms and queries without a parser of Starlette's, which would need another package.

Multipart bodies are not read: nothing emulated takes them.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, or the strings of a JSON object if that is what was sent; the last of a name counts."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            return msgspec.json.decode(body, type=dict[str, str])
        except msgspec.MsgspecError:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def origin(request: Request, public_url: str) -> str:
    """The address that callers know this host by: the public one, else the one they used."""
    return public_url.rstrip("/") or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"


def whole_number(request: Request, name: str, default: int) -> int:
    """A number of 0 or more in the query. msgspec.ValidationError names it otherwise."""
    text = request.query_params.get(name, str(default))
    if not text.isdecimal():
        raise msgspec.ValidationError(f"{name} must be a whole number of 0 or more")
    return int(text)


def missing(what: str) -> JSONResponse:
    """404 of the control API."""
    return JSONResponse({"error": f"There is no such {what}."}, 404)
