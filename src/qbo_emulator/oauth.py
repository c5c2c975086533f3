"""Apps, consent, codes and tokens, with their lives by the clock (section 2). No HTTP.

A grant is one consent: one app, one realm, one refresh token whose value changes about daily, and the access
tokens made from it. Whatever ends a grant ends all of its tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qbo_emulator.clock import Clock
from qbo_emulator.ids import Ids

ACCOUNTING = "com.intuit.quickbooks.accounting"
IDENTITY = ("openid", "profile", "email", "phone", "address")
SCOPES = (ACCOUNTING, "com.intuit.quickbooks.payment", *IDENTITY)  # F2.2-1, F2.2-2

CODE_LIFE = timedelta(minutes=10)  # not documented (section 13 no. 15): our choice
ACCESS_LIFE = timedelta(hours=1)  # F2.5-1
IDLE_LIFE = timedelta(days=100)  # F2.5-2
ROTATION = timedelta(hours=24)  # F2.5-3
HARD_LIFE = timedelta(days=5 * 365)  # F2.5-5


class OAuthError(Exception):
    """An error in the OAuth form, `error` and `error_description` (F9.1-6); `status` is the HTTP status."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class App:
    """A registered app."""

    client_id: str
    client_secret: str
    redirect_uris: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Grant:
    """One consent of one customer for one app."""

    client_id: str
    realm_id: str
    scopes: tuple[str, ...]
    created_at: datetime
    refresh_value: str = ""
    value_since: datetime | None = None
    refreshed_at: datetime | None = None
    ended: bool = False

    def hard_end(self) -> datetime:
        """The moment after which nothing renews it (F2.5-5)."""
        return self.created_at + HARD_LIFE

    def refresh_end(self) -> datetime:
        """The moment at which the refresh token dies if it is not used again."""
        return min((self.refreshed_at or self.created_at) + IDLE_LIFE, self.hard_end())


@dataclass(slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A token answer."""

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int
    hard_expires_in: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a live access token allows."""

    client_id: str
    realm_id: str
    scopes: tuple[str, ...]


class OAuth:
    """The authorization server."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self.apps: dict[str, App] = {}
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, Grant] = {}
        self._access: dict[str, tuple[Grant, datetime]] = {}

    def register(self, client_id: str, client_secret: str, redirect_uris: Iterable[str]) -> App:
        """Add an app, or replace the one with this id; empty strings are drawn."""
        app = App(client_id or self._ids.token("AB", 50), client_secret or self._ids.token("", 40), list(redirect_uris))
        self.apps[app.client_id] = app
        return app

    def authenticate(self, client_id: str, client_secret: str) -> App:
        """The app behind Basic authentication; invalid_client, 401, otherwise (F2.6-8)."""
        app = self.apps.get(client_id)
        if app is None or app.client_secret != client_secret:
            raise OAuthError("invalid_client", status=401)
        return app

    def check_request(self, client_id: str, redirect_uri: str) -> App:
        """The app of an authorize request. Errors here are never sent back to the app (F2.3-8)."""
        app = self.apps.get(client_id)
        if app is None:
            raise OAuthError("invalid_client", "The client_id is unknown.")
        if redirect_uri not in app.redirect_uris:
            raise OAuthError("invalid_redirect_uri", "The redirect_uri is not one of the registered ones.")
        return app

    @staticmethod
    def check_scope(scope: str) -> tuple[str, ...]:
        """The asked scopes; invalid_scope if one is unknown or none is there (F2.3-7)."""
        scopes = tuple(scope.split())
        if not scopes or any(one not in SCOPES for one in scopes):
            raise OAuthError("invalid_scope", "A scope is unknown or missing.")
        return scopes

    def consent(self, client_id: str, realm_id: str, scopes: tuple[str, ...], redirect_uri: str) -> str:
        """A code for a fresh grant, single use (F2.3-6)."""
        code = self._ids.token("AB11", 50)
        grant = Grant(client_id, realm_id, scopes, self._clock.now())
        self._codes[code] = _Code(grant, redirect_uri, self._clock.now() + CODE_LIFE)
        return code

    def exchange(self, app: App, code: str, redirect_uri: str) -> Issued:
        """Tokens for a code. A code used twice also ends the tokens that it gave (F2.6-1)."""
        held = self._codes.get(code)
        if held is None or held.grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if held.used:
            self.end(held.grant)
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if held.redirect_uri != redirect_uri or self._clock.now() >= held.expires_at:
            raise OAuthError("invalid_grant", "Invalid authorization code")
        held.used = True
        return self._issue(held.grant)

    def issue_directly(self, client_id: str, realm_id: str) -> Issued:
        """Tokens without a browser: the control API's short cut."""
        return self._issue(Grant(client_id, realm_id, (ACCOUNTING,), self._clock.now()))

    def refresh(self, app: App, value: str) -> Issued:
        """New access for a refresh token; its value changes only when it is a day old (F2.5-3)."""
        grant = self._refresh.get(value)
        if grant is None or grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        if grant.ended or self._clock.now() >= grant.refresh_end():
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        return self._issue(grant)

    def revoke(self, app: App, token: str) -> None:
        """End the grant of either of its tokens; 400 for a bad or dead one (section 2.4)."""
        grant = self._refresh.get(token)
        if grant is None and token in self._access:
            grant = self._access[token][0]
        if grant is None or grant.ended or grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        self.end(grant)

    def access(self, token: str) -> Access | None:
        """What a token allows at present; None if it is unknown, expired or its grant ended."""
        held = self._access.get(token)
        if held is None or held[0].ended or self._clock.now() >= held[1]:
            return None
        grant = held[0]
        return Access(grant.client_id, grant.realm_id, grant.scopes)

    def expire(self, token: str) -> None:
        """An access token dies before its time; its grant lives on."""
        self._access.pop(token, None)

    def disconnect(self, realm_id: str) -> int:
        """The customer disconnects inside QuickBooks: every grant of the realm ends. Answers how many."""
        held = list(self._refresh.values())
        held += [code.grant for code in self._codes.values()]
        grants = {id(grant): grant for grant in held if grant.realm_id == realm_id and not grant.ended}
        for grant in grants.values():
            self.end(grant)
        return len(grants)

    def grants(self, realm_id: str) -> list[Grant]:
        """What still gives access to a realm, oldest first."""
        now = self._clock.now()
        held = [grant for grant in self._refresh.values() if grant.realm_id == realm_id]
        return sorted(
            (one for one in held if not one.ended and now < one.refresh_end()), key=lambda one: one.created_at
        )

    def end(self, grant: Grant) -> None:
        """End a grant with all of its tokens."""
        grant.ended = True
        self._access = {token: held for token, held in self._access.items() if held[0] is not grant}

    def _issue(self, grant: Grant) -> Issued:
        now = self._clock.now()
        if grant.ended:
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        grant.refreshed_at = now
        if grant.value_since is None or now - grant.value_since >= ROTATION:
            self._refresh.pop(grant.refresh_value, None)  # the old value dies (F2.5-4)
            grant.refresh_value = self._ids.token("AB11", 50)
            grant.value_since = now
            self._refresh[grant.refresh_value] = grant
        access_token = self._ids.token("eyJ", 900)
        self._access[access_token] = (grant, now + ACCESS_LIFE)
        return Issued(
            access_token,
            grant.refresh_value,
            int(ACCESS_LIFE.total_seconds()),
            int((grant.refresh_end() - now).total_seconds()),
            int((grant.hard_end() - now).total_seconds()),
        )
