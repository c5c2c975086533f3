"""Signing in: what is asked, what is believed, and which error each refusal becomes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from qbo_client.auth import AuthClient
from qbo_client.config import ConfigError, Credentials, Endpoints, Timeouts
from qbo_client.tokens import (
    AuthError,
    AuthUnavailable,
    ConsentRefused,
    Discovery,
    InvalidClient,
    InvalidGrant,
    StateMismatch,
    Tokens,
    parse_callback,
    parse_discovery,
    parse_tokens,
)
from qbo_client.transport import open_http

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BASE = "http://localhost:9000"
DOCUMENT = {
    "issuer": BASE,
    "authorization_endpoint": f"{BASE}/connect/oauth2",
    "token_endpoint": f"{BASE}/oauth2/v1/tokens/bearer",
    "revocation_endpoint": f"{BASE}/v2/oauth2/tokens/revoke",
    "userinfo_endpoint": f"{BASE}/v1/openid_connect/userinfo",
    "scopes_supported": ["openid"],
}
ANSWER = {
    "token_type": "bearer",
    "access_token": "acc",
    "expires_in": 3600,
    "refresh_token": "ref",
    "x_refresh_token_expires_in": 8_726_400,
}


class Server:
    """Answers discovery, and everything else with one given response."""

    def __init__(self, response: httpx2.Response | type[httpx2.RequestError]) -> None:
        self.response = response
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.path.startswith("/.well-known/"):
            return httpx2.Response(200, json=DOCUMENT)
        if isinstance(self.response, httpx2.Response):
            return self.response
        raise self.response("x", request=request)


def ask(handler: Callable[[httpx2.Request], httpx2.Response], what: Callable[[AuthClient], Awaitable[T]]) -> T:
    async def main() -> T:
        credentials = Credentials("id", "s3cret", "http://localhost:8000/back")
        async with open_http(Timeouts(), httpx2.MockTransport(handler)) as http:
            return await what(AuthClient(http, Endpoints.at(BASE), credentials, lambda: NOW))

    return asyncio.run(main())


def test_the_consent_page() -> None:
    url = ask(Server(httpx2.Response(500)), lambda auth: auth.authorize_url("st&te"))
    assert url.startswith(f"{BASE}/connect/oauth2?")
    assert parse_qs(urlsplit(url).query) == {
        "client_id": ["id"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": ["http://localhost:8000/back"],
        "state": ["st&te"],
    }


def test_a_code_becomes_tokens() -> None:
    server = Server(httpx2.Response(200, json={**ANSWER, "x_refresh_token_hard_expires_in": 157_680_000}))
    tokens = ask(server, lambda auth: auth.exchange("c0de"))
    assert tokens == Tokens(
        "acc",
        "ref",
        NOW + timedelta(hours=1),
        NOW + timedelta(days=101),
        NOW + timedelta(seconds=157_680_000),
    )
    request = server.requests[-1]
    assert str(request.url) == DOCUMENT["token_endpoint"]
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c0de"],
        "redirect_uri": ["http://localhost:8000/back"],
    }
    assert request.headers["authorization"] == "Basic aWQ6czNjcmV0"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["accept"] == "application/json"
    assert request.headers["x-include-refresh-token-hard-expires-in"] == "true"


def test_a_refresh_and_the_discovery_document_read_once() -> None:
    server = Server(httpx2.Response(200, json=ANSWER))

    async def twice(auth: AuthClient) -> Tokens:
        await auth.refresh("old")
        return await auth.refresh("old+/=")

    tokens = ask(server, twice)
    assert (tokens.refresh_token, tokens.hard_expires_at) == ("ref", None)
    assert [request.url.path for request in server.requests] == [
        "/.well-known/openid_configuration",
        "/oauth2/v1/tokens/bearer",
        "/oauth2/v1/tokens/bearer",
    ]
    assert parse_qs(server.requests[-1].content.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["old+/="],
    }


@pytest.mark.parametrize(("status", "known"), [(200, True), (400, False)])
def test_revoke(status: int, known: bool) -> None:
    server = Server(httpx2.Response(status))
    assert ask(server, lambda auth: auth.revoke("ref")) is known
    assert json.loads(server.requests[-1].content) == {"token": "ref"}
    assert str(server.requests[-1].url) == DOCUMENT["revocation_endpoint"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "error"),
    [
        (400, b'{"error":"invalid_grant","error_description":"Token has been expired"}', InvalidGrant, "invalid_grant"),
        (401, b'{"error":"invalid_client"}', InvalidClient, "invalid_client"),
        (401, b"", InvalidClient, "invalid_client"),
        (400, b'{"error":"invalid_request"}', AuthError, "invalid_request"),
        (400, b"<html>", AuthError, "http_400"),
        (404, b"<html>", AuthUnavailable, "http_404"),
        (302, b"", AuthUnavailable, "http_302"),
        (429, b"", AuthUnavailable, "http_429"),
        (500, b'{"error":"invalid_grant"}', AuthUnavailable, "http_500"),
        (503, b"<html>", AuthUnavailable, "http_503"),
        (200, b"", AuthUnavailable, "unreadable_answer"),
        (200, b"<html>", AuthUnavailable, "unreadable_answer"),
        (200, b"[]", AuthUnavailable, "unreadable_answer"),
        (200, b"7", AuthUnavailable, "unreadable_answer"),
        (200, b'{"access_token":"a","refr', AuthUnavailable, "unreadable_answer"),
        (200, b'{"access_token":"a","refresh_token":"r","expires_in":3600}', AuthUnavailable, "unreadable_answer"),
        (200, b'{"access_token":"a","expires_in":"soon"}', AuthUnavailable, "unreadable_answer"),
        (200, b'{"error":"invalid_grant"}', AuthUnavailable, "unreadable_answer"),
    ],
)
def test_each_refusal_has_its_error(status: int, body: bytes, kind: type[AuthError], error: str) -> None:
    server = Server(httpx2.Response(status, content=body, headers={"intuit_tid": "1-t"}))
    with pytest.raises(AuthError) as raised:
        ask(server, lambda auth: auth.refresh("old"))
    assert type(raised.value) is kind
    assert (raised.value.error, raised.value.tid) == (error, "1-t")


def test_what_an_error_says() -> None:
    with pytest.raises(InvalidGrant, match=r"^invalid_grant: Incorrect or invalid refresh token$"):
        body = b'{"error":"invalid_grant","error_description":"Incorrect or invalid refresh token"}'
        parse_tokens(400, body, NOW)


@pytest.mark.parametrize(("error", "maybe_sent"), [(httpx2.ConnectError, False), (httpx2.ReadTimeout, True)])
def test_no_answer_says_whether_a_token_may_be_gone(error: type[httpx2.RequestError], maybe_sent: bool) -> None:
    with pytest.raises(AuthUnavailable) as raised:
        ask(Server(error), lambda auth: auth.refresh("old"))
    assert (raised.value.description, raised.value.maybe_sent) == (error.__name__, maybe_sent)


@pytest.mark.parametrize("status", [400, 500])
def test_a_discovery_document_that_cannot_be_had(status: int) -> None:
    with pytest.raises(AuthUnavailable) as raised:
        ask(lambda _: httpx2.Response(status), lambda auth: auth.refresh("old"))
    assert (raised.value.error, raised.value.maybe_sent) == (f"http_{status}", False)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"token_endpoint":7}'])
def test_what_is_no_discovery_document(body: bytes) -> None:
    with pytest.raises(AuthUnavailable, match="bad_discovery"):
        parse_discovery(body)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "revocation_endpoint"])
def test_a_discovery_document_cannot_lead_to_plain_http(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        parse_discovery(json.dumps({**DOCUMENT, name: "http://elsewhere.example/x"}).encode())


def test_secrets_do_not_show() -> None:
    tokens = parse_tokens(200, json.dumps(ANSWER).encode(), NOW)
    assert "acc'" not in repr(tokens)
    assert "ref'" not in repr(tokens)
    assert "c0de" not in repr(parse_callback("code=c0de&state=s&realmId=1", "s"))


def test_the_way_back() -> None:
    callback = parse_callback("code=c%2Bd&state=s%20t&realmId=934100", "s t")
    assert (callback.code, callback.realm_id) == ("c+d", "934100")


@pytest.mark.parametrize(
    ("query", "expected", "kind"),
    [
        ("code=c&state=other&realmId=1", "s", StateMismatch),
        ("code=c&realmId=1", "s", StateMismatch),
        ("code=c&state=&realmId=1", "", StateMismatch),
        ("code=c&state=%C3%A9&realmId=1", "s", StateMismatch),
        ("error=access_denied", "s", StateMismatch),
        ("error=access_denied&state=s", "s", ConsentRefused),
        ("state=s&realmId=1", "s", ConsentRefused),
        ("code=c&state=s", "s", ConsentRefused),
        ("code=c&state=s&realmId=1/../2", "s", ConsentRefused),
    ],
)
def test_a_way_back_that_is_not_ours_or_says_no(query: str, expected: str, kind: type[AuthError]) -> None:
    with pytest.raises(kind):
        parse_callback(query, expected)


def test_an_authorization_endpoint_may_have_a_query_already() -> None:
    from qbo_client.tokens import authorize_url

    discovery = Discovery("https://a.example/x?y=1", "https://a.example/t", "https://a.example/r")
    url = authorize_url(discovery, Credentials("id", "s", "https://b.example"), "st", ("a", "b"))
    assert url.startswith("https://a.example/x?y=1&client_id=id&")
    assert "scope=a+b" in url
