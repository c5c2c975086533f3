"""Consent, codes and tokens, with their lives by the clock (section 2). No HTTP.

A grant is one consent: one app, one realm, one refresh token whose value changes about daily, and the access
tokens made from it. Whatever ends a grant ends all of its tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qbo_emulator.apps import ACCOUNTING, App, asked_scopes, check_app
from qbo_emulator.books.state import State, value
from qbo_emulator.clock import Clock
from qbo_emulator.ids import Ids
from qbo_emulator.options import Options

CODE_LIFE = timedelta(minutes=10)  # not documented (section 13 no. 15): our choice
ACCESS_LIFE = timedelta(hours=1)  # F2.5-1
ROTATION = timedelta(hours=24)  # F2.5-3
HARD_LIFE = timedelta(days=5 * 365)  # F2.5-5, F2.5-6


class OAuthError(Exception):
    """An error in the OAuth form, `error` and `error_description` (F9.1-6); `status` is the HTTP status."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@value
@dataclass(frozen=True, slots=True)
class Grant:
    """One consent of one person for one app, as it is at present. `person` is who consented."""

    number: int
    client_id: str
    realm_id: str
    person: str
    scopes: tuple[str, ...]
    created_at: datetime
    refresh_value: str = ""
    value_since: datetime | None = None
    value_before: str = ""
    ended: bool = False
    admin_removed: bool = False

    def hard_end(self) -> datetime:
        """The moment after which nothing renews it (F2.5-5)."""
        return self.created_at + HARD_LIFE

    def refresh_end(self, life: timedelta) -> datetime:
        """The moment at which the present value dies: its own life, which a new value extends, or the hard end."""
        return min((self.value_since or self.created_at) + life, self.hard_end())


@value
@dataclass(frozen=True, slots=True)
class Code:
    """What a code of the consent page stands for."""

    grant: int
    redirect_uri: str
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A token answer; lives in seconds."""

    grant: Grant
    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int
    hard_expires_in: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a live access token allows. `admin_removed`: who consented is no admin any more (F9.3-6)."""

    client_id: str
    realm_id: str
    scopes: tuple[str, ...]
    person: str
    admin_removed: bool = False


