"""People and invitations below the pages: passwords, the slow-down of sign-in, links that work once."""

from datetime import UTC, datetime, timedelta

import pytest

from bluepro.common.clock import ManualClock
from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.workspaces import invitations, memberships, people
from bluepro.workspaces.models import FailedSignIn, Invitation, Role, User, Workspace
from bluepro.workspaces.queries import actor_for, owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"


@pytest.fixture(autouse=True)
def _quick_hashing(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 3, tzinfo=UTC))


@pytest.fixture
def workspace(clock: ManualClock) -> Workspace:
    return create_workspace("Clear View", "ann@example.com", "America/New_York", clock=clock)


@pytest.fixture
def owner(workspace: Workspace) -> Actor:
    return owner_actor(workspace, by_command=False)


def rules_of(error: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.field, one.rule) for one in error.value.errors]


def test_signing_up_makes_a_person_who_can_sign_in(clock: ManualClock) -> None:
    user = people.sign_up(" Bo Lee ", " Bo@Example.com ", PASSWORD, clock=clock)
    assert (user.name, user.email, user.date_joined) == ("Bo Lee", "bo@example.com", clock.now())
    assert people.check_sign_in("BO@example.com", PASSWORD, address="10.0.0.1", clock=clock) == user


@pytest.mark.parametrize(
    ("name", "email", "password", "expected"),
    [
        (" ", "bo@example.com", PASSWORD, ("name", "required")),
        ("x" * 101, "bo@example.com", PASSWORD, ("name", "too_long")),
        ("Bo", "nobody", PASSWORD, ("email", "email")),
        ("Bo", f"{'x' * 250}@example.com", PASSWORD, ("email", "too_long")),
        ("Bo", "bo@example.com", "a7!kd", ("password", "weak")),
        ("Bo", "bo@example.com", "password123", ("password", "weak")),
        ("Bo", "somebody@example.com", "somebody@example.com", ("password", "weak")),
        ("Bo", "bo@example.com", "x" * 1001, ("password", "too_long")),
        ("Bo", "ANN@example.com", PASSWORD, ("email", "taken")),
    ],
)
def test_bad_sign_ups(
    workspace: Workspace, clock: ManualClock, name: str, email: str, password: str, expected: tuple[str, str]
) -> None:
    with pytest.raises(Refused) as error:
        people.sign_up(name, email, password, clock=clock)
    assert expected in rules_of(error)
    assert User.objects.count() == 1


def test_many_failures_slow_down_only_that_person_from_that_address(clock: ManualClock) -> None:
    user = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    for _ in range(people.FREE_ATTEMPTS):
        assert people.check_sign_in("bo@example.com", "wrong", address="10.0.0.1", clock=clock) is None
    with pytest.raises(Refused) as error:
        people.check_sign_in("bo@example.com", PASSWORD, address="10.0.0.1", clock=clock)
    assert rules_of(error) == [("email", "too_many")]
    assert "30 seconds" in str(error.value)
    assert people.check_sign_in("bo@example.com", PASSWORD, address="10.0.0.2", clock=clock) == user
    clock.advance(timedelta(seconds=30))
    assert people.check_sign_in("bo@example.com", "wrong", address="10.0.0.1", clock=clock) is None
    clock.advance(timedelta(seconds=59))
    with pytest.raises(Refused):
        people.check_sign_in("bo@example.com", PASSWORD, address="10.0.0.1", clock=clock)
    clock.advance(timedelta(seconds=1))
    assert people.check_sign_in("bo@example.com", PASSWORD, address="10.0.0.1", clock=clock) == user
    assert not FailedSignIn.objects.exists()


def test_unknown_people_are_slowed_down_alike_and_forgotten(clock: ManualClock) -> None:
    for _ in range(people.FREE_ATTEMPTS):
        assert people.check_sign_in("no@example.com", "wrong", address="10.0.0.1", clock=clock) is None
    with pytest.raises(Refused):
        people.check_sign_in("no@example.com", "wrong", address="10.0.0.1", clock=clock)
    clock.advance(people.REMEMBERED + timedelta(seconds=1))
    assert people.check_sign_in("other@example.com", "wrong", address="10.0.0.1", clock=clock) is None
    assert FailedSignIn.objects.count() == 1


def test_the_longest_wait_is_bounded(clock: ManualClock) -> None:
    now = clock.now()
    FailedSignIn.objects.bulk_create(
        FailedSignIn(email="no@example.com", address="10.0.0.1", at=now - timedelta(seconds=second))
        for second in range(20)
    )
    with pytest.raises(Refused, match="15 minutes"):
        people.check_sign_in("no@example.com", "wrong", address="10.0.0.1", clock=clock)
    clock.advance(people.LONGEST_WAIT)
    assert people.check_sign_in("no@example.com", "wrong", address="10.0.0.1", clock=clock) is None


