"""Sign-in at Intuit: the address to open, and what becomes of the answer. Ends with a connection, or with nothing.

Tokens are stored only with a connection that passed every check; otherwise they are revoked or forgotten. Who listens
for the answer (a page, the command line) is not known here.
"""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import BlueProError, FieldError, Refused, refuse
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.calls import LaterJournal, SetupCalls
from bluepro.quickbooks.connect.changes import mark_everything
from bluepro.quickbooks.connect.checks import check_company
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.holdings import count_holdings
from bluepro.quickbooks.connect.readiness import Readiness
from bluepro.quickbooks.connect.reading import read, store, store_holdings
from bluepro.quickbooks.connect.tokens import TokenUnavailable, token_columns
from bluepro.quickbooks.models import Connection, ConnectionState, Lease, Problem, SignInAttempt
from bluepro.quickbooks.together import WORDS
from bluepro.workspaces.roles import Action, Actor, require
from qbo_client.tokens import AuthError, InvalidGrant, Tokens

_log = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=30)
_AGAIN = "Begin again with: bluepro connect"


@dataclass(frozen=True, slots=True)
class SignIn:
    """The address to open in a browser, and the state that must come back with the answer."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back to the redirect address: `code` and `realm_id`, or `error` {F2.3-6, F2.3-7}."""

    state: str
    code: str = ""
    realm_id: str = ""
    error: str = ""


def answer_of(parameters: Mapping[str, str]) -> Answer:
    """The answer in the redirect address's query parameters."""
    return Answer(
        state=parameters.get("state", ""),
        code=parameters.get("code", ""),
        realm_id=parameters.get("realmId", ""),
        error=parameters.get("error", ""),
    )


def begin(actor: Actor, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run = asyncio.run) -> SignIn:
    """Begins a sign-in for the actor's workspace; the answer is taken once, within 30 minutes.

    Raises NotAllowed, TokenUnavailable if Intuit's sign-in service cannot be reached.
    """
    require(actor, Action.CONFIGURE_SYNC)
    state = ids.uuid().hex + ids.uuid().hex
    try:
        address = deployment.auth(lambda auth: auth.authorize_url(state), clock, run)
    except AuthError as error:
        raise TokenUnavailable(f"QuickBooks' sign-in service cannot be reached ({error}). Try again later.") from error
    now = clock.now()
    SignInAttempt.objects.filter(expires_at__lt=now).delete()
    SignInAttempt.objects.create(
        state_hash=_hash(state),
        workspace_id=actor.workspace_id,
        membership_id=actor.membership_id,
        begun_at=now,
        expires_at=now + LIFETIME,
    )
    return SignIn(address, state)


def finish(
    actor: Actor, answer: Answer, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run = asyncio.run
) -> Connection:
    """Turns the answer into a connection: a new one, or this workspace's old one with the same QuickBooks company.

    Raises Refused (forged or expired state, consent not given, a company that cannot be connected), TokenUnavailable,
    NoAnswer. Nothing is stored unless all went well.
    """
    require(actor, Action.CONFIGURE_SYNC)
    _use_up(actor, answer.state, clock)
    _refuse_without_consent(answer)
    tokens = _exchange(answer.code, deployment, clock, run)
    journal = LaterJournal()
    calls = SetupCalls(
        answer.realm_id,
        deployment,
        journal,
        token=lambda: tokens.access_token,
        renew=None,
        clock=clock,
        ids=ids,
        run=run,
    )
    try:
        snapshot = read(calls)
        _refuse_company(snapshot)
        holds = count_holdings(calls)
        connection = _connect(actor, answer.realm_id, tokens, snapshot, holds, journal, clock)
    except BlueProError:
        _give_back(answer.realm_id, tokens, deployment, clock, run)
        raise
    return connection


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _use_up(actor: Actor, state: str, clock: Clock) -> None:
    """Checks the state and forgets it, so that it works once {F2.3-3}. The hash makes comparing take the same time."""
    mine = SignInAttempt.objects.filter(workspace_id=actor.workspace_id, membership_id=actor.membership_id)
    attempts = mine.values_list("id", "state_hash", "expires_at")
    wanted = _hash(state)
    found = next((one for one in attempts if hmac.compare_digest(one[1], wanted)), None)
    if found is None or not SignInAttempt.objects.filter(pk=found[0]).delete()[0]:
        message = f"This answer does not belong to a sign-in that you began here, or was used already. {_AGAIN}"
        raise refuse("state", "unknown", message)
    if found[2] <= clock.now():
        raise refuse("state", "expired", f"This sign-in took longer than 30 minutes. {_AGAIN}")


def _refuse_without_consent(answer: Answer) -> None:
    if answer.error == "access_denied":
        message = f"Access was not given: somebody pressed Cancel on Intuit's page. Nothing has changed. {_AGAIN}"
        raise refuse("consent", "refused", message)
    if answer.error:
        raise refuse("consent", "error", f"Intuit ended the sign-in with {answer.error[:100]!r}. {_AGAIN}")
    if not answer.code or not answer.realm_id.isdecimal():
        raise refuse("consent", "incomplete", f"Intuit's answer names no QuickBooks company. {_AGAIN}")


