"""Bodies of forms and queries without a parser of Starlette's, which would need another package.

Multipart bodies are not read: nothing emulated takes them.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request


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
