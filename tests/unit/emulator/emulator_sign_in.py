"""Small helpers for the tests of sign-in: the way of a browser and of an app through consent, tokens and renewal."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from emulator_http import FRESH, ID, REDIRECT, SECRET, Emulator

DAY = 24 * 3600
ACCOUNTING = "com.intuit.quickbooks.accounting"
ASKED = {
    "client_id": ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": ACCOUNTING,
    "state": 'a&b="c"',
}


def ask(emulator: Emulator, **changes: str) -> httpx2.Response:
    """The app sends the browser to the consent page."""
    return emulator.call("GET", "/connect/oauth2", params={**ASKED, **changes})


def decide(emulator: Emulator, realm: str = FRESH, **changes: str) -> httpx2.Response:
    """The person presses Connect."""
    return emulator.call("POST", "/connect/oauth2", data={**ASKED, "decision": "connect", "realm": realm, **changes})


def back(answer: httpx2.Response) -> dict[str, str]:
    """What the browser brings back to the app."""
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def token_call(
    emulator: Emulator,
    form: dict[str, str],
    headers: dict[str, str] | None = None,
    keys: tuple[str, str] = (ID, SECRET),
) -> httpx2.Response:
    """A call of the token endpoint."""
    return emulator.call("POST", "/oauth2/v1/tokens/bearer", data=form, auth=keys, headers=headers or {})


def exchange(emulator: Emulator, code: str = "", **changes: str) -> httpx2.Response:
    """A code for tokens; one of the consent that comes by itself if none is given."""
    code = code or back(ask(emulator))["code"]
    return token_call(emulator, {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **changes})


def refresh(emulator: Emulator, value: str) -> httpx2.Response:
    """A refresh token for new tokens."""
    return token_call(emulator, {"grant_type": "refresh_token", "refresh_token": value})


def refused(answer: httpx2.Response) -> str:
    """The error of a refused call of the token endpoint, in the form that all of them have (F9.1-6)."""
    assert answer.status_code == 400
    assert set(answer.json()) <= {"error", "error_description"}
    return str(answer.json()["error"])


def call_books(emulator: Emulator, tokens: dict[str, Any], realm: str = FRESH) -> httpx2.Response:
    """A read of the books."""
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    return emulator.call("GET", f"/v3/company/{realm}/preferences", headers=header)


def works(emulator: Emulator, tokens: dict[str, Any], realm: str = FRESH) -> bool:
    """Whether the tokens open the books."""
    return call_books(emulator, tokens, realm).status_code == 200
