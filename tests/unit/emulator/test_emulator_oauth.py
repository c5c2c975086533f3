"""Sign-in over HTTP: discovery, consent, codes, tokens and their lives, revocation (section 2).

Time is pushed by hand; nothing sleeps.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from emulator_http import FRESH, ID, REDIRECT, SAMPLE, SECRET, Emulator

DAY = 24 * 3600
ACCOUNTING = "com.intuit.quickbooks.accounting"
ASKED = {
    "client_id": ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": ACCOUNTING,
    "state": 'a&b="c"',
}


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that consents by itself."""
    return Emulator(auto_consent=True)


def _ask(emulator: Emulator, **changes: str) -> httpx2.Response:
    return emulator.call("GET", "/connect/oauth2", params={**ASKED, **changes})


def _back(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def _token(
    emulator: Emulator, form: dict[str, str], headers: dict[str, str] | None = None, secret: str = SECRET
) -> httpx2.Response:
    return emulator.call("POST", "/oauth2/v1/tokens/bearer", data=form, auth=(ID, secret), headers=headers or {})


def _exchange(emulator: Emulator, **changes: str) -> httpx2.Response:
    code = _back(_ask(emulator))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **changes}
    return _token(emulator, form)


def _refresh(emulator: Emulator, value: str) -> httpx2.Response:
    return _token(emulator, {"grant_type": "refresh_token", "refresh_token": value})


def _works(emulator: Emulator, tokens: dict[str, Any]) -> bool:
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    return emulator.call("GET", f"/v3/company/{FRESH}/preferences", headers=header).status_code == 200


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
def test_f2_1_discovery_points_at_this_host(emulator: Emulator, name: str) -> None:
    document = emulator.call("GET", f"/.well-known/{name}").json()
    assert document["authorization_endpoint"] == "http://quickbooks.test/connect/oauth2"
    assert document["token_endpoint"] == "http://quickbooks.test/oauth2/v1/tokens/bearer"
    assert document["revocation_endpoint"] == "http://quickbooks.test/v2/oauth2/tokens/revoke"
    assert ACCOUNTING not in document["scopes_supported"]  # F2.1-9


def test_discovery_names_the_public_address_if_there_is_one() -> None:
    document = Emulator(public_url="https://qbo.example.com/").call("GET", "/.well-known/openid_configuration").json()
    assert document["issuer"] == "https://qbo.example.com/op/v1"
    assert Emulator().call("GET", "/op/v1/jwks").json() == {"keys": []}


def test_f2_3_6_consent_gives_code_realm_and_the_state_as_it_was(emulator: Emulator) -> None:
    back = _back(_ask(emulator))
    assert back["state"] == ASKED["state"]
    assert back["realmId"] == FRESH
    assert _back(_ask(Emulator(auto_consent=True, company="sample")))["realmId"] == SAMPLE
    assert "realmId" not in _back(_ask(emulator, scope="openid"))


@pytest.mark.parametrize("changes", [{"client_id": "x"}, {"redirect_uri": REDIRECT + "/x"}, {"redirect_uri": ""}])
def test_f2_3_8_a_wrong_app_or_address_gets_a_page_and_no_redirect(emulator: Emulator, changes: dict[str, str]) -> None:
    answer = _ask(emulator, **changes)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_f2_3_7_other_errors_go_back_to_the_app(emulator: Emulator, changes: dict[str, str], error: str) -> None:
    assert _back(_ask(emulator, **changes)) == {"error": error, "state": ASKED["state"]}


def test_the_consent_page_offers_all_companies_and_escapes_what_it_carries() -> None:
    page = _ask(Emulator(company="sample"), state="<script>").text
    assert f'value="{SAMPLE}" checked' in page
    assert f'value="{FRESH}"' in page
    assert "<script>" not in page
    assert page.count("<label>") == 3


@pytest.mark.parametrize(
    ("decision", "realm", "found"),
    [("connect", SAMPLE, "code"), ("cancel", SAMPLE, "error")],
)
def test_the_person_decides(decision: str, realm: str, found: str) -> None:
    emulator = Emulator()
    answer = emulator.call("POST", "/connect/oauth2", data={**ASKED, "decision": decision, "realm": realm})
    back = _back(answer)
    assert back["state"] == ASKED["state"]
    assert found in back
    assert (back.get("error") == "access_denied") is (decision == "cancel")
    assert ("realmId" in back) is (decision == "connect")


def test_a_decision_about_no_company_or_by_no_app_goes_nowhere() -> None:
    emulator = Emulator()
    for changes in ({"realm": "1"}, {"realm": FRESH, "client_id": "x"}):
        data = {**ASKED, "decision": "connect", **changes}
        assert emulator.call("POST", "/connect/oauth2", data=data).status_code == 400


def test_f2_4_3_the_token_answer(emulator: Emulator) -> None:
    answer = _exchange(emulator)
    assert answer.status_code == 200
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
    assert tokens["x_refresh_token_expires_in"] == 100 * DAY
    assert "x_refresh_token_hard_expires_in" not in tokens
    assert _works(emulator, tokens)


