"""Whoever serves a company hears of an edit at once, and no job is queued for it; what nobody hears is queued."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection as database
from rig import CLOCK, Rig, make_rig, priced

from bluepro.quickbooks import tasks
from bluepro.quickbooks.doors import KNOCK, Door, Doors
from bluepro.quickbooks.models import Lease
from bluepro.quickbooks.serve import serve
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import Outcome, Sendable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # which no test's end removes
    yield made
    made.close()
    tasks.PROCESS.means = None


def jobs() -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'serve_company'")
        return int(cursor.fetchone()[0])


def test_a_door_gives_what_came_and_waits_for_nothing_then() -> None:
    door, answer = Door(), Future[Outcome]()
    door.expect(answer)
    assert door.wait(0) == []
    door.knock()
    threading.Timer(0.05, answer.set_exception, [ValueError()]).start()
    assert door.wait(30) == [KNOCK]
    assert door.wait(30) == [answer]


def test_only_an_open_door_hears() -> None:
    doors = Doors()
    assert not doors.knock(1)
    door = doors.open(1)
    assert doors.knock(1)
    assert not doors.knock(2)
    assert door.wait(0) == [KNOCK]
    doors.close(1)
    assert not doors.knock(1)


class HoldsTheFirst:
    """Sends through another post; the first answer comes only after a second request was sent."""

    def __init__(self, rig: Rig, meanwhile: threading.Thread) -> None:
        self._rig, self._meanwhile = rig, meanwhile
        self.held: list[tuple[Future[Outcome], Outcome]] = []

    def submit(self, sendable: Sendable, committed_at: object, token: str, realm_id: str) -> "Future[Outcome]":
        outcome = self._rig.post.submit(sendable, CLOCK.now(), token, realm_id).result()
        answer: Future[Outcome] = Future()
        self.held.append((answer, outcome))
        if len(self.held) == 1:
            self._meanwhile.start()
        else:
            for held, known in self.held:
                held.set_result(known)
        return answer


def test_an_edit_is_sent_while_another_answer_is_still_waited_for(rig: Rig) -> None:
    ada, grace = rig.contact("Ada"), rig.contact("Grace")
    invoices = [rig.invoice(one, [priced("Work", "1", "10")], number=str(one)) for one in (ada, grace)]
    rig.sync_until_quiet()
    touch(invoices[0])
    seen: list[int] = []

    def edit() -> None:
        touch(invoices[1])
        tasks.wake_workspace(rig.actor.workspace_id)
        seen.append(jobs())
        database.close()

    person = threading.Thread(target=edit)
    post = HoldsTheFirst(rig, person)
    tasks.PROCESS.means = means = replace(rig.means(), post=post)
    assert serve(rig.connection.id, means).wait is None
    person.join()
    assert len(post.held) == 2
    assert seen == [0], "whoever serves hears of it"
    assert {rig.link(Kind.INVOICE, one).sync_token for one in invoices} == {"1"}


def touch(invoice: int) -> None:
    with database.cursor() as cursor:
        cursor.execute("UPDATE invoicing_invoice SET message = message || '.' WHERE id = %s", [invoice])


def test_what_nobody_hears_is_queued_unless_somebody_owns_the_company(rig: Rig) -> None:
    tasks.PROCESS.means = rig.means()
    Lease.objects.update(owner=rig.connection.refresh_owner, until=CLOCK.now() + timedelta(seconds=60))
    tasks.wake_workspace(rig.actor.workspace_id)
    assert jobs() == 0, "another process serves it and hears of it itself"
    Lease.objects.update(until=CLOCK.now() - timedelta(seconds=1))
    tasks.wake_workspace(rig.actor.workspace_id)
    tasks.wake_workspace(rig.actor.workspace_id)
    assert jobs() == 1


def test_a_slice_ends_for_the_sake_of_others_only(rig: Rig) -> None:
    assert not tasks.others_wait(rig.connection.id)
    tasks.wake(rig.connection.id)
    assert not tasks.others_wait(rig.connection.id)
    assert tasks.others_wait(rig.connection.id + 1)
