"""Pages to sign up, in and out, to name a company, to switch between companies, and to join by a link."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web_world import PASSWORD, World, give_password, make_world, text_of

from bluepro.web.present import CLOCK
from bluepro.workspaces import invitations, people
from bluepro.workspaces.models import FailedSignIn, Invitation, Role, User, Workspace
from bluepro.workspaces.queries import actor_for, memberships_of
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_hashing(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def owner(world: World) -> User:
    return give_password(world.people[Role.OWNER])


def key() -> str:
    return str(uuid.uuid4())


def test_from_nothing_to_a_company_of_ones_own(client: Client) -> None:
    assert client.get("/").headers["Location"] == reverse("sign_in")
    signed_up = client.post(reverse("sign_up"), {"name": "Ann Lee", "email": "Ann@Example.com ", "password": PASSWORD})
    assert (signed_up.status_code, signed_up.headers["Location"]) == (303, reverse("workspace_new"))
    assert client.get("/").headers["Location"] == reverse("workspace_new")
    typed = {"name": "Bright Panes", "time_zone": "America/Chicago", "once": key()}
    made = client.post(reverse("workspace_new"), typed)
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.time_zone) == ("Bright Panes", "America/Chicago")
    assert actor_for(User.objects.get(email="ann@example.com"), workspace).role == Role.OWNER
    assert made.headers["Location"] == reverse("home", args=[workspace.pk])
    assert client.get("/").headers["Location"] == reverse("home", args=[workspace.pk])
    again = client.post(reverse("workspace_new"), typed)
    assert (again.headers["Location"], Workspace.objects.count()) == (made.headers["Location"], 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Your name is missing."),
        ({"name": "x" * 101}, "at most 100"),
        ({"email": "nobody"}, "valid email"),
        ({"email": f"{'x' * 260}@example.com"}, "at most 254"),
        ({"password": ""}, "Password is missing."),
        ({"password": "short"}, "too short"),
        ({"password": "password123"}, "too common"),
        ({"password": "x" * 1001}, "at most 1000"),
        ({"email": "bright@example.com"}, "There is an account with this e-mail already"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_bad_sign_ups_keep_what_was_typed(client: Client, owner: User, changes: dict[str, str], words: str) -> None:
    typed = {"name": "Ann Lee", "email": "ann@example.com", "password": PASSWORD} | changes
    answer = client.post(reverse("sign_up"), typed)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    assert PASSWORD not in page
    assert "email" in changes or 'value="ann@example.com"' in page
    assert not User.objects.filter(email="ann@example.com").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Company name is missing."),
        ({"name": "BRIGHT panes"}, "choose another name"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"time_zone": ""}, "Time zone is missing."),
        ({"once": "x"}, "This form is incomplete"),
    ],
)
def test_bad_companies(world: World, changes: dict[str, str], words: str) -> None:
    typed = {"name": "Second", "time_zone": "UTC", "once": key()} | changes
    answer = world.browser().post(reverse("workspace_new"), typed)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Workspace.objects.count() == 1


def test_signing_in_leads_to_the_page_asked_for(client: Client, owner: User, world: World) -> None:
    wanted = world.address("settings")
    asked = client.get(wanted)
    assert asked.headers["Location"] == f"{reverse('sign_in')}?next={wanted}"
    answer = client.post(reverse("sign_in"), {"email": owner.email.upper(), "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, wanted)
    assert client.get(reverse("sign_in")).headers["Location"] == "/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(client: Client, owner: User, elsewhere: str) -> None:
    answer = client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_the_same_words_for_an_unknown_e_mail_and_a_wrong_password(client: Client, owner: User) -> None:
    pages = []
    for email in (owner.email, "unknown@example.com"):
        answer = client.post(reverse("sign_in"), {"email": email, "password": "wrong"})
        assert answer.status_code == 422
        pages.append(re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', "", text_of(answer)).replace(email, ""))
    assert pages[0] == pages[1]
    assert people.WRONG in pages[0]


def test_an_inactive_person_does_not_get_in(client: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answer = client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD})
    assert people.WRONG in text_of(answer)


def test_many_failures_make_people_wait(client: Client, owner: User) -> None:
    for _ in range(people.FREE_ATTEMPTS):
        client.post(reverse("sign_in"), {"email": owner.email, "password": "wrong"})
    answer = client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many attempts" in text_of(answer)
    FailedSignIn.objects.update(at=CLOCK.now() - timedelta(minutes=1))
    assert client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD}).status_code == 303


def test_signing_out_ends_the_session(world: World) -> None:
    browser = world.browser()
    assert browser.get(reverse("sign_out")).status_code == 405
    assert browser.post(reverse("sign_out")).headers["Location"] == reverse("sign_in")
    assert browser.get(reverse("workspaces")).status_code == 302


def test_several_companies_are_listed_to_switch(world: World) -> None:
    owner = world.people[Role.OWNER]
    second = create_workspace("Second Co", owner.email, "UTC", clock=CLOCK)
    other = create_workspace("Foreign Co", "other@example.com", "UTC", clock=CLOCK)
    assert world.browser().get("/").headers["Location"] == reverse("workspaces")
    page = text_of(world.browser().get(reverse("workspaces")))
    assert reverse("home", args=[second.pk]) in page
    assert reverse("home", args=[world.workspace.pk]) in page
    assert other.name not in page


def test_the_password_changes_only_with_the_present_one(client: Client, owner: User) -> None:
    client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD})
    wrong = client.post(reverse("password"), {"old_password": "guess", "password": "another long phrase"})
    assert (wrong.status_code, "This is not your present password" in text_of(wrong)) == (422, True)
    weak = client.post(reverse("password"), {"old_password": PASSWORD, "password": "12345678"})
    assert (weak.status_code, "entirely numeric" in text_of(weak) or "too common" in text_of(weak)) == (422, True)
    good = client.post(reverse("password"), {"old_password": PASSWORD, "password": "another long phrase"})
    assert good.headers["Location"] == reverse("workspaces")
    assert client.get(reverse("workspaces")).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password("another long phrase")


def invited(world: World, email: str = "bo@example.com") -> tuple[Invitation, str]:
    made = invitations.invite(world.actor(), email, Role.BOOKKEEPER, clock=CLOCK)
    return made, reverse("invitation", args=[invitations.secret_of(made)])


def test_joining_by_signing_up(client: Client, world: World) -> None:
    _, link = invited(world)
    page = text_of(client.get(link))
    assert "Owner Person" in page
    assert "Bright Panes" in page
    sign_up = f"{reverse('sign_up')}?email=bo%40example.com&amp;next={link.replace('/', '%2F')}"
    assert sign_up in page
    assert 'value="bo@example.com"' in text_of(client.get(sign_up.replace("&amp;", "&")))
    assert client.post(link).status_code == 200, "nobody is signed in: nothing happens"
    typed = {"name": "Bo", "email": "bo@example.com", "password": PASSWORD, "next": link}
    assert client.post(reverse("sign_up"), typed).headers["Location"] == link
    joined = client.post(link)
    assert joined.headers["Location"] == world.address("home")
    assert actor_for(User.objects.get(email="bo@example.com"), world.workspace).role == Role.BOOKKEEPER
    again = client.post(link)
    assert (again.status_code, "used already" in text_of(again)) == (422, True)


def test_a_link_is_for_its_person_only(world: World) -> None:
    _, link = invited(world)
    stranger = make_world("Other Company")
    page = text_of(stranger.browser().get(link))
    assert "You are signed in as" in page
    assert stranger.browser().post(link).status_code == 422
    assert not memberships_of(stranger.people[Role.OWNER])[1:]


def test_links_that_lead_nowhere(client: Client, world: World) -> None:
    invitation, link = invited(world)
    assert client.get(link[:-2] + "/").status_code == 404
    assert client.get(reverse("invitation", args=["1.forged"])).status_code == 404
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=CLOCK.now())
    assert "has expired" in text_of(client.get(link))


@pytest.mark.parametrize("view", ["workspaces", "workspace_new", "password"])
def test_signed_out_people_are_asked_to_sign_in(client: Client, view: str) -> None:
    answer = client.get(reverse(view))
    assert answer.headers["Location"] == f"{reverse('sign_in')}?next={reverse(view)}"
