"""Workspaces: who may do what, one Owner, names and zones that exist, rates named after themselves, history."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bluepro.common.clock import ManualClock
from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.workspaces import history, memberships, queries, services, tax_rates
from bluepro.workspaces.models import Membership, Role, User, Workspace
from bluepro.workspaces.roles import ALLOWED, Action, Actor, require
from bluepro.workspaces.rules import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 3, tzinfo=UTC))


@pytest.fixture
def workspace(clock: ManualClock) -> Workspace:
    return services.create_workspace("Clear View", "Ann@Example.com", "America/New_York", clock=clock)


@pytest.fixture
def owner(workspace: Workspace) -> Actor:
    return queries.owner_actor(workspace)


def rules_of(error: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.field, one.rule) for one in error.value.errors]


def test_creating_makes_the_owner(workspace: Workspace, owner: Actor) -> None:
    assert (workspace.terms_days, workspace.time_zone) == (30, "America/New_York")
    assert owner == Actor(workspace.pk, owner.membership_id, Role.OWNER, "ann@example.com", by_command=True)
    assert not User.objects.get().has_usable_password()


def test_an_owner_may_have_two_workspaces(workspace: Workspace, clock: ManualClock) -> None:
    services.create_workspace("Second", "ann@example.com", "UTC", clock=clock)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "email", "zone", "terms", "expected"),
    [
        ("clear VIEW", "a@b.co", "UTC", 30, ("name", "taken")),
        ("  ", "a@b.co", "UTC", 30, ("name", "required")),
        ("\u200b", "a@b.co", "UTC", 30, ("name", "required")),
        ("x" * 101, "a@b.co", "UTC", 30, ("name", "too_long")),
        ("a\x07b", "a@b.co", "UTC", 30, ("name", "control_character")),
        ("New", "nobody", "UTC", 30, ("owner", "email")),
        ("New", "a@b.co", "Mars/Olympus", 30, ("time_zone", "unknown")),
        ("New", "a@b.co", "UTC", 366, ("terms_days", "range")),
        ("New", "a@b.co", "UTC", -1, ("terms_days", "range")),
    ],
)
def test_bad_workspaces(
    workspace: Workspace,
    clock: ManualClock,
    name: str,
    email: str,
    zone: str,
    terms: int,
    expected: tuple[str, str],
) -> None:
    with pytest.raises(Refused) as error:
        services.create_workspace(name, email, zone, clock=clock, terms_days=terms)
    assert rules_of(error) == [expected]
    assert Workspace.objects.count() == 1


def test_company_settings(owner: Actor) -> None:
    company = Company(name=" Clearer View ", time_zone="America/Chicago", terms_days=15, city="Peoria")
    saved = services.update_company(owner, company)
    assert (saved.name, saved.terms_days, saved.city) == ("Clearer View", 15, "Peoria")
    with pytest.raises(Refused) as error:
        services.update_company(owner, Company(name="", time_zone=""))
    assert rules_of(error) == [("name", "required"), ("time_zone", "unknown")]


def test_locking_the_books_is_recorded(owner: Actor, clock: ManualClock, workspace: Workspace) -> None:
    services.set_books_locked_through(owner, date(2026, 1, 31), clock=clock)
    services.set_books_locked_through(owner, date(2026, 1, 31), clock=clock)
    (entry,) = queries.history_of(owner.workspace_id, "company", workspace.pk)
    assert entry.new == {"books_locked_through": "2026-01-31"}
    with pytest.raises(Refused) as error:
        services.set_books_locked_through(owner, date(2026, 3, 1), clock=clock)  # February 28 in New York
    assert rules_of(error) == [("books_locked_through", "future")]
    assert services.set_books_locked_through(owner, None, clock=clock).books_locked_through is None


def test_members_come_go_and_return(owner: Actor, clock: ManualClock, workspace: Workspace) -> None:
    bob = memberships.add_member(owner, "Bob@example.com", Role.MEMBER, clock=clock)
    assert memberships.change_role(owner, bob.pk, Role.MANAGER).role == Role.MANAGER
    with pytest.raises(Refused) as error:
        memberships.add_member(owner, "bob@example.com", Role.ADMIN, clock=clock)
    assert rules_of(error) == [("email", "taken")]
    memberships.remove_member(owner, bob.pk)
    with pytest.raises(NotAllowed):
        queries.actor_for(bob.user, workspace)
    assert memberships.add_member(owner, "bob@example.com", Role.BOOKKEEPER, clock=clock).pk == bob.pk
    assert queries.actor_for(bob.user, workspace).role == Role.BOOKKEEPER
    assert [member.role for member in queries.members(workspace.pk)] == [Role.OWNER, Role.BOOKKEEPER]


def test_the_owner_stays_one(owner: Actor, clock: ManualClock, workspace: Workspace) -> None:
    bob = memberships.add_member(owner, "bob@example.com", Role.ADMIN, clock=clock)
    for refused in (
        lambda: memberships.add_member(owner, "eve@example.com", Role.OWNER, clock=clock),
        lambda: memberships.change_role(owner, bob.pk, Role.OWNER),
        lambda: memberships.change_role(owner, owner.membership_id, Role.ADMIN),
        lambda: memberships.remove_member(owner, owner.membership_id),
    ):
        with pytest.raises(Refused) as error:
            refused()
        assert rules_of(error) == [("role", "owner")]
    memberships.hand_over(owner, bob.pk)
    assert queries.owner_actor(workspace).membership_id == bob.pk
    assert Membership.objects.get(pk=owner.membership_id).role == Role.ADMIN


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_the_table_of_roles_is_kept(role: Role, action: Action) -> None:
    actor = Actor(1, 1, role, "a@b.co")
    if role in ALLOWED[action]:
        require(actor, action)
        return
    with pytest.raises(NotAllowed, match=f"{role.label} may not {action.value}"):
        require(actor, action)


def test_writes_ask_for_the_role(workspace: Workspace, clock: ManualClock) -> None:
    member = Actor(workspace.pk, 1, Role.MEMBER, "m@example.com")
    for write in (
        lambda: services.update_company(member, Company("N", "UTC")),
        lambda: services.set_books_locked_through(member, None, clock=clock),
        lambda: memberships.add_member(member, "x@y.co", Role.MEMBER, clock=clock),
        lambda: memberships.change_role(member, 1, Role.MEMBER),
        lambda: memberships.remove_member(member, 1),
        lambda: memberships.hand_over(member, 1),
        lambda: tax_rates.save_tax_rate(member, "N", Decimal(1)),
        lambda: tax_rates.ensure_tax_rates(member, [Decimal(1)]),
    ):
        with pytest.raises(NotAllowed):
            write()


def test_rates_are_made_once_and_named_after_themselves(owner: Actor) -> None:
    named = tax_rates.save_tax_rate(owner, "New York City", Decimal("8.875"))
    tax_rates.save_tax_rate(owner, "7%", Decimal("6"))
    rates = tax_rates.ensure_tax_rates(owner, [Decimal("8.250"), Decimal("8.25"), Decimal("8.875"), Decimal(7)])
    again = tax_rates.ensure_tax_rates(owner, [Decimal("8.25")])
    assert {percent: rate.name for percent, rate in rates.items()} == {
        Decimal("8.25"): "8.25%",
        Decimal("8.875"): "New York City",
        Decimal(7): "7% (2)",
    }
    assert rates[Decimal("8.875")].pk == named.pk
    assert again[Decimal("8.25")].pk == rates[Decimal("8.25")].pk
    assert len(queries.tax_rates(owner.workspace_id)) == 4


@pytest.mark.parametrize(
    ("percent", "rule"),
    [("0", "range"), ("-1", "range"), ("100.1", "range"), ("NaN", "range"), ("1.123456", "decimals")],
)
def test_bad_rates(owner: Actor, percent: str, rule: str) -> None:
    with pytest.raises(Refused) as error:
        tax_rates.save_tax_rate(owner, "Odd", Decimal(percent))
    assert rules_of(error) == [("percent", rule)]


def test_rate_names_are_unique(owner: Actor) -> None:
    rate = tax_rates.save_tax_rate(owner, "City", Decimal(5))
    with pytest.raises(Refused) as error:
        tax_rates.save_tax_rate(owner, "CITY", Decimal(6))
    assert rules_of(error) == [("name", "taken")]
    assert tax_rates.save_tax_rate(owner, "city", Decimal(6), rate_id=rate.pk).percent == 6


def test_finding_the_workspace(workspace: Workspace, clock: ManualClock) -> None:
    assert queries.find_workspace() == workspace
    assert queries.find_workspace("clear view") == workspace
    services.create_workspace("Second", "ann@example.com", "UTC", clock=clock)
    with pytest.raises(NotFound, match=r"several.*'Clear View', 'Second'"):
        queries.find_workspace()
    with pytest.raises(NotFound, match=r"'Third'.*'Clear View', 'Second'"):
        queries.find_workspace("Third")


def test_without_any_workspace() -> None:
    with pytest.raises(NotFound, match="workspace create"):
        queries.find_workspace()


def test_today_is_the_workspaces_day(workspace: Workspace, clock: ManualClock) -> None:
    assert queries.today(workspace, clock) == date(2026, 2, 28)


def test_history_keeps_values_as_text(owner: Actor, clock: ManualClock) -> None:
    event = history.Event(
        "invoice",
        7,
        "1042",
        "changed",
        old={"total": Decimal("1E+2"), "due_date": date(2026, 1, 2)},
        new={"lines": [{"quantity": Decimal("1.5"), "tax_exempt": False}], "name": None},
        reason="wrong price",
    )
    history.record(owner, [event, history.Event("invoice", 7, "1042", "cancelled")], at=clock.now())
    cancelled, changed = queries.history_of(owner.workspace_id, "invoice", 7)
    assert changed.old == {"total": "100", "due_date": "2026-01-02"}
    assert changed.new == {"lines": [{"quantity": "1.5", "tax_exempt": False}], "name": None}
    assert (changed.by, changed.by_command, changed.at) == ("ann@example.com", True, clock.now())
    assert (cancelled.old, cancelled.new, cancelled.reason) == (None, None, "")