def test_f2_4_5_the_hard_end_is_told_on_request(emulator: Emulator) -> None:
    value = _exchange(emulator).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": value}
    answer = _token(emulator, form, {"x-include-refresh-token-hard-expires-in": "true"})
    assert answer.json()["x_refresh_token_hard_expires_in"] == 5 * 365 * DAY


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
    ],
)
def test_f2_6_errors_have_the_oauth_form(emulator: Emulator, form: dict[str, str], status: int, error: str) -> None:
    answer = _token(emulator, form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_f2_6_8_a_wrong_secret(emulator: Emulator) -> None:
    answer = _token(emulator, {"grant_type": "refresh_token"}, secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Basic !!!"}, {"Authorization": b"Basic \xe9"}, {"Authorization": "Bearer x"}]
)
def test_f2_6_8_without_basic_authentication_the_client_is_invalid(emulator: Emulator, header: Any) -> None:
    answer = emulator.call("POST", "/oauth2/v1/tokens/bearer", data={"grant_type": "refresh_token"}, headers=header)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_f2_6_2_the_address_must_be_the_one_of_the_request(emulator: Emulator) -> None:
    assert _exchange(emulator, redirect_uri="https://elsewhere.example.com").json()["error"] == "invalid_grant"


def test_a_code_expires(emulator: Emulator) -> None:
    code = _back(_ask(emulator))["code"]
    emulator.clock.advance(601)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert _token(emulator, form).json()["error"] == "invalid_grant"


def test_f2_6_1_a_code_used_twice_ends_the_tokens_that_it_gave(emulator: Emulator) -> None:
    code = _back(_ask(emulator))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    tokens = _token(emulator, form).json()
    assert _token(emulator, form).json()["error"] == "invalid_grant"
    assert not _works(emulator, tokens)
    assert _refresh(emulator, tokens["refresh_token"]).status_code == 400


def test_f2_5_3_the_refresh_value_changes_about_daily_and_the_old_one_dies(emulator: Emulator) -> None:
    first = _exchange(emulator).json()
    emulator.clock.advance(DAY - 1)
    same = _refresh(emulator, first["refresh_token"]).json()
    assert same["refresh_token"] == first["refresh_token"]
    assert same["access_token"] != first["access_token"]
    emulator.clock.advance(1)
    new = _refresh(emulator, first["refresh_token"]).json()
    assert new["refresh_token"] != first["refresh_token"]
    stale = _refresh(emulator, first["refresh_token"])
    assert (stale.status_code, stale.json()["error"]) == (400, "invalid_grant")
    assert _works(emulator, new)


def test_f2_5_2_a_refresh_token_dies_after_a_hundred_idle_days_and_each_use_extends_it(emulator: Emulator) -> None:
    value = _exchange(emulator).json()["refresh_token"]
    for _ in range(3):
        emulator.clock.advance(100 * DAY - 1)
        value = _refresh(emulator, value).json()["refresh_token"]
    emulator.clock.advance(100 * DAY)
    assert _refresh(emulator, value).json()["error_description"] == "Token has been expired or revoked"


def test_f2_5_5_nothing_extends_a_grant_beyond_five_years(emulator: Emulator) -> None:
    tokens = _exchange(emulator).json()
    for _ in range(18):
        emulator.clock.advance(99 * DAY)
        tokens = _refresh(emulator, tokens["refresh_token"]).json()
    assert tokens["x_refresh_token_expires_in"] == (5 * 365 - 18 * 99) * DAY
    emulator.clock.advance(tokens["x_refresh_token_expires_in"])
    assert _refresh(emulator, tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("form", ["json", "data"])
def test_revoking_either_token_ends_the_connection(emulator: Emulator, which: str, form: str) -> None:
    tokens = _exchange(emulator).json()
    options: dict[str, Any] = {form: {"token": tokens[which]}}
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", auth=(ID, SECRET), **options)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not _works(emulator, tokens)
    assert _refresh(emulator, tokens["refresh_token"]).status_code == 400
    assert emulator.call("POST", "/v2/oauth2/tokens/revoke", auth=(ID, SECRET), **options).status_code == 400


def test_revoking_needs_the_app(emulator: Emulator) -> None:
    token = _exchange(emulator).json()["refresh_token"]
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": token}, auth=(ID, "wrong"))
    assert answer.status_code == 401
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": 5}, auth=(ID, SECRET))
    assert answer.status_code == 400


def test_userinfo_needs_the_openid_scope(emulator: Emulator) -> None:
    def info(scope: str) -> httpx2.Response:
        code = _back(_ask(emulator, scope=scope))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        header = {"Authorization": f"Bearer {_token(emulator, form).json()['access_token']}"}
        return emulator.call("GET", "/v1/openid_connect/userinfo", headers=header)

    assert info(f"openid profile email {ACCOUNTING}").json()["givenName"] == "Robin"
    assert info(ACCOUNTING).status_code == 403
    assert emulator.call("GET", "/v1/openid_connect/userinfo").status_code == 401


def test_another_apps_code_and_token_are_worth_nothing(emulator: Emulator) -> None:
    other = emulator.call("POST", "/_emulator/apps", json={"redirect_uris": [REDIRECT]}).json()
    pair = (other["client_id"], other["client_secret"])
    tokens = _exchange(emulator).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answer = emulator.call("POST", "/oauth2/v1/tokens/bearer", data=form, auth=pair)
    assert answer.json()["error"] == "invalid_grant"
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": tokens["access_token"]}, auth=pair)
    assert answer.status_code == 400
    assert _works(emulator, tokens)
