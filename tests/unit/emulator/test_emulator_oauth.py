"""Sign-in over HTTP: discovery, consent, codes, keys of apps, what their addresses may be (sections 2.1 to 2.4).

How long things live and what ends them is in test_emulator_oauth_lives.py.
"""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from emulator_http import FRESH, ID, REDIRECT, SAMPLE, SECRET, Emulator
from emulator_sign_in import (
    ACCOUNTING,
    ASKED,
    ask,
    back,
    call_books,
    decide,
    exchange,
    refresh,
    refused,
    token_call,
    works,
)

PAYMENT = "com.intuit.quickbooks.payment"
RESTRICTED = "indirect-tax.tax-calculation.quickbooks"


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that consents by itself."""
    return Emulator(auto_consent=True)


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
def test_f2_1_discovery_points_at_this_host(emulator: Emulator, name: str) -> None:
    document = emulator.call("GET", f"/.well-known/{name}").json()
    assert document["authorization_endpoint"] == "http://quickbooks.test/connect/oauth2"
    assert document["token_endpoint"] == "http://quickbooks.test/oauth2/v1/tokens/bearer"
    assert document["revocation_endpoint"] == "http://quickbooks.test/v2/oauth2/tokens/revoke"
    assert document["userinfo_endpoint"] == "http://quickbooks.test/v1/openid_connect/userinfo"
    assert document["jwks_uri"] == "http://quickbooks.test/op/v1/jwks"
    assert document["issuer"] == "http://quickbooks.test/op/v1"


def test_f2_1_9_the_discovery_document_lists_identity_scopes_only(emulator: Emulator) -> None:
    scopes = emulator.call("GET", "/.well-known/openid_configuration").json()["scopes_supported"]
    assert scopes == ["openid", "profile", "email", "phone", "address"]


def test_discovery_names_the_public_address_if_there_is_one() -> None:
    document = Emulator(public_url="https://qbo.example.com/").call("GET", "/.well-known/openid_configuration").json()
    assert document["issuer"] == "https://qbo.example.com/op/v1"


def test_f2_2_1_the_accounting_scope_reads_and_writes(emulator: Emulator) -> None:
    header = {"Authorization": f"Bearer {exchange(emulator).json()['access_token']}"}
    wrote = emulator.call("POST", f"/v3/company/{FRESH}/customer", headers=header, json={"DisplayName": "Ada"})
    assert wrote.status_code == 200
    read = emulator.call("GET", f"/v3/company/{FRESH}/customer/{wrote.json()['Customer']['Id']}", headers=header)
    assert read.status_code == 200


def test_f2_2_2_other_scopes_do_not_open_the_books(emulator: Emulator) -> None:
    for scope in (PAYMENT, "profile email phone address"):
        code = back(ask(emulator, scope=scope))["code"]
        assert call_books(emulator, exchange(emulator, code).json()).status_code == 403


def test_f2_2_3_restricted_scopes_are_for_premium_apps_only(emulator: Emulator) -> None:
    assert back(ask(emulator, scope=f"{ACCOUNTING} {RESTRICTED}"))["error"] == "invalid_scope"
    emulator.call("POST", "/_emulator/apps", json={"client_id": "p", "redirect_uris": [REDIRECT], "premium": True})
    assert "code" in back(ask(emulator, client_id="p", scope=f"{ACCOUNTING} {RESTRICTED}"))


def test_f2_3_6_consent_gives_code_realm_and_the_state_as_it_was(emulator: Emulator) -> None:
    answer = back(ask(emulator))
    assert answer["state"] == ASKED["state"]
    assert answer["realmId"] == FRESH
    assert len(answer["code"]) <= 512
    assert back(ask(Emulator(auto_consent=True, company="sample")))["realmId"] == SAMPLE
    assert back(ask(emulator, scope=PAYMENT))["realmId"] == FRESH
    assert "realmId" not in back(ask(emulator, scope="openid"))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "x"},
        {"redirect_uri": ""},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": REDIRECT + "?a=b"},
        {"redirect_uri": REDIRECT.upper()},
    ],
)
def test_f2_3_8_a_wrong_app_or_address_gets_a_page_and_no_redirect(emulator: Emulator, changes: dict[str, str]) -> None:
    answer = ask(emulator, **changes)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers


def test_f2_3_3_a_request_without_state_goes_nowhere(emulator: Emulator) -> None:
    answer = ask(emulator, state="")
    assert (answer.status_code, "state" in answer.text) == (400, True)
    assert decide(emulator, state="").status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_f2_3_7_other_errors_go_back_to_the_app(emulator: Emulator, changes: dict[str, str], error: str) -> None:
    assert back(ask(emulator, **changes)) == {"error": error, "state": ASKED["state"]}


@pytest.mark.parametrize("missing", ["client_id", "response_type", "scope", "redirect_uri", "state"])
def test_f2_3_1_every_parameter_of_the_request_is_needed(emulator: Emulator, missing: str) -> None:
    asked = {name: value for name, value in ASKED.items() if name != missing}
    answer = emulator.call("GET", "/connect/oauth2", params=asked)
    assert answer.status_code == 400 or "error=" in answer.headers["location"]


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("http://app.example.com/back", "https"),
        ("https://127.0.0.1/back", "domain"),
        ("https://localhost/back", "domain"),
        ("https://app.example.com/back?a=b", "query"),
        ("nowhere", "address"),
    ],
)
def test_f2_3_2_addresses_of_production_apps_are_https_on_a_real_domain_without_a_query(
    emulator: Emulator, address: str, rule: str
) -> None:
    body = {"client_id": "real", "redirect_uris": [address], "production": True}
    answer = emulator.call("POST", "/_emulator/apps", json=body)
    assert (answer.status_code, rule in answer.json()["error"]) == (400, True)
    assert "real" not in emulator.world.oauth.apps


def test_f2_3_4_the_pages_of_sign_in_are_in_no_frame() -> None:
    emulator = Emulator()
    for answer in (ask(emulator), ask(emulator, client_id="x")):
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_f2_3_5_only_an_admin_of_the_company_can_connect_it() -> None:
    emulator = Emulator()
    emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"user_is_admin": False})
    assert f'value="{FRESH}"' not in ask(emulator).text
    assert f'value="{SAMPLE}"' in ask(emulator).text
    assert decide(emulator).status_code == 400
    assert back(decide(emulator, SAMPLE))["realmId"] == SAMPLE


def test_the_consent_page_offers_all_companies_and_escapes_what_it_carries() -> None:
    emulator = Emulator(company="sample")
    page = ask(emulator, state="<script>").text
    assert f'value="{SAMPLE}" checked' in page
    assert f'value="{FRESH}"' in page
    assert "<script>" not in page
    assert page.count("<label>") == len(emulator.world.companies)


@pytest.mark.parametrize(("decision", "found"), [("connect", "code"), ("cancel", "error")])
def test_the_person_decides(decision: str, found: str) -> None:
    answer = back(decide(Emulator(), SAMPLE, decision=decision))
    assert answer["state"] == ASKED["state"]
    assert found in answer
    assert (answer.get("error") == "access_denied") is (decision == "cancel")
    assert ("realmId" in answer) is (decision == "connect")


def test_a_decision_about_no_company_or_by_no_app_goes_nowhere() -> None:
    emulator = Emulator()
    assert decide(emulator, "1").status_code == 400
    assert decide(emulator, client_id="x").status_code == 400


def test_f2_4_1_a_code_becomes_tokens_by_basic_authentication_and_a_form(emulator: Emulator) -> None:
    answer = exchange(emulator)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    assert works(emulator, answer.json())


def test_f2_4_2_a_refresh_token_becomes_tokens(emulator: Emulator) -> None:
    first = exchange(emulator).json()
    second = refresh(emulator, first["refresh_token"])
    assert second.status_code == 200
    assert set(second.json()) == set(first)
    assert works(emulator, second.json())


def test_f2_4_6_lengths_of_tokens_and_codes(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    assert 512 < len(tokens["access_token"]) <= 4096
    assert len(tokens["refresh_token"]) <= 512


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_f2_6_errors_have_the_oauth_form(emulator: Emulator, form: dict[str, str], error: str) -> None:
    assert refused(token_call(emulator, form)) == error


def test_f2_6_8_a_wrong_secret(emulator: Emulator) -> None:
    answer = token_call(emulator, {"grant_type": "refresh_token"}, keys=(ID, "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Basic !!!"}, {"Authorization": b"Basic \xe9"}, {"Authorization": "Bearer x"}]
)
def test_f2_6_8_without_basic_authentication_the_client_is_invalid(emulator: Emulator, header: Any) -> None:
    answer = emulator.call("POST", "/oauth2/v1/tokens/bearer", data={"grant_type": "refresh_token"}, headers=header)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_f2_6_2_the_address_must_be_the_one_of_the_request(emulator: Emulator) -> None:
    assert refused(exchange(emulator, redirect_uri="https://elsewhere.example.com")) == "invalid_grant"


def test_f2_6_7_the_descriptions_that_were_seen(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": tokens["refresh_token"]}, auth=(ID, SECRET))
    told = [answer.json()["error_description"] for answer in (exchange(emulator, "x"), refresh(emulator, "x"))]
    assert told == ["Invalid authorization code", "Incorrect or invalid refresh token"]
    assert refresh(emulator, tokens["refresh_token"]).json()["error_description"] == "Token has been expired or revoked"


def test_f2_6_3_keys_of_development_and_production_do_not_open_each_others_connections(emulator: Emulator) -> None:
    """Two pairs of keys are two apps."""
    other = emulator.call("POST", "/_emulator/apps", json={"redirect_uris": [REDIRECT], "production": True}).json()
    keys = (other["client_id"], other["client_secret"])
    tokens = exchange(emulator).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert refused(token_call(emulator, form, keys=keys)) == "invalid_grant"
    code = {"grant_type": "authorization_code", "code": back(ask(emulator))["code"], "redirect_uri": REDIRECT}
    assert refused(token_call(emulator, code, keys=keys)) == "invalid_grant"
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": tokens["access_token"]}, auth=keys)
    assert answer.status_code == 400
    assert works(emulator, tokens)


def test_several_apps_are_connected_to_one_company_and_end_by_themselves(emulator: Emulator) -> None:
    other = emulator.call("POST", "/_emulator/apps", json={"redirect_uris": [REDIRECT]}).json()
    keys = (other["client_id"], other["client_secret"])
    first = exchange(emulator).json()
    form = {"grant_type": "authorization_code", "code": back(ask(emulator, client_id=keys[0]))["code"]}
    second = token_call(emulator, {**form, "redirect_uri": REDIRECT}, keys=keys).json()
    emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": first["refresh_token"]}, auth=(ID, SECRET))
    assert not works(emulator, first)
    assert works(emulator, second)


def test_one_person_connects_several_companies_each_with_tokens_of_its_own(emulator: Emulator) -> None:
    first, second = (exchange(emulator, back(decide(emulator, realm))["code"]).json() for realm in (FRESH, SAMPLE))
    assert works(emulator, first, FRESH)
    assert works(emulator, second, SAMPLE)
    assert not works(emulator, first, SAMPLE)
    assert not works(emulator, second, FRESH)


def test_f2_5_9_f2_5_10_the_hosted_link_leads_to_where_the_app_reconnects(emulator: Emulator) -> None:
    def link(**params: str) -> httpx2.Response:
        asked = {"appId": ID, "realmId": FRESH, "mode": "reconnect", **params}
        return emulator.call("GET", "/app/connect/oauth2/request", params=asked)

    assert link().status_code == 400  # no Reconnect URL, which Intuit requires
    app = {
        "client_id": ID,
        "client_secret": SECRET,
        "redirect_uris": [REDIRECT],
        "reconnect_url": "https://a.test/r?x=1",
    }
    assert emulator.call("POST", "/_emulator/apps", json=app).status_code == 201
    assert link().headers["location"] == f"https://a.test/r?x=1&realmId={FRESH}"
    for wrong in ({"appId": "x"}, {"realmId": "1"}, {"mode": ""}):
        assert link(**wrong).status_code == 400


@pytest.mark.parametrize("name", ["launch_url", "disconnect_url", "reconnect_url"])
def test_f2_5_11_the_other_addresses_of_an_app_are_checked_too(emulator: Emulator, name: str) -> None:
    answer = emulator.call("POST", "/_emulator/apps", json={name: "javascript:alert(1)"})
    assert (answer.status_code, name in answer.json()["error"]) == (400, True)
