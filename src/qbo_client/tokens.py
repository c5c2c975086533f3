"""OAuth answers as data: the discovery document, tokens, the way back from the consent page, and what can go wrong.

Pure: the clock is an argument. oauthlib parses token answers; its https check, a process-wide switch, is not used
(addresses are checked by `config`).
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlencode

import msgspec
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.parameters import parse_token_response

from qbo_client.config import Credentials, check_address

ACCOUNTING: Final = "com.intuit.quickbooks.accounting"
"""The scope to read and write the books {F2.2-1}."""


class AuthError(Exception):
    """The sign-in service refused or failed. `error` is OAuth's own word, `tid` Intuit's trace id or ""."""

    def __init__(self, error: str, description: str = "", tid: str = "") -> None:
        super().__init__(": ".join(filter(None, (error, description))))
        self.error = error
        self.description = description
        self.tid = tid


class InvalidGrant(AuthError):
    """The code or refresh token is used, expired, revoked or not the newest (section 2.6)."""


class InvalidClient(AuthError):
    """Client id and secret do not fit {F2.6-8}."""


class AuthUnavailable(AuthError):
    """No usable answer. If `maybe_sent`, a token may have been replaced or revoked all the same {F2.6-10}."""

    def __init__(self, error: str, description: str = "", tid: str = "", maybe_sent: bool = True) -> None:
        super().__init__(error, description, tid)
        self.maybe_sent = maybe_sent


class ConsentRefused(AuthError):
    """The person said no, or Intuit did: the way back carries an error instead of a code {F2.3-7}."""


class StateMismatch(AuthError):
    """The way back does not belong to the sign-in that was begun here {F2.3-3}: forged, or of another session."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The endpoints that the discovery document names {F2.1-10}."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str = ""
    issuer: str = ""

    def __post_init__(self) -> None:
        check_address("authorization_endpoint", self.authorization_endpoint)
        check_address("token_endpoint", self.token_endpoint)
        check_address("revocation_endpoint", self.revocation_endpoint)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens with aware UTC times; `hard_expires_at` is the end that no refresh moves {F2.5-5}, if told."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime
    hard_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Callback:
    """What the consent page sent back: a code, single use, and the realm that was chosen {F2.3-6}."""

    code: str = field(repr=False)
    realm_id: str


def authorize_url(
    discovery: Discovery, credentials: Credentials, state: str, scopes: tuple[str, ...] = (ACCOUNTING,)
) -> str:
    """Return the address of the consent page {F2.3-1}. `state` must be unguessable and kept for the way back."""
    asked = {
        "client_id": credentials.client_id,
        "response_type": "code",
        "scope": " ".join(scopes),
        "redirect_uri": credentials.redirect_uri,
        "state": state,
    }
    joint = "&" if "?" in discovery.authorization_endpoint else "?"
    return f"{discovery.authorization_endpoint}{joint}{urlencode(asked)}"


def parse_callback(query: str, expected_state: str) -> Callback:
    """Return what the query string of the way back holds.

    Raises StateMismatch if the state is not the expected one, ConsentRefused if consent was not given or the answer
    lacks its code or realm.
    """
    given = {name: values[0] for name, values in parse_qs(query).items()}
    if not expected_state or not hmac.compare_digest(given.get("state", "").encode(), expected_state.encode()):
        raise StateMismatch("state_mismatch", "this answer does not belong to a sign-in begun here")
    if "error" in given:
        raise ConsentRefused(given["error"], given.get("error_description", ""))
    code, realm_id = given.get("code", ""), given.get("realmId", "")
    if not code or not realm_id.isdecimal():
        raise ConsentRefused("incomplete_answer", "no code, or no QuickBooks company was chosen")
    return Callback(code, realm_id)


class _DiscoveryDocument(msgspec.Struct):
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str = ""
    issuer: str = ""


def parse_discovery(body: bytes, tid: str = "") -> Discovery:
    """Return the document's endpoints. Raises AuthUnavailable if it is none, ConfigError for an unsafe address."""
    try:
        found = msgspec.json.decode(body, type=_DiscoveryDocument)
    except msgspec.DecodeError as error:
        raise AuthUnavailable("bad_discovery", str(error), tid, maybe_sent=False) from error
    return Discovery(
        found.authorization_endpoint,
        found.token_endpoint,
        found.revocation_endpoint,
        found.userinfo_endpoint,
        found.issuer,
    )


class _TokenAnswer(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int
    x_refresh_token_expires_in: int
    x_refresh_token_hard_expires_in: int | None = None


def parse_tokens(status: int, body: bytes, now: datetime, tid: str = "") -> Tokens:
    """Return the tokens in the answer of the token endpoint; lifetimes are read, never assumed {F2.4-3}.

    `now` is an aware UTC time not later than the answer. Raises InvalidGrant, InvalidClient or AuthError by OAuth's own
    error word, AuthUnavailable for every answer that cannot be read or is the server's failure.
    """
    if status >= 500 or status in (408, 429):
        raise AuthUnavailable(f"http_{status}", tid=tid)
    raise_oauth_error(status, body, tid)
    try:
        msgspec.json.decode(body, type=dict)  # oauthlib would also take a form for an answer, and fail on a list
        answer = msgspec.convert(dict(parse_token_response(body)), _TokenAnswer, strict=False)
    except (OAuth2Error, ValueError, msgspec.DecodeError) as error:
        raise AuthUnavailable("unreadable_answer", type(error).__name__, tid) from error
    hard = answer.x_refresh_token_hard_expires_in
    return Tokens(
        access_token=answer.access_token,
        refresh_token=answer.refresh_token,
        access_expires_at=now + timedelta(seconds=answer.expires_in),
        refresh_expires_at=now + timedelta(seconds=answer.x_refresh_token_expires_in),
        hard_expires_at=None if hard is None else now + timedelta(seconds=hard),
    )


class _OAuthError(msgspec.Struct):
    error: str
    error_description: str = ""


def raise_oauth_error(status: int, body: bytes, tid: str = "") -> None:
    """Raise what a refusal of an OAuth endpoint means (section 2.6); return if the status is 200."""
    if status == 200:
        return
    try:
        refusal = msgspec.json.decode(body, type=_OAuthError)
    except msgspec.DecodeError:
        refusal = _OAuthError("invalid_client" if status == 401 else f"http_{status}")
    known = {"invalid_grant": InvalidGrant, "invalid_client": InvalidClient}
    if status not in (400, 401, 403):
        raise AuthUnavailable(refusal.error, refusal.error_description, tid)
    raise known.get(refusal.error, AuthError)(refusal.error, refusal.error_description, tid)
