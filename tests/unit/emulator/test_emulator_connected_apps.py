"""The page of connected apps: where an app is opened and disconnected, and when it must be connected again (2.5)."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_http import FRESH, ID, REDIRECT, SECRET, Caller, Emulator
from emulator_sign_in import DAY, exchange, refresh, works

PAGE = f"/app/{FRESH}/apps"


@pytest.fixture
def emulator() -> Emulator:
    """An emulator whose app has all its addresses."""
    made = Emulator(auto_consent=True)
    app = {
        "client_id": ID,
        "client_secret": SECRET,
        "redirect_uris": [REDIRECT],
        "launch_url": "https://app.test/launch",
        "disconnect_url": "https://app.test/gone?from=quickbooks",
    }
    assert made.call("POST", "/_emulator/apps", json=app).status_code == 201
    return made


def test_f2_7_6_an_app_can_be_opened_from_quickbooks(emulator: Emulator) -> None:
    exchange(emulator)
    assert 'href="https://app.test/launch"' in emulator.call("GET", PAGE).text


def test_f2_5_11_f2_7_3_disconnecting_inside_quickbooks_lands_on_the_apps_own_page(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    done = emulator.call("POST", f"{PAGE}/{ID}/disconnect")
    address = f"https://app.test/gone?from=quickbooks&realmId={FRESH}"
    assert (done.status_code, done.headers["refresh"]) == (200, f"0; url={address}")
    assert address.replace("&", "&amp;") in done.text
    assert not works(emulator, tokens)
    assert refresh(emulator, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def _kept_until(emulator: Emulator, days: int) -> dict[str, Any]:
    """Tokens of a connection that is so many days old."""
    tokens: dict[str, Any] = exchange(emulator).json()
    for _ in range(days // 73):
        emulator.clock.advance(73 * DAY)
        tokens = refresh(emulator, tokens["refresh_token"]).json()
    return tokens


def test_f2_5_8_in_its_last_thirty_days_a_connection_says_until_when_it_lasts(emulator: Emulator) -> None:
    _kept_until(emulator, 24 * 73)
    emulator.clock.advance(43 * DAY - 1)
    assert "Reconnect" not in emulator.call("GET", PAGE).text
    emulator.clock.advance(1)
    shown = emulator.call("GET", PAGE).text
    assert "Reconnect" in shown
    assert "Jan 19, 2031" in shown


def test_a_connection_whose_admin_is_gone_says_so() -> None:
    emulator = Caller(Emulator()).emulator
    emulator.call("POST", f"/_emulator/companies/{FRESH}/remove-admin")
    assert "no admin any more" in emulator.call("GET", PAGE).text
