"""E-mails about the sync: to whom, once for each event, whatever fails; without amounts, with the way to what helps."""

import smtplib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from rig import CLOCK as SYSTEM_CLOCK
from web_world import World, make_world

from bluepro.common.clock import ManualClock
from bluepro.quickbooks import notices
from bluepro.quickbooks.models import Connection, Notice, Problem
from bluepro.quickbooks.store import company
from bluepro.quickbooks.together import BRAKE
from bluepro.quickbooks.work import Trouble
from bluepro.web import mailing
from bluepro.workspaces.models import Membership, Role

pytestmark = pytest.mark.django_db
LOST = Trouble("token", "QuickBooks no longer accepts our sign-in.", "Connect again.")


class Unwilling(BaseEmailBackend):
    """A mail server that refuses as long as `refusals` last, then takes mail as Django's own for tests does."""

    refusals: ClassVar[list[Exception]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if self.refusals:
            raise self.refusals.pop(0)
        mail.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture(autouse=True)
def server() -> Iterator[None]:
    Unwilling.refusals.clear()
    with override_settings(
        EMAIL_HOST="mail.example",
        EMAIL_BACKEND="test_web_mailing.Unwilling",
        PUBLIC_URL="https://bluepro.example",
    ):
        yield


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(SYSTEM_CLOCK.now())


@pytest.fixture
def connection(world: World, clock: ManualClock) -> Connection:
    now = clock.now()
    return Connection.objects.create(
        workspace=world.workspace,
        realm_id="934",
        company_name="Bright Panes LLC",
        state="connected",
        enabled=True,
        access_token=b"-",
        refresh_token=b"-",
        access_expires_at=now,
        refresh_expires_at=now,
        synced_since=now,
        connected_at=now,
    )


def held(connection: Connection, number: int, cause: str, clock: ManualClock) -> Problem:
    return Problem.objects.create(
        connection=connection,
        kind=3,
        record_id=number,
        label=f"Invoice {number}",
        cause=cause,
        text="QuickBooks booked $1,234.50.",
        opened_at=clock.now(),
    )


def told(world: World) -> list[str]:
    """To whom mails went, by role."""
    roles = {person.email: role.value for role, person in world.people.items()}
    return sorted(roles[message.to[0]] for message in mail.outbox)


DECIDERS = sorted(role.value for role in (Role.OWNER, Role.ADMIN, Role.BOOKKEEPER))


def test_a_lost_connection_is_told_at_once_to_those_who_decide_and_once_only(
    world: World, connection: Connection, clock: ManualClock
) -> None:
    company.lose(connection, LOST, clock.now())
    company.lose(connection, Trouble("no_access", "Another reason.", "."), clock.now())
    assert mailing.deliver(clock) == 3
    assert told(world) == DECIDERS
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        assert mailing.deliver(clock) == 0
    message = mail.outbox[0]
    assert message.subject == "BluePro sends nothing to QuickBooks any more: Bright Panes"
    assert "The connection has to be made again" in message.body
    assert f"https://bluepro.example{world.address('quickbooks_problems')}" in message.body
    assert "Bright Panes LLC" in message.body and "Nothing is lost" in message.body


def test_lost_again_after_it_was_connected_is_another_event(
    world: World, connection: Connection, clock: ManualClock
) -> None:
    company.lose(connection, LOST, clock.now())
    mailing.deliver(clock)
    Problem.objects.update(closed_at=clock.now())
    Connection.objects.update(state="connected")
    clock.advance(timedelta(minutes=5))
    company.lose(connection, LOST, clock.now())
    assert mailing.deliver(clock) == 3 and len(mail.outbox) == 6


def test_what_is_settled_before_it_could_be_told_is_told_to_nobody(connection: Connection, clock: ManualClock) -> None:
    company.lose(connection, LOST, clock.now())
    Unwilling.refusals.append(ConnectionRefusedError())
    assert mailing.deliver(clock) == 0
    Problem.objects.update(closed_at=clock.now())
    clock.advance(timedelta(minutes=1))
    assert mailing.deliver(clock) == 0 and mail.outbox == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize("failure", [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected()])
def test_a_mail_that_fails_goes_at_the_next_look_and_none_goes_twice(
    world: World, connection: Connection, clock: ManualClock, failure: Exception
) -> None:
    company.lose(connection, LOST, clock.now())
    Unwilling.refusals.append(failure)
    assert mailing.deliver(clock) == 0
    clock.advance(timedelta(seconds=10))
    assert mailing.deliver(clock) == 3
    assert told(world) == DECIDERS


def test_a_server_that_stays_away_is_asked_ever_more_seldom_and_given_up_in_the_end(
    connection: Connection, clock: ManualClock
) -> None:
    company.lose(connection, LOST, clock.now())
    Unwilling.refusals.extend(ConnectionRefusedError() for _ in range(10_000))
    for _ in range(4 * 24 * 60):
        mailing.deliver(clock)
        clock.advance(timedelta(minutes=1))
    assert 10_000 - len(Unwilling.refusals) < 200
    Unwilling.refusals.clear()
    assert mailing.deliver(clock) == 0 and mail.outbox == []


def test_two_workers_at_once_take_different_notices(connection: Connection, clock: ManualClock) -> None:
    company.lose(connection, LOST, clock.now())
    notices.find(clock.now())
    notices.find(clock.now())
    taken = [notices.take(clock.now()) for _ in range(5)]
    assert len({one.email for one in taken if one is not None}) == 3 and taken[3:] == [None, None]


def test_what_a_worker_took_that_died_is_sent_by_another(connection: Connection, clock: ManualClock) -> None:
    company.lose(connection, LOST, clock.now())
    notices.find(clock.now())
    assert notices.take(clock.now()) is not None
    assert mailing.deliver(clock) == 2
    clock.advance(notices.SENDING)
    assert mailing.deliver(clock) == 1 and mailing.deliver(clock) == 0
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 3


def test_open_problems_are_told_once_a_day_by_cause_without_amounts(
    world: World, connection: Connection, clock: ManualClock
) -> None:
    for number in range(3):
        held(connection, number, "number_taken", clock)
    held(connection, 4, "amount_differs", clock)
    assert mailing.deliver(clock) == 0
    assert mailing.deliver_daily(clock) == 3 and mailing.deliver_daily(clock) == 0
    assert told(world) == DECIDERS
    message = mail.outbox[0]
    assert message.subject.startswith("4 things need somebody before QuickBooks has all")
    assert "3  The invoice number is already used in QuickBooks\n" in message.body
    assert "$" not in message.body and "1,234" not in message.body
    assert world.address("quickbooks_problems") in message.body
    clock.advance(timedelta(days=1))
    assert mailing.deliver_daily(clock) == 3
    Problem.objects.update(closed_at=clock.now())
    clock.advance(timedelta(days=1))
    assert mailing.deliver_daily(clock) == 0


def test_who_has_left_is_told_nothing_and_other_workspaces_neither(
    world: World, connection: Connection, clock: ManualClock
) -> None:
    make_world("Other Panes")
    Membership.objects.filter(workspace=world.workspace, role=Role.ADMIN).update(active=False)
    held(connection, 1, "number_taken", clock)
    mailing.deliver_daily(clock)
    assert told(world) == sorted(role.value for role in (Role.OWNER, Role.BOOKKEEPER))


def test_the_brake_is_told_at_once_and_once_however_many_records_it_holds(
    world: World, connection: Connection, clock: ManualClock
) -> None:
    for number in range(30):
        Problem.objects.filter(pk=held(connection, number, BRAKE, clock).pk).update(member=True)
    whole = held(connection, 99, BRAKE, clock)
    Problem.objects.filter(pk=whole.pk).update(kind=None, record_id=None)
    assert mailing.deliver(clock) == 3 and mailing.deliver(clock) == 0
    message = mail.outbox[0]
    assert message.subject.startswith("BluePro asks before it changes much in QuickBooks")
    assert "everything else goes on" in message.body and "$" not in message.body
    mailing.deliver_daily(clock)
    assert mail.outbox[-1].subject.startswith("1 thing needs")


def test_without_a_mail_server_nothing_is_written_down(connection: Connection, clock: ManualClock) -> None:
    company.lose(connection, LOST, clock.now())
    with override_settings(EMAIL_HOST=""):
        assert mailing.deliver(clock) == mailing.deliver_daily(clock) == 0
    assert not Notice.objects.exists() and mail.outbox == []


def test_a_name_of_several_lines_makes_no_header(world: World, connection: Connection, clock: ManualClock) -> None:
    type(world.workspace).objects.filter(pk=world.workspace.pk).update(name="Bright\nBcc: all@example.com")
    company.lose(connection, LOST, clock.now())
    assert mailing.deliver(clock) == 3
    assert "\n" not in mail.outbox[0].subject and mail.outbox[0].bcc == []
