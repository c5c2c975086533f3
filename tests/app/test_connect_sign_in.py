"""Sign-in: an answer makes one connection or leaves nothing behind, whoever forged, delayed or refused it."""

from dataclasses import replace

import httpx2
import pytest
from connect_world import TOKEN_PATH, QuickBooksWorld, owner_of
from django.db import connection as database

from bluepro.common.errors import NotAllowed, Refused
from bluepro.quickbooks.connect import lifecycle, sign_in
from bluepro.quickbooks.connect.calls import NoAnswer
from bluepro.quickbooks.connect.tokens import RECONNECT, TokenUnavailable, mark_lost
from bluepro.quickbooks.models import Change, Connection, ConnectionState, Lease, Problem, Request, SignInAttempt
from bluepro.quickbooks.together import BRAKE
from bluepro.workspaces.models import Role
from bluepro.workspaces.roles import Actor
from qbo_emulator.books.kinds import REALMS

pytestmark = pytest.mark.django_db

FRESH = REALMS["fresh"]


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


def rule(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.errors[0].rule


def live_grants(qb: QuickBooksWorld) -> int:
    return qb.world.oauth.disconnect(FRESH)


def test_an_answer_becomes_a_connection(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.connect(owner)
    assert (connection.realm_id, connection.state, connection.enabled) == (FRESH, "connected", False)
    assert connection.company_name == "Fresh Start Services"
    assert connection.readiness["country"] == "US"
    assert connection.tax_code == qb.settings_of().default_tax_code
    assert Lease.objects.filter(connection=connection).count() == 1
    assert qb.keeper(connection).current().startswith("eyJ")
    assert not SignInAttempt.objects.exists()


def test_its_reads_are_logged_without_bodies(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.connect(owner)
    rows = Request.objects.filter(connection=connection)
    assert {(row.purpose, row.lane, row.state, row.status, row.body) for row in rows} == {
        ("setup", "read", "settled", 200, None)
    }
    assert len(rows) == 11  # six of the readiness, five of what there is
    assert all(row.tid and row.elapsed_ms is not None for row in rows)


def test_tokens_are_sealed_in_the_database(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.connect(owner)
    token = qb.keeper(connection).current()
    with database.cursor() as cursor:
        cursor.execute("SELECT quickbooks_connection::text FROM quickbooks_connection")
        assert token.encode().hex() not in cursor.fetchone()[0]


@pytest.mark.parametrize("state", ["", "forged", "0" * 64])
def test_a_forged_state_is_refused(qb: QuickBooksWorld, owner: Actor, state: str) -> None:
    answer = replace(qb.signed_in(owner), state=state)
    with pytest.raises(Refused) as error:
        sign_in.finish(owner, answer, qb.deployment, **qb.common)
    assert rule(error) == "unknown"
    assert TOKEN_PATH not in qb.transport.asked
    assert SignInAttempt.objects.count() == 1


def test_a_state_works_once(qb: QuickBooksWorld, owner: Actor) -> None:
    answer = qb.signed_in(owner)
    sign_in.finish(owner, answer, qb.deployment, **qb.common)
    with pytest.raises(Refused, match="used already"):
        sign_in.finish(owner, answer, qb.deployment, **qb.common)


def test_a_state_of_somebody_else_is_refused(qb: QuickBooksWorld, owner: Actor) -> None:
    answer = qb.signed_in(owner)
    with pytest.raises(Refused) as error:
        sign_in.finish(owner_of("Other", qb), answer, qb.deployment, **qb.common)
    assert rule(error) == "unknown"


def test_a_state_expires(qb: QuickBooksWorld, owner: Actor) -> None:
    answer = qb.signed_in(owner)
    qb.later(minutes=30)
    with pytest.raises(Refused) as error:
        sign_in.finish(owner, answer, qb.deployment, **qb.common)
    assert rule(error) == "expired"


def test_an_expired_code_is_explained(qb: QuickBooksWorld, owner: Actor) -> None:
    answer = qb.signed_in(owner)
    qb.later(minutes=11)
    with pytest.raises(Refused, match="expired or was used") as error:
        sign_in.finish(owner, answer, qb.deployment, **qb.common)
    assert rule(error) == "invalid_grant"
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("error", "expected"), [("access_denied", "refused"), ("invalid_scope", "error"), ("", "incomplete")]
)
def test_refused_consent_is_explained(qb: QuickBooksWorld, owner: Actor, error: str, expected: str) -> None:
    state = sign_in.begin(owner, qb.deployment, **qb.common).state
    with pytest.raises(Refused) as raised:
        sign_in.finish(owner, sign_in.Answer(state, error=error), qb.deployment, **qb.common)
    assert rule(raised) == expected
    assert not Connection.objects.exists()


@pytest.mark.parametrize(("setting", "value"), [("country", "CA"), ("home_currency", "CAD")])
def test_a_company_abroad_is_refused_and_its_tokens_revoked(
    qb: QuickBooksWorld, owner: Actor, setting: str, value: str
) -> None:
    setattr(qb.settings_of(), setting, value)
    with pytest.raises(Refused, match="Connect a US company"):
        qb.connect(owner)
    assert not Connection.objects.exists()
    assert live_grants(qb) == 0


def test_the_british_company_is_refused_with_both_reasons() -> None:
    qb = QuickBooksWorld("uk")
    with pytest.raises(Refused) as error:
        qb.connect(owner_of("Clear View", qb))
    told = " ".join(one.message for one in error.value.errors)
    assert "The company is in " in told and "Its home currency is GBP." in told
    assert "Connect a US company whose home currency is USD" in told
    assert not Connection.objects.exists()


def test_a_company_connected_elsewhere_is_refused_and_stays_connected_there(qb: QuickBooksWorld, owner: Actor) -> None:
    first = qb.connect(owner)
    with pytest.raises(Refused) as error:
        qb.connect(owner_of("Other", qb))
    assert rule(error) == "connected_elsewhere"
    assert Connection.objects.get() == first
    assert qb.world.oauth.access(qb.keeper(first).current()) is not None


def test_another_company_needs_a_disconnect_first(qb: QuickBooksWorld, owner: Actor) -> None:
    qb.connect(owner)
    qb.world.preselected = REALMS["sample"]
    with pytest.raises(Refused) as error:
        qb.connect(owner)
    assert rule(error) == "already_connected"
    assert qb.world.oauth.disconnect(REALMS["sample"]) == 0


def test_a_lost_connection_goes_on_in_its_own_row(qb: QuickBooksWorld, owner: Actor) -> None:
    first = qb.enabled(owner)
    mark_lost(first.pk, "Gone.", detail={}, clock=qb.clock)
    again = qb.connect(owner)
    assert (again.pk, again.state, again.enabled) == (first.pk, "connected", True)
    assert again.income_account == first.income_account
    assert not Problem.objects.filter(cause=RECONNECT, closed_at=None).exists()


def test_connecting_again_answers_no_question_about_records(qb: QuickBooksWorld, owner: Actor) -> None:
    first = qb.enabled(owner)
    mark_lost(first.pk, "Gone.", detail={}, clock=qb.clock)
    asked = Problem.objects.create(connection=first, label="Several", cause=BRAKE, text=".", opened_at=qb.clock.now())
    qb.connect(owner)
    assert list(Problem.objects.filter(closed_at=None)) == [asked]


def test_a_company_that_was_disconnected_keeps_its_row_and_looks_at_everything_anew(
    qb: QuickBooksWorld, owner: Actor
) -> None:
    first = qb.connect(owner)
    lifecycle.disconnect(owner, first, qb.deployment, clock=qb.clock)
    Change.objects.create(workspace_id=owner.workspace_id, kind=1, record_id=7, revision=3, dirty=False)
    again = qb.connect(owner)
    assert (again.pk, again.enabled) == (first.pk, False)
    assert Change.objects.get().dirty


def test_another_company_gets_a_row_of_its_own(qb: QuickBooksWorld, owner: Actor) -> None:
    lifecycle.disconnect(owner, qb.connect(owner), qb.deployment, clock=qb.clock)
    qb.world.preselected = REALMS["sample"]
    second = qb.connect(owner)
    assert second.realm_id == REALMS["sample"]
    assert Connection.objects.filter(state=ConnectionState.DISCONNECTED).count() == 1


def test_quickbooks_answering_html_leaves_nothing_behind(qb: QuickBooksWorld, owner: Actor) -> None:
    qb.transport.answers["/v3/company/" + FRESH + "/preferences"] = httpx2.Response(
        200, html="<html>maintenance</html>"
    )
    with pytest.raises(NoAnswer, match="cannot be read"):
        qb.connect(owner)
    assert not Connection.objects.exists()
    assert not Request.objects.exists()
    assert live_grants(qb) == 0


def test_a_sign_in_service_that_is_down_is_named(qb: QuickBooksWorld, owner: Actor) -> None:
    qb.transport.answers["/.well-known/openid_configuration"] = httpx2.Response(503)
    with pytest.raises(TokenUnavailable, match="cannot be reached"):
        sign_in.begin(owner, qb.deployment, **qb.common)
    assert not SignInAttempt.objects.exists()


def test_only_owner_and_admin_may_connect(qb: QuickBooksWorld, owner: Actor) -> None:
    with pytest.raises(NotAllowed):
        sign_in.begin(replace(owner, role=Role.BOOKKEEPER), qb.deployment, **qb.common)