def _exchange(code: str, deployment: Deployment, clock: Clock, run: Run) -> Tokens:
    try:
        return deployment.auth(lambda auth: auth.exchange(code), clock, run)
    except InvalidGrant as error:
        message = f"Intuit's code has expired or was used already ({error}). {_AGAIN}"
        raise refuse("code", "invalid_grant", message) from error
    except AuthError as error:
        raise TokenUnavailable(f"QuickBooks' sign-in service gives no tokens ({error}). {_AGAIN}") from error


def _refuse_company(snapshot: Readiness) -> None:
    failed = [one for one in check_company(snapshot) if not one.ok]
    if failed:
        name = snapshot.company_name or "This company"
        errors = [FieldError(one.code, "not_supported", f"{name}: {one.text} {one.remedy}") for one in failed]
        raise Refused(errors)


def _connect(
    actor: Actor,
    realm_id: str,
    tokens: Tokens,
    snapshot: Readiness,
    holds: Mapping[str, int],
    journal: LaterJournal,
    clock: Clock,
) -> Connection:
    _refuse_taken(actor.workspace_id, realm_id, snapshot)
    if not _live(realm_id):
        mark_everything(actor.workspace_id)
    try:
        with transaction.atomic():
            connection = _row(actor.workspace_id, realm_id, tokens, clock)
            store(connection, snapshot, clock=clock)
            store_holdings(connection, holds)
            journal.save(connection.pk)
            _close_problems(actor, connection, clock)
    except IntegrityError as error:
        # Somebody else connected at the same moment: now it can be told who.
        _refuse_taken(actor.workspace_id, realm_id, snapshot)
        raise refuse("company", "busy", f"Another sign-in ended at the same moment. {_AGAIN}") from error
    _log.info("connected", extra={"action": "connected", "workspace": actor.workspace_id, "connection": connection.pk})
    return connection


BRAKE_AFTER = 25  # pushed invoices and payments that change within ten minutes without a question


def _live(realm_id: str) -> bool:
    return Connection.objects.filter(realm_id=realm_id).exclude(state=ConnectionState.DISCONNECTED).exists()


def _row(workspace_id: int, realm_id: str, tokens: Tokens, clock: Clock) -> Connection:
    """The connection's row: the latest one of the same company, so that its links and mapping go on; else a new one."""
    rows = Connection.objects.select_for_update(no_key=True).filter(workspace_id=workspace_id, realm_id=realm_id)
    found = rows.order_by("-id").first()
    connection = found or Connection(workspace_id=workspace_id, realm_id=realm_id)
    if found is None or found.state == ConnectionState.DISCONNECTED:
        connection.connected_at = clock.now()
    if found is None:
        connection.brake_after = BRAKE_AFTER
    connection.state = ConnectionState.CONNECTED
    connection.state_reason = ""
    connection.refresh_owner = connection.refresh_until = None
    for name, value in token_columns(tokens).items():
        setattr(connection, name, value)
    connection.save()
    Lease.objects.get_or_create(connection=connection)
    return connection


def _close_problems(actor: Actor, connection: Connection, clock: Clock) -> None:
    """Those of the connection as a whole: QuickBooks has just let us in and answered. Questions about records stay."""
    opened = Problem.objects.filter(connection=connection, kind=None, closed_at=None).exclude(cause__in=list(WORDS))
    opened.update(closed_at=clock.now(), closed_by="", close_reason=f"Connected again by {actor.email}"[:500])


def _refuse_taken(workspace_id: int, realm_id: str, snapshot: Readiness) -> None:
    """One active connection per QuickBooks company and per workspace; the database has the last word on both."""
    live = Connection.objects.exclude(state=ConnectionState.DISCONNECTED)
    if live.filter(realm_id=realm_id).exclude(workspace_id=workspace_id).exists():
        message = (
            f"{snapshot.company_name} is already connected to another workspace of this installation. Disconnect it "
            "there first: one QuickBooks company takes the records of one workspace only."
        )
        raise refuse("company", "connected_elsewhere", message)
    if live.filter(workspace_id=workspace_id).exclude(realm_id=realm_id).exists():
        message = "This workspace is connected to another QuickBooks company. First run: bluepro disconnect"
        raise refuse("company", "already_connected", message)


def _give_back(realm_id: str, tokens: Tokens, deployment: Deployment, clock: Clock, run: Run) -> None:
    """Revokes what was just granted, unless a connection lives on the same company: revoking could end that one too.

    If revoking fails, the tokens are forgotten all the same and expire unused {F2.5-2}.
    """
    if _live(realm_id):
        return
    try:
        deployment.auth(lambda auth: auth.revoke(tokens.refresh_token), clock, run)
    except AuthError as error:
        _log.warning("not revoked", extra={"action": "revoke_failed", "realm": realm_id, "code": error.error})
