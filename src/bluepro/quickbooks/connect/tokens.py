"""The access token of a connection: handed out, refreshed by one process at a time, saved before it is used.

Who refreshes is decided by a lease in the connection's row; no transaction is open during the call. A token is never
logged and appears in no message. How a connection comes to its first tokens is in `sign_in.py`.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bluepro.common.clock import Clock
from bluepro.common.errors import BlueProError
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.secrets import seal, unseal
from bluepro.quickbooks.models import Connection, ConnectionState, Problem
from qbo_client.tokens import AuthError, AuthUnavailable, InvalidGrant, Tokens

_log = logging.getLogger(__name__)

REFRESH_BEFORE = timedelta(minutes=5)
REFRESH_LEASE = timedelta(seconds=60)  # longer than one attempt can take (deployment.AUTH_TIMEOUTS); renewed for each
ATTEMPTS = 3
RECONNECT = "reconnect"

_LIVE = (ConnectionState.CONNECTED, ConnectionState.PAUSED)
_POLL = 0.1
_POLLS = 900


class ConnectionLost(BlueProError):
    """The connection has no token that QuickBooks accepts: a person must connect again."""


class TokenUnavailable(BlueProError):
    """The sign-in service does not answer, or refuses this app; nothing is lost, try later or correct the set-up."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """The token columns of a connection's row, as read. The sealed values differ after every save."""

    state: str
    access: bytes
    refresh: bytes
    expires_at: datetime

    @property
    def access_token(self) -> str:
        return unseal(self.access).decode()


class TokenKeeper:
    """Gives the access token of one connection. Synchronous; safe in several threads and processes at once."""

    def __init__(
        self,
        connection_id: int,
        deployment: Deployment,
        *,
        clock: Clock,
        ids: Ids,
        run: Run = asyncio.run,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection_id = connection_id
        self._deployment = deployment
        self._clock = clock
        self._ids = ids
        self._run = run
        self._sleep = sleep

    def current(self) -> str:
        """An access token that is good for five minutes more, refreshed if need be.

        Raises ConnectionLost, TokenUnavailable, SecretsError.
        """
        stored = self._read()
        if stored.expires_at - self._clock.now() > REFRESH_BEFORE:
            return stored.access_token
        return self._renewed(stored)

    def renew(self, stale: str) -> str:
        """Another token than `stale`, which QuickBooks refused: refreshed, unless somebody else has done so meanwhile.

        Raises ConnectionLost, TokenUnavailable, SecretsError.
        """
        stored = self._read()
        token = stored.access_token
        return self._renewed(stored) if token == stale else token

    def _read(self) -> _Stored:
        names = ("state", "access_token", "refresh_token", "access_expires_at")
        row = Connection.objects.filter(pk=self._connection_id).values_list(*names).first()
        if row is None or row[0] not in _LIVE:
            raise ConnectionLost(
                "QuickBooks is not connected (any more). An Owner or Admin connects again with: bluepro connect"
            )
        return _Stored(row[0], bytes(row[1]), bytes(row[2]), row[3])

    def _renewed(self, stored: _Stored) -> str:
        """Refreshes, or waits for the process that does, until the stored token is another one."""
        me = self._ids.uuid()
        for _ in range(_POLLS):
            if self._claim(stored, me):
                return self._refresh(stored, me)
            self._sleep(_POLL)
            newer = self._read()
            if newer.access != stored.access:
                return newer.access_token
        raise TokenUnavailable("Another process has been renewing the QuickBooks sign-in for too long; try again.")

    def _claim(self, stored: _Stored, me: UUID) -> bool:
        """Takes (or prolongs) the right to refresh; not if the token has changed since it was read."""
        now = self._clock.now()
        free = Q(refresh_until=None) | Q(refresh_until__lt=now) | Q(refresh_owner=me)
        mine = Connection.objects.filter(free, pk=self._connection_id, access_token=stored.access, state__in=_LIVE)
        return mine.update(refresh_owner=me, refresh_until=now + REFRESH_LEASE) == 1

    def _refresh(self, stored: _Stored, me: UUID) -> str:
        try:
            tokens = self._ask(stored, me)
        except InvalidGrant as error:
            return self._after_refusal(stored, error)
        except AuthError as error:
            self._give_back(me)
            raise TokenUnavailable(f"QuickBooks' sign-in service did not renew our sign-in ({error}).") from error
        self._save(tokens, me)
        _log.info("refreshed", extra={"action": "token_refreshed", "connection": self._connection_id})
        return tokens.access_token

    def _ask(self, stored: _Stored, me: UUID) -> Tokens:
        """Asks again at once, with the same value, where an answer was lost {F2.6-10}."""
        value = unseal(stored.refresh).decode()
        for _ in range(ATTEMPTS - 1):
            try:
                return self._ask_once(value)
            except AuthUnavailable:
                if not self._claim(stored, me):
                    raise
        return self._ask_once(value)

    def _ask_once(self, refresh_token: str) -> Tokens:
        return self._deployment.auth(lambda auth: auth.refresh(refresh_token), self._clock, self._run)

    def _save(self, tokens: Tokens, me: UUID) -> None:
        """Before the token is used {F2.6-9}. Raises ConnectionLost if the connection was ended meanwhile."""
        mine = Connection.objects.filter(pk=self._connection_id, refresh_owner=me, state__in=_LIVE)
        if not mine.update(refresh_owner=None, refresh_until=None, **token_columns(tokens)):
            raise ConnectionLost("QuickBooks was disconnected while its sign-in was being renewed.")

    def _give_back(self, me: UUID) -> None:
        mine = Connection.objects.filter(pk=self._connection_id, refresh_owner=me)
        mine.update(refresh_owner=None, refresh_until=None)

    def _after_refusal(self, stored: _Stored, error: InvalidGrant) -> str:
        """The stored token is read once more; if it is the one that was refused, the connection is lost {F2.6-4}."""
        newer = self._read()
        if newer.access != stored.access:
            return newer.access_token
        reason = f"QuickBooks no longer accepts our sign-in ({error})."
        mark_lost(self._connection_id, reason, detail={"intuit_tid": error.tid}, clock=self._clock)
        raise ConnectionLost(f"{reason} An Owner or Admin connects again with: bluepro connect")


def token_columns(tokens: Tokens) -> dict[str, bytes | datetime]:
    """The columns of Connection that hold `tokens`, sealed."""
    return {
        "access_token": seal(tokens.access_token.encode()),
        "refresh_token": seal(tokens.refresh_token.encode()),
        "access_expires_at": tokens.access_expires_at,
        "refresh_expires_at": tokens.refresh_expires_at,
    }


@transaction.atomic
def mark_lost(connection_id: int, reason: str, *, detail: dict[str, str], clock: Clock) -> None:
    """Marks a live connection as lost, with one problem for the whole connection. Does nothing to one that is not live.

    `reason` is a sentence for people, without secrets.
    """
    live = Connection.objects.filter(pk=connection_id, state__in=_LIVE)
    lost = live.update(state=ConnectionState.LOST, state_reason=reason[:500], refresh_owner=None, refresh_until=None)
    if lost:
        _log.warning("lost", extra={"action": "connection_lost", "connection": connection_id})
        problem = Problem(
            connection_id=connection_id,
            label="QuickBooks",
            cause=RECONNECT,
            text=f"{reason} Nothing is sent until somebody connects again; nothing is lost meanwhile."[:1000],
            remedy="An Owner or Admin connects again: Settings > Integrations > QuickBooks, or bluepro connect.",
            detail=detail,
            opened_at=clock.now(),
        )
        Problem.objects.bulk_create([problem], ignore_conflicts=True)