def test_changing_the_password_needs_the_present_one(clock: ManualClock) -> None:
    user = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    for old, new, expected in (
        ("guess", "another long phrase", ("old_password", "wrong")),
        (PASSWORD, "short", ("password", "weak")),
    ):
        with pytest.raises(Refused) as error:
            people.change_password(user, old, new)
        assert expected in rules_of(error)
    people.change_password(user, PASSWORD, "another long phrase")
    assert people.check_sign_in("bo@example.com", "another long phrase", address="", clock=clock) == user


def test_an_invitation_works_once_and_for_its_person(owner: Actor, workspace: Workspace, clock: ManualClock) -> None:
    invitation = invitations.invite(owner, " Bo@Example.com", Role.MANAGER, clock=clock)
    secret = invitations.secret_of(invitation)
    bo = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    eve = people.sign_up("Eve", "eve@example.com", PASSWORD, clock=clock)
    with pytest.raises(Refused) as error:
        invitations.accept(eve, secret, clock=clock)
    assert rules_of(error) == [("invitation", "other_person")]
    invitations.accept(bo, secret, clock=clock)
    assert actor_for(bo, workspace).role == Role.MANAGER
    with pytest.raises(Refused) as error:
        invitations.accept(bo, secret, clock=clock)
    assert "used already" in str(error.value)


@pytest.mark.parametrize("secret", ["", "1", "1.forged", "x.y", "\u0661.forged", "9" * 400])
def test_forged_links_lead_nowhere(secret: str) -> None:
    with pytest.raises(NotFound):
        invitations.find(secret)


def test_an_invitation_ends(owner: Actor, workspace: Workspace, clock: ManualClock) -> None:
    bo = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    first = invitations.invite(owner, bo.email, Role.MANAGER, clock=clock)
    second = invitations.invite(owner, bo.email, Role.MEMBER, clock=clock)
    assert invitations.open_invitations(workspace.pk) == [second]
    with pytest.raises(Refused, match="withdrawn"):
        invitations.accept(bo, invitations.secret_of(first), clock=clock)
    clock.advance(invitations.VALID_FOR)
    with pytest.raises(Refused, match="expired"):
        invitations.accept(bo, invitations.secret_of(second), clock=clock)
    third = invitations.invite(owner, bo.email, Role.MEMBER, clock=clock)
    invitations.withdraw(owner, third.pk, clock=clock)
    with pytest.raises(Refused, match="withdrawn"):
        invitations.accept(bo, invitations.secret_of(third), clock=clock)
    with pytest.raises(NotFound):
        invitations.withdraw(owner, third.pk, clock=clock)
    assert not invitations.open_invitations(workspace.pk)


def test_an_invitation_ends_with_its_inviters_right(owner: Actor, workspace: Workspace, clock: ManualClock) -> None:
    bo = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    admin = memberships.add_member(owner, "admin@example.com", Role.ADMIN, clock=clock)
    invitation = invitations.invite(actor_for(admin.user, workspace), bo.email, Role.ADMIN, clock=clock)
    memberships.remove_member(owner, admin.pk)
    with pytest.raises(Refused, match="may no longer invite"):
        invitations.accept(bo, invitations.secret_of(invitation), clock=clock)


def test_who_left_comes_back_with_the_new_role(owner: Actor, workspace: Workspace, clock: ManualClock) -> None:
    bo = people.sign_up("Bo", "bo@example.com", PASSWORD, clock=clock)
    member = memberships.add_member(owner, bo.email, Role.ADMIN, clock=clock)
    memberships.remove_member(owner, member.pk)
    invitation = invitations.invite(owner, bo.email, Role.MEMBER, clock=clock)
    assert invitations.accept(bo, invitations.secret_of(invitation), clock=clock).pk == member.pk
    assert actor_for(bo, workspace).role == Role.MEMBER


def test_bad_invitations(owner: Actor, workspace: Workspace, clock: ManualClock) -> None:
    for email, role, expected in (
        ("nobody", Role.MEMBER, ("email", "email")),
        ("bo@example.com", Role.OWNER, ("role", "owner")),
        ("Ann@example.com", Role.MEMBER, ("email", "taken")),
    ):
        with pytest.raises(Refused) as error:
            invitations.invite(owner, email, role, clock=clock)
        assert rules_of(error) == [expected]
    manager = memberships.add_member(owner, "m@example.com", Role.MANAGER, clock=clock)
    actor = actor_for(manager.user, workspace)
    with pytest.raises(NotAllowed):
        invitations.invite(actor, "bo@example.com", Role.MEMBER, clock=clock)
    with pytest.raises(NotAllowed):
        invitations.withdraw(actor, 1, clock=clock)
    assert not Invitation.objects.exists()
