"""Who consented: id tokens that verify with the published key, and userinfo by scope (2.1, 2.2, 2.4).

Verified by another implementation of RSA than the one that signs.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from emulator_books import NOW
from emulator_http import FRESH, ID, SAMPLE, Emulator
from emulator_sign_in import ACCOUNTING, ask, back, decide, exchange, refresh

from qbo_emulator.id_tokens import BITS, IdTokens
from qbo_emulator.ids import SeededIds


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _verify(token: str, key: dict[str, str]) -> dict[str, Any]:
    """The claims of a token; InvalidSignature if the key did not sign it."""
    numbers = (int.from_bytes(_bytes(key[name]), "big") for name in ("e", "n"))
    public = RSAPublicNumbers(*numbers).public_key()
    head, claims, signature = token.split(".")
    public.verify(_bytes(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert public.key_size == BITS
    assert json.loads(_bytes(head)) == {"kid": key["kid"], "typ": "JWT", "alg": "RS256"}
    found: dict[str, Any] = json.loads(_bytes(claims))
    return found


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """One emulator for all, since drawing a key takes a while."""
    return Emulator(auto_consent=True)


def _tokens(emulator: Emulator, scope: str, realm: str = FRESH) -> dict[str, Any]:
    tokens: dict[str, Any] = exchange(emulator, back(decide(emulator, realm, scope=scope))["code"]).json()
    return tokens


def test_f2_4_4_f2_1_7_an_id_token_is_signed_by_the_published_key(emulator: Emulator) -> None:
    tokens = _tokens(emulator, f"openid {ACCOUNTING}")
    (key,) = emulator.call("GET", "/op/v1/jwks").json()["keys"]
    claims = _verify(tokens["id_token"], key)
    now = int(NOW.timestamp())
    assert claims.pop("sub")
    assert claims == {
        "aud": [ID],
        "realmid": FRESH,
        "auth_time": now,
        "iss": "http://quickbooks.test/op/v1",  # F2.1-8
        "iat": now,
        "exp": now + 3600,
    }
    assert _verify(refresh(emulator, tokens["refresh_token"]).json()["id_token"], key)["realmid"] == FRESH


def test_f2_4_4_without_the_openid_scope_there_is_no_id_token(emulator: Emulator) -> None:
    assert "id_token" not in _tokens(emulator, ACCOUNTING)


def test_another_key_does_not_verify(emulator: Emulator) -> None:
    (key,) = IdTokens(SeededIds(3)).key_set()["keys"]
    token = _tokens(emulator, "openid")["id_token"]
    with pytest.raises(InvalidSignature):
        _verify(token, {**key, "kid": json.loads(_bytes(token.partition(".")[0]))["kid"]})


def test_the_key_stays_the_same_when_it_is_kept(emulator: Emulator) -> None:
    emulator.world.id_tokens.prepare()
    kept = IdTokens(SeededIds(4))
    kept.load(emulator.world.id_tokens.dump())
    assert kept.key_set() == emulator.world.id_tokens.key_set()


def test_f2_1_6_f2_2_2_userinfo_tells_what_the_scopes_allow(emulator: Emulator) -> None:
    def info(scope: str) -> Any:
        header = {"Authorization": f"Bearer {_tokens(emulator, scope)['access_token']}"}
        return emulator.call("GET", "/v1/openid_connect/userinfo", headers=header)

    assert set(info("openid").json()) == {"sub"}
    assert info(f"openid profile {ACCOUNTING}").json()["givenName"] == "Robin"
    assert info("openid email").json()["email"] == "robin.keeper@example.com"
    assert set(info("openid phone").json()) == {"sub", "phoneNumber", "phoneNumberVerified"}
    assert info("openid address").json()["address"]["City"] == "Mountain View"
    assert info(ACCOUNTING).status_code == 403
    assert emulator.call("GET", "/v1/openid_connect/userinfo").status_code == 401


def test_f2_7_7_an_email_address_may_be_unverified(emulator: Emulator) -> None:
    header = {"Authorization": f"Bearer {_tokens(emulator, 'openid email')['access_token']}"}

    def verified() -> bool:
        told: bool = emulator.call("GET", "/v1/openid_connect/userinfo", headers=header).json()["emailVerified"]
        return told

    assert verified() is True
    emulator.call("PATCH", "/_emulator/options", json={"email_verified": False})
    assert verified() is False
    emulator.call("PATCH", "/_emulator/options", json={"email_verified": True})


def test_a_person_is_the_same_for_all_companies_and_another_elsewhere(emulator: Emulator) -> None:
    def subject(realm: str) -> str:
        claims = _tokens(emulator, "openid", realm)["id_token"].split(".")[1]
        return str(json.loads(_bytes(claims))["sub"])

    added = emulator.call("POST", "/_emulator/companies", json={"kind": "fresh"}).json()[0]["realm_id"]
    assert subject(added) == subject(FRESH) != subject(SAMPLE)


def test_the_page_of_consent_is_asked_for_identity_alone_too(emulator: Emulator) -> None:
    assert "realmId" not in back(ask(emulator, scope="openid profile"))
