"""How records stand towards QuickBooks: every state with its reason, lists without a query per row, Push again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from rig import Rig, make_rig, priced
from web_world import World, make_world, text_of

from bluepro.common.clock import SystemClock
from bluepro.contacts.models import Contact
from bluepro.quickbooks.arrivals import arrivals, recent, speed_of
from bluepro.quickbooks.figures import health, usage
from bluepro.quickbooks.models import Change, Connection, Drift, Link, Problem, Request
from bluepro.quickbooks.queries import record_sync, sync_states
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.standing import SyncState, Where
from bluepro.workspaces.models import Role

NOW = SystemClock().now()
REALM = "9341450000000077"


def _connected(world: World, **values: Any) -> Connection:
    fields: dict[str, Any] = {
        "state": "connected",
        "enabled": True,
        "company_name": "Fresh",
        "start_chosen_at": NOW - timedelta(days=1),
        "synced_since": NOW - timedelta(days=1),
        "catch_all_item": "1",
        "holds": {"customers": 0},
        **values,
    }
    return Connection.objects.create(
        workspace=world.workspace,
        realm_id=REALM,
        access_token=b"",
        refresh_token=b"",
        access_expires_at=NOW,
        refresh_expires_at=NOW,
        connected_at=NOW,
        **fields,
    )


def _link(world: World, contact: Contact, **values: Any) -> Link:
    return Link.objects.create(
        workspace=world.workspace, realm_id=REALM, kind=int(Kind.CONTACT), record_id=contact.pk, **values
    )


def _clean(contact: Contact) -> None:
    Change.objects.filter(kind=int(Kind.CONTACT), record_id=contact.pk).update(dirty=False)


def _state(world: World, contact: Contact) -> SyncState:
    return sync_states(world.workspace.pk, "contact", [contact.pk], now=NOW)[contact.pk]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.django_db
class TestWhy:
    """Every record answers: why is this not in QuickBooks?"""

    @pytest.mark.parametrize(
        ("values", "where", "reason"),
        [
            ({}, Where.WAITING, "next in line"),
            ({"state": "paused"}, Where.NOT_SENT, "paused"),
            ({"state": "lost"}, Where.NEEDS_YOU, "lost"),
            ({"enabled": False}, Where.NOT_SENT, "not enabled"),
            ({"synced_since": None}, Where.NOT_SENT, "Sync Data"),
            ({"synced_since": None, "start_chosen_at": None}, Where.NOT_SENT, "nobody has chosen"),
            ({"paused_until": NOW + timedelta(seconds=30)}, Where.WAITING, "slow down"),
            ({"state": "disconnected"}, Where.NOT_SENT, "not connected"),
        ],
    )
    def test_by_the_connection(self, world: World, values: dict[str, Any], where: Where, reason: str) -> None:
        _connected(world, **values)
        found = _state(world, world.business.contact)
        assert found.where is where
        assert reason in found.reason

    def test_in_quickbooks(self, world: World) -> None:
        _connected(world)
        contact = world.business.contact
        _link(world, contact, entity_id="58", pushed_at=NOW)
        _clean(contact)
        found = _state(world, contact)
        assert (found.where, found.entity_id, found.moving) == (Where.IN_QUICKBOOKS, "58", False)

    def test_after_disconnecting_it_stays_there(self, world: World) -> None:
        _connected(world, state="disconnected")
        contact = world.business.contact
        _link(world, contact, entity_id="58", pushed_at=NOW)
        _clean(contact)
        assert _state(world, contact).where is Where.IN_QUICKBOOKS
        assert "disconnected" in _state(world, contact).reason

    @pytest.mark.parametrize(
        ("values", "where", "reason"),
        [
            ({"open_request": uuid4()}, Where.SENDING, ""),
            ({"retry_at": NOW + timedelta(minutes=5)}, Where.WAITING, "tried again in 5 minutes"),
            ({"retry_at": NOW + timedelta(seconds=20)}, Where.WAITING, "tried again in 20 s"),
            ({"retry_at": NOW - timedelta(seconds=1)}, Where.WAITING, "next in line"),
        ],
    )
    def test_by_the_link(self, world: World, values: dict[str, Any], where: Where, reason: str) -> None:
        _connected(world)
        _link(world, world.business.contact, **values)
        found = _state(world, world.business.contact)
        assert found.where is where
        assert reason in found.reason
        assert found.moving

    def test_an_unknown_outcome_is_being_looked_up(self, world: World) -> None:
        connection = _connected(world)
        request = Request.objects.create(
            id=uuid4(), connection=connection, lease_number=1, purpose="push", lane="single", method="POST",
            path="customer", state="unknown", committed_at=NOW,
        )  # fmt: skip
        _link(world, world.business.contact, open_request=request.id)
        assert "looks up" in _state(world, world.business.contact).reason

    def test_a_problem_and_what_became_of_it(self, world: World) -> None:
        connection, contact = _connected(world), world.business.contact
        revision = Change.objects.get(kind=int(Kind.CONTACT), record_id=contact.pk).revision
        _link(world, contact, held_revision=revision)
        problem = Problem.objects.create(
            connection=connection, kind=int(Kind.CONTACT), record_id=contact.pk, label="Ann Lee", cause="email",
            text="QuickBooks does not accept this e-mail address.", remedy="Change the record.", opened_at=NOW,
        )  # fmt: skip
        found = _state(world, contact)
        assert (found.where, found.problem_id) == (Where.NEEDS_YOU, problem.pk)
        assert "e-mail" in found.reason
        world.post("quickbooks_dismiss", problem.pk, data={"reason": "a test customer"})
        left_out = _state(world, contact)
        assert left_out.where is Where.NOT_SENT
        assert "a test customer" in left_out.reason

    @pytest.mark.parametrize(
        ("status", "reason"), [("draft", "Drafts stay in BluePro"), ("cancelled", "cancelled before it was sent")]
    )
    def test_invoices_that_never_go(self, world: World, status: str, reason: str) -> None:
        _connected(world)
        invoice = world.business.draft() if status == "draft" else world.business.issued()
        type(invoice).objects.filter(pk=invoice.pk).update(status=status)
        Change.objects.filter(kind=int(Kind.INVOICE)).update(dirty=False)
        found = sync_states(world.workspace.pk, "invoice", [invoice.pk], now=NOW)[invoice.pk]
        assert found.where is Where.NOT_SENT
        assert reason in found.reason

    def test_what_waits_says_for_whom(self, world: World) -> None:
        _connected(world)
        invoice = world.business.issued()
        payment = world.business.pay((invoice, "10"))
        found = record_sync(world.workspace.pk, "invoice", invoice.pk, now=NOW).state
        assert "its customer Ann Lee" in found.reason
        _link(world, world.business.contact, entity_id="1")
        paid = record_sync(world.workspace.pk, "payment", payment, now=NOW).state
        assert f"invoice {invoice.number}" in paid.reason


@pytest.mark.django_db
def test_a_list_asks_a_fixed_number_of_queries(world: World) -> None:
    _connected(world)
    contacts = [
        Contact.objects.create(
            workspace=world.workspace, kind="person", display_name=f"P{one}", created_at=NOW, updated_at=NOW
        )
        for one in range(30)
    ]
    for contact in contacts[:20]:
        _link(world, contact, entity_id=f"e{contact.pk}")
    with CaptureQueriesContext(database) as asked:
        found = sync_states(world.workspace.pk, "contact", [one.pk for one in contacts], now=NOW)
    assert len(found) == 30
    assert len(asked) <= 7


@pytest.mark.django_db
def test_the_health_in_a_sentence(world: World) -> None:
    assert health(world.workspace.pk).sentence == "QuickBooks is not connected yet."
    connection = _connected(world)
    assert "4 changes are on the way" in health(world.workspace.pk).sentence
    Change.objects.update(dirty=False)
    assert health(world.workspace.pk).sentence == "Everything is in QuickBooks."
    Problem.objects.create(connection=connection, label="x", cause="bug", text="x", opened_at=NOW)
    assert health(world.workspace.pk).sentence.startswith("1 problem needs you")


@pytest.mark.parametrize(
    ("seconds", "found"),
    [([], None), ([2.0], (1, 1, 2.0)), ([float(one) for one in range(1, 101)], (100, 95, 95.0))],
)
def test_the_95th_of_100_counts(seconds: list[float], found: tuple[int, int, float] | None) -> None:
    shown = speed_of(seconds)
    assert (shown and (shown.total, shown.within, shown.seconds)) == found


@pytest.mark.django_db
class TestProblems:
    def _problem(self, world: World, cause: str = "name_held", **detail: str) -> Problem:
        connection = Connection.objects.filter(workspace=world.workspace).first() or _connected(world)
        contact = world.business.contact
        return Problem.objects.create(
            connection=connection, kind=int(Kind.CONTACT), record_id=contact.pk, label="Ann <Lee>", cause=cause,
            text="QuickBooks already has one.", opened_at=NOW, detail=detail,
        )  # fmt: skip

    def test_grouped_by_cause_with_the_button_that_fixes(self, world: World) -> None:
        self._problem(world, entity_id="7", holder="customer", name="Ann Lee")
        self._problem(world, cause="no_account")
        self._problem(world, cause="never_heard_of", code="12345")
        shown = text_of(world.get("quickbooks_problems"))
        self._problem(world, cause="gone_in_quickbooks")
        shown = text_of(world.get("quickbooks_problems"))
        assert "Yes: Make it anew" in shown and "really gone" in shown
        for words in ("It is the same", "Change the settings", "did not expect", "12345", "Ann &lt;Lee&gt;"):
            assert words in shown

    def test_same_links_and_not_same_takes_another_name(self, world: World) -> None:
        problem = self._problem(world, entity_id="7", holder="customer", name="Ann Lee", sync_token="0")
        link = _link(world, world.business.contact, held_revision=1)
        world.post("quickbooks_answer", problem.pk, data={"answer": "same"})
        link.refresh_from_db()
        problem.refresh_from_db()
        assert (link.entity_id, problem.close_reason) == ("7", "It is the same")
        past = text_of(world.get("quickbooks_problems", query="?show=closed"))
        assert "by " in past
        assert "same" in past

    @pytest.mark.parametrize(
        ("view", "data", "words"),
        [
            ("quickbooks_answer", {"answer": "perhaps"}, "has no answer"),
            ("quickbooks_answer", {"answer": "same"}, "has no answer"),
            ("quickbooks_dismiss", {"reason": " "}, "Say why"),
            ("quickbooks_dismiss", {"reason": "x" * 501}, "Say why"),
        ],
    )
    def test_what_cannot_be_answered_is_told(
        self, world: World, view: str, data: dict[str, object], words: str
    ) -> None:
        problem = self._problem(world, cause="email")
        assert world.post(view, problem.pk, data=data).status_code == 303
        assert words in text_of(world.get("quickbooks_problems"))
        problem.refresh_from_db()
        assert problem.closed_at is None

    def test_another_workspaces_problem_is_not_to_be_had(self, world: World) -> None:
        problem = self._problem(world)
        other = make_world("Other Panes")
        for view in ("quickbooks_retry", "quickbooks_dismiss", "quickbooks_answer"):
            other.post(view, problem.pk, data={"reason": "mine", "answer": "same"})
        problem.refresh_from_db()
        assert problem.closed_at is None
        assert "Ann" not in text_of(other.get("quickbooks_problems"))

    @pytest.mark.parametrize(
        ("role", "retry", "answer"),
        [
            (Role.MEMBER, 403, 403),
            (Role.MANAGER, 303, 403),
            (Role.BOOKKEEPER, 303, 303),
            (Role.ADMIN, 303, 303),
        ],
    )
    def test_by_role(self, world: World, role: Role, retry: int, answer: int) -> None:
        problem = self._problem(world)
        shown = text_of(world.get("quickbooks_problems", role=role))
        assert ("It is the same" in shown) is (answer == 303)
        assert world.post("quickbooks_retry", problem.pk, role=role).status_code == retry
        assert world.post("quickbooks_dismiss", problem.pk, role=role, data={"reason": "x"}).status_code == answer

    def test_nothing_needs_you(self, world: World) -> None:
        assert "Nothing needs you" in text_of(world.get("quickbooks_problems"))
        assert "There were none" in text_of(world.get("quickbooks_problems", query="?show=closed"))


@pytest.mark.django_db
def test_the_section_of_another_workspaces_record_does_not_exist(world: World) -> None:
    theirs = make_world("Other Panes").business.contact
    assert world.get("quickbooks_record", "contact", theirs.pk).status_code == 404
    assert world.post("quickbooks_push", "contact", theirs.pk).status_code == 404
    assert world.get("quickbooks_record", "quote", 1).status_code == 404


@pytest.mark.django_db
def test_what_is_void_in_quickbooks_is_not_pushed_again(world: World) -> None:
    _connected(world)
    link = _link(world, world.business.contact, entity_id="7")
    _clean(world.business.contact)
    assert "Push again" in text_of(world.get("contact", world.business.contact.pk))
    Link.objects.filter(pk=link.pk).update(voided=True)
    assert "Push again" not in text_of(world.get("contact", world.business.contact.pk))


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_pushed_is_told_with_its_details_and_can_be_pushed_again(rig: Rig, client: Any) -> None:
    ada = rig.contact("Ada Lovelace", emails=("ada@example.com",))
    invoice = rig.invoice(ada, [priced("Ladder", "1", "20.00")], number="A-1")
    rig.sync_until_quiet()
    rig.rename(ada, "Ada King")
    rig.sync_until_quiet()

    found = record_sync(rig.actor.workspace_id, "contact", ada, now=SystemClock().now())
    assert found.state.where is Where.IN_QUICKBOOKS
    assert found.state.took is not None
    assert found.state.took < 60
    renamed, created = found.pushes
    assert (renamed.operation, renamed.taken, created.operation, created.taken) == ("update", True, "create", True)
    assert "DisplayName" in renamed.changed
    assert renamed.tid

    client.force_login(rig.connection.workspace.memberships.get(role="owner").user)
    base = f"/w/{rig.actor.workspace_id}"
    shown = client.get(f"{base}/contacts/{ada}").content.decode()
    for words in ("In QuickBooks", "Updated in QuickBooks", "name", renamed.tid, "Push again"):
        assert words in shown
    assert client.get(f"{base}/quickbooks/").status_code == 200

    writes = rig.writes()
    answer = client.post(f"{base}/quickbooks/records/invoice/{invoice}/push")
    assert answer.status_code == 303
    assert sync_states(rig.actor.workspace_id, "invoice", [invoice], now=SystemClock().now())[invoice].moving
    rig.sync_until_quiet()
    assert rig.writes() == writes + 1

    # The two creations and the change of the name count; what Push again sent was no change, and forgets none. When
    # the contact was first saved is kept nowhere.
    links = list(Link.objects.order_by("pk").values_list("pk", flat=True))
    told = [(one.kind, one.record_id, one.seconds is not None) for one in arrivals(rig.connection, links)]
    contact_changes = [(Kind.CONTACT, ada, False), (Kind.CONTACT, ada, True)]
    assert sorted(told) == [*contact_changes, (Kind.INVOICE, invoice, True)]
    measured = recent(rig.connection, SystemClock().now())
    assert measured.changes == 3
    assert measured.speed is not None
    assert measured.speed.total == 2
    assert usage(rig.connection, SystemClock().now()).last_minute >= writes

    # What waited for a person says nothing of how fast things go.
    rig.rename(ada, "Ada Byron")
    Problem.objects.create(
        connection=rig.connection, kind=int(Kind.CONTACT), record_id=ada, label="Ada Byron", cause="email",
        text="Is it right?", opened_at=SystemClock().now(),
    )  # fmt: skip
    rig.sync_until_quiet()
    measured = recent(rig.connection, SystemClock().now())
    assert (measured.changes, measured.speed and measured.speed.total) == (4, 1)


@pytest.mark.django_db
def test_a_record_shows_what_was_changed_in_quickbooks_with_both_values(world: World) -> None:
    _connected(world)
    link = _link(world, world.business.contact, entity_id="7")
    fields = {"DisplayName": ["Ann Lee", "Ann <b>Leigh</b>"], "BillAddr": [{"City": "Here"}, {"City": "There"}]}
    Drift.objects.create(link=link, found_at=NOW, fields=fields)
    shown = text_of(world.get("contact", world.business.contact.pk))
    assert "Changed in QuickBooks (1)" in shown
    assert "Ann &lt;b&gt;Leigh&lt;/b&gt; there, Ann Lee here" in shown and "billing address" in shown