class OAuth(State):
    """The authorization server."""

    APART = ("_clock", "_ids", "_options")

    def __init__(self, clock: Clock, ids: Ids, options: Callable[[], Options]) -> None:
        self._clock = clock
        self._ids = ids
        self._options = options
        self.apps: dict[str, App] = {}
        self._grants: dict[int, Grant] = {}
        self._of_realm: dict[str, list[int]] = {}
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, int] = {}
        self._access: dict[str, tuple[int, datetime]] = {}
        self._tokens: dict[int, list[str]] = {}
        self._last = 0

    def register(self, client_id: str, client_secret: str, redirect_uris: Iterable[str]) -> App:
        """Add an app that has nothing but keys and addresses; see `add`."""
        return self.add(App(client_id, client_secret, tuple(redirect_uris)))

    def add(self, app: App) -> App:
        """Add an app, or replace the one with this id; empty keys are drawn. BadInput for a wrong address."""
        client_id = app.client_id or self._ids.token("AB", 50)
        app = replace(app, client_id=client_id, client_secret=app.client_secret or self._ids.token("", 40))
        check_app(app)
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
        if redirect_uri not in app.redirect_uris:  # F2.3-2: exactly, to the last character
            raise OAuthError("invalid_redirect_uri", "The redirect_uri is not one of the registered ones.")
        return app

    @staticmethod
    def check_scope(app: App, scope: str) -> tuple[str, ...]:
        """The asked scopes; invalid_scope if one is unknown or none is there (F2.3-7)."""
        scopes = asked_scopes(app, scope)
        if scopes is None:
            raise OAuthError("invalid_scope", "A scope is unknown, not allowed for this app, or missing.")
        return scopes

    def consent(self, client_id: str, realm_id: str, scopes: tuple[str, ...], redirect_uri: str, person: str) -> str:
        """A code for a fresh grant, single use (F2.3-6)."""
        grant = self._new_grant(client_id, realm_id, person, scopes)
        code = self._ids.token("AB11", 50)
        self._codes[code] = Code(grant.number, redirect_uri, self._clock.now() + CODE_LIFE)
        return code

    def exchange(self, app: App, code: str, redirect_uri: str) -> Issued:
        """Tokens for a code. A code used twice also ends the tokens that it gave (F2.6-1)."""
        held = self._codes.get(code)
        if held is None or self._grants[held.grant].client_id != app.client_id:
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if held.used:
            self.end(self._grants[held.grant])
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if held.redirect_uri != redirect_uri or self._clock.now() >= held.expires_at:
            raise OAuthError("invalid_grant", "Invalid authorization code")
        self._codes[code] = replace(held, used=True)
        return self._issue(self._grants[held.grant])

    def issue_directly(self, client_id: str, realm_id: str, person: str = "") -> Issued:
        """Tokens without a browser: the control API's short cut."""
        return self._issue(self._new_grant(client_id, realm_id, person, (ACCOUNTING,)))

    def refresh(self, app: App, token: str) -> Issued:
        """New access for a refresh token; its value changes only when it is a day old (F2.5-3)."""
        grant = self._by_refresh_token(token)
        if grant is None or grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        if grant.ended or grant.admin_removed or self._clock.now() >= self._refresh_end(grant):
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        if token != grant.refresh_value and not self._in_grace(grant):
            if self._options().refresh_race == "both":
                self.end(grant)
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        return self._issue(grant)

    def revoke(self, app: App, token: str) -> None:
        """End the grant of either of its tokens; 400 for a bad or dead one (section 2.4)."""
        grant = self._by_refresh_token(token)
        if grant is None and token in self._access:
            grant = self._grants[self._access[token][0]]
        if grant is None or grant.ended or grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        self.end(grant)

    def access(self, token: str) -> Access | None:
        """What a token allows at present; None if it is unknown, expired or its grant ended."""
        number, expires_at = self._access.get(token, (0, None))
        if expires_at is None or self._clock.now() >= expires_at:
            return None
        grant = self._grants[number]
        return Access(grant.client_id, grant.realm_id, grant.scopes, grant.person, grant.admin_removed)

    def expire(self, token: str) -> None:
        """An access token dies before its time; its grant lives on."""
        number, _ = self._access.pop(token, (0, None))
        if number:
            self._tokens[number].remove(token)

    def disconnect(self, realm_id: str) -> int:
        """The customer disconnects inside QuickBooks: every grant of the realm ends. Answers how many."""
        grants = list(self._living(realm_id))
        for grant in grants:
            self.end(grant)
        return len(grants)

    def remove_admin(self, realm_id: str) -> int:
        """Whoever consented for this realm is no admin any more: its tokens are refused until another one consents
        (F2.6-6, F9.3-6). Answers how many grants that concerns.
        """
        grants = list(self._living(realm_id))
        for grant in grants:
            self._grants[grant.number] = replace(grant, admin_removed=True)
        return len(grants)

    def grants(self, realm_id: str) -> list[Grant]:
        """What still gives access to a realm, oldest first."""
        now = self._clock.now()
        return [one for one in self._living(realm_id) if one.refresh_value and now < self._refresh_end(one)]

    def connected(self, client_id: str, realm_id: str) -> bool:
        """Whether an app has access to a realm at present."""
        return any(one.client_id == client_id and not one.admin_removed for one in self.grants(realm_id))

    def end(self, grant: Grant) -> None:
        """End a grant with all of its tokens; nothing if it has ended."""
        if self._grants[grant.number].ended:
            return
        self._grants[grant.number] = replace(self._grants[grant.number], ended=True)
        self._of_realm[grant.realm_id].remove(grant.number)
        for token in self._tokens.pop(grant.number, ()):
            del self._access[token]

    def _living(self, realm_id: str) -> Iterator[Grant]:
        """Grants that nobody ended."""
        return (self._grants[number] for number in self._of_realm.get(realm_id, ()))

    def _new_grant(self, client_id: str, realm_id: str, person: str, scopes: tuple[str, ...]) -> Grant:
        self._last += 1
        grant = Grant(self._last, client_id, realm_id, person, scopes, self._clock.now())
        self._grants[grant.number] = grant
        self._of_realm.setdefault(realm_id, []).append(grant.number)
        return grant

    def _by_refresh_token(self, token: str) -> Grant | None:
        number = self._refresh.get(token)
        return None if number is None else self._grants[number]

    def _refresh_end(self, grant: Grant) -> datetime:
        return grant.refresh_end(timedelta(days=self._options().refresh_token_days))

    def _in_grace(self, grant: Grant) -> bool:
        """Whether the value before the present one still works (F2.5-4)."""
        grace = timedelta(seconds=self._options().refresh_grace_seconds)
        return grant.value_since is not None and self._clock.now() < grant.value_since + grace

    def _issue(self, grant: Grant) -> Issued:
        now = self._clock.now()
        if grant.ended:
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        if grant.value_since is None or now - grant.value_since >= ROTATION:
            grant = self._rotate(grant, now)
        return Issued(
            grant,
            self._new_access_token(grant, now),
            grant.refresh_value,
            int(ACCESS_LIFE.total_seconds()),
            int((self._refresh_end(grant) - now).total_seconds()),
            int((grant.hard_end() - now).total_seconds()),
        )

    def _rotate(self, grant: Grant, now: datetime) -> Grant:
        """A new refresh value; the one before the old one is forgotten."""
        self._refresh.pop(grant.value_before, None)
        fresh = self._ids.token("AB11", 50)
        grant = replace(grant, refresh_value=fresh, value_since=now, value_before=grant.refresh_value)
        self._refresh[fresh] = grant.number
        self._grants[grant.number] = grant
        return grant

    def _new_access_token(self, grant: Grant, now: datetime) -> str:
        """A further access token; the expired ones of the grant are forgotten."""
        held = self._tokens.setdefault(grant.number, [])
        for token in [one for one in held if self._access[one][1] <= now]:
            held.remove(token)
            del self._access[token]
        fresh = self._ids.token("eyJ", 900)
        held.append(fresh)
        self._access[fresh] = (grant.number, now + ACCESS_LIFE)
        return fresh
