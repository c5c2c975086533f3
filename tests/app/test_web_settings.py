"""Settings: company, sales tax, people and roles, locked books, export; who may do what, and what bad input says."""

import io
import smtplib
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from import_files import sound
from invoicing_records import D
from web_world import World, make_world, text_of

from bluepro.web.present import CLOCK
from bluepro.workspaces import invitations
from bluepro.workspaces.models import Invitation, Membership, Role, TaxRate
from bluepro.workspaces.queries import members, today
from bluepro.workspaces.tax_rates import save_tax_rate

pytestmark = pytest.mark.django_db

KEY = "5d3a3cf0-6f2c-4c1e-9a53-0d9d5d1c8a11"
HEADS = {Role.OWNER, Role.ADMIN}
MAY = {
    "settings": set(Role),
    "settings_people": set(Role),
    "settings_company": HEADS,
    "settings_rates": HEADS,
    "settings_books": HEADS | {Role.BOOKKEEPER},
    "settings_import": HEADS | {Role.MANAGER},
    "settings_export": set(Role) - {Role.MEMBER},
    "settings_export_file": set(Role) - {Role.MEMBER},
}
COMPANY = {
    "name": "Clear Panes",
    "time_zone": "America/Denver",
    "terms_days": "15",
    "street": "1 Main St\nSuite 2",
    "city": "Denver",
    "region": "CO",
    "postal_code": "80202",
    "country": "US",
}


@pytest.fixture
def world() -> World:
    return make_world()


def member(world: World, role: Role) -> Membership:
    return Membership.objects.get(workspace=world.workspace, role=role)


@pytest.mark.parametrize("view", MAY)
def test_each_page_is_for_those_who_may_use_it(world: World, view: str) -> None:
    for role in Role:
        expected = 200 if role in MAY[view] else 403
        assert world.get(view, role=role).status_code == expected, role
        tabs = text_of(world.get("settings", role=role))
        assert view == "settings_export_file" or (f'href="{world.address(view)}"' in tabs) is (role in MAY[view])
    assert world.browser().get(make_world("Other Company").address(view)).status_code == 404


@pytest.mark.parametrize("view", ["settings_person", "settings_person_remove", "settings_person_owner"])
def test_only_those_who_may_change_people_do(world: World, view: str) -> None:
    bookkeeper = member(world, Role.BOOKKEEPER)
    for role in set(Role) - HEADS:
        assert world.post(view, bookkeeper.pk, role=role, data={"role": "admin"}).status_code == 403
        assert world.post("settings_people", role=role, data={"email": "x@example.com"}).status_code == 403
    assert world.post("settings_person_owner", bookkeeper.pk, role=Role.ADMIN).status_code == 403
    bookkeeper.refresh_from_db()
    assert (bookkeeper.role, bookkeeper.active, Invitation.objects.count()) == (Role.BOOKKEEPER, True, 0)


def test_the_company_is_saved(world: World) -> None:
    assert world.post("settings_company", data={**COMPANY}).headers["Location"] == world.address("settings_company")
    world.workspace.refresh_from_db()
    saved = world.workspace
    assert (saved.name, saved.time_zone, saved.terms_days) == ("Clear Panes", "America/Denver", 15)
    assert saved.street == "1 Main St\nSuite 2"
    assert "Denver, CO 80202" in text_of(world.get("settings"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Company name is missing."),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "Other Company"}, "choose another name"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"terms_days": "366"}, "Terms must be 0 to 365 days"),
        ({"terms_days": "-1"}, "Terms must be 0 to 365 days"),
        ({"terms_days": "soon"}, "Enter whole days"),
        ({"city": "x" * 256}, "at most 255"),
        ({"city": "a\x07b"}, "control character"),
    ],
)
def test_bad_company_settings(world: World, changes: dict[str, str], words: str) -> None:
    make_world("Other Company")
    answer = world.post("settings_company", data={**COMPANY, "country": "Typed Country", **changes})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Typed Country" in text_of(answer), "what was typed is kept"
    world.workspace.refresh_from_db()
    assert world.workspace.name == "Bright Panes"


def test_tax_rates_come_are_renamed_and_archived(world: World) -> None:
    typed: dict[str, object] = {
        "name": "Orange County",
        "percent": "8.25",
        "once": "5d3a3cf0-6f2c-4c1e-9a53-0d9d5d1c8a11",
    }
    for _ in range(2):
        assert world.post("settings_rates", data=typed).status_code == 303
    (rate,) = TaxRate.objects.all()
    assert (rate.name, rate.percent) == ("Orange County", D("8.25000"))
    world.post("settings_rate", rate.pk, data={"name": "OC"})
    world.post("settings_rate_active", rate.pk)
    rate.refresh_from_db()
    assert (rate.name, rate.percent, rate.active) == ("OC", D("8.25000"), False)
    assert "Use again" in text_of(world.get("settings_rates"))
    world.post("settings_rate_active", rate.pk, data={"active": "yes"})
    rate.refresh_from_db()
    assert rate.active


@pytest.mark.parametrize(
    ("name", "percent", "words"),
    [
        ("", "8", "Name is missing."),
        ("x" * 101, "8", "at most 100"),
        ("county", "8", "There is a tax rate"),
        ("New", "", "Rate is missing."),
        ("New", "eight", "Enter a number"),
        ("New", "0", "above 0"),
        ("New", "100.1", "at most 100"),
        ("New", "8.123456", "at most 5 decimals"),
        ("New", "1,2", "Enter a number"),
    ],
)
def test_bad_tax_rates(world: World, name: str, percent: str, words: str) -> None:
    save_tax_rate(world.actor(), "County", D("5"))
    answer = world.post("settings_rates", data={"name": name, "percent": percent})
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert TaxRate.objects.count() == 1


def test_rates_of_others_do_not_exist(world: World) -> None:
    other = make_world("Other Company")
    rate = save_tax_rate(other.actor(), "Theirs", D("5"))
    assert world.get("settings_rate", rate.pk).status_code == 404
    assert world.post("settings_rate_active", rate.pk).status_code == 404
    rate.refresh_from_db()
    assert rate.active


def test_an_invitation_is_shown_with_its_link(world: World) -> None:
    answer = world.post("settings_people", data={"email": "Bo@example.com", "role": "manager"})
    assert answer.headers["Location"] == world.address("settings_people")
    invitation = Invitation.objects.get()
    link = "http://testserver" + reverse("invitation", args=[invitations.secret_of(invitation)])
    page = text_of(world.get("settings_people"))
    assert link in page
    assert "Copy its link below" in page
    assert link not in text_of(world.get("settings_people", role=Role.MANAGER))
    assert not mail.outbox
    Invitation.objects.update(expires_at=CLOCK.now() - timedelta(days=1))
    assert link not in text_of(world.get("settings_people"))
    assert world.post("settings_invitation_withdraw", invitation.pk).status_code == 303
    assert world.post("settings_invitation_withdraw", invitation.pk).status_code == 404


def test_an_invitation_is_mailed_where_mail_is_set_up(world: World, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example.com"  # type: ignore[attr-defined]
    world.post("settings_people", data={"email": "bo@example.com", "role": "member", "once": KEY})
    world.post("settings_people", data={"email": "bo@example.com", "role": "member", "once": KEY})
    (sent,) = mail.outbox
    assert sent.to == ["bo@example.com"]
    assert invitations.secret_of(Invitation.objects.get()) in sent.body
    assert "was mailed to bo@example.com" in text_of(world.get("settings_people"))


class DeadMail:
    """A mail server that takes no mail."""

    def __init__(self, **options: object) -> None:
        self.options = options

    def send_messages(self, messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


def test_a_mail_that_cannot_be_sent_is_said(world: World, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example.com"  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = f"{__name__}.DeadMail"  # type: ignore[attr-defined]
    world.post("settings_people", data={"email": "bo@example.com", "role": "member"})
    assert "could not be sent" in text_of(world.get("settings_people"))
    assert Invitation.objects.exists()


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("", "member", "E-mail is missing."),
        ("nobody", "member", "valid email"),
        (f"{'x' * 250}@example.com", "member", "at most 254"),
        ("bo@example.com", "owner", "Select a valid choice"),
        ("bright@example.com", "member", "is a member of this workspace already"),
    ],
)
def test_bad_invitations(world: World, email: str, role: str, words: str) -> None:
    answer = world.post("settings_people", data={"email": email, "role": role})
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert not Invitation.objects.exists()


def test_roles_change_people_leave_and_the_ownership_moves(world: World) -> None:
    admin, manager = member(world, Role.ADMIN), member(world, Role.MANAGER)
    world.post("settings_person", manager.pk, data={"role": "bookkeeper"})
    manager.refresh_from_db()
    assert manager.role == Role.BOOKKEEPER
    world.post("settings_person_remove", manager.pk)
    assert manager.pk not in [one.pk for one in members(world.workspace.pk)]
    assert world.get("settings_person", manager.pk).status_code == 404
    assert world.get("home", role=Role.MANAGER).status_code == 404
    world.post("settings_person_owner", admin.pk)
    admin.refresh_from_db()
    assert admin.role == Role.OWNER
    assert world.actor().role == Role.ADMIN


def test_the_owner_is_neither_changed_nor_removed(world: World) -> None:
    owner = member(world, Role.OWNER)
    answer = world.post("settings_person_remove", owner.pk, role=Role.ADMIN)
    assert (answer.status_code, "hand the ownership over first" in text_of(answer)) == (422, True)
    assert world.post("settings_person", owner.pk, role=Role.ADMIN, data={"role": "member"}).status_code == 422
    assert world.post("settings_person", owner.pk, data={"role": "owner"}).status_code == 422
    owner.refresh_from_db()
    assert (owner.role, owner.active) == (Role.OWNER, True)


def test_who_leaves_is_led_to_the_start(world: World) -> None:
    left = world.post("settings_person_remove", member(world, Role.ADMIN).pk, role=Role.ADMIN)
    assert left.headers["Location"] == "/"


def test_people_of_others_do_not_exist(world: World) -> None:
    theirs = member(make_world("Other Company"), Role.MEMBER)
    assert world.get("settings_person", theirs.pk).status_code == 404
    assert world.post("settings_person_remove", theirs.pk).status_code == 404
    assert world.post("settings_person_owner", theirs.pk).status_code == 404
    theirs.refresh_from_db()
    assert theirs.active


def test_books_are_locked_and_opened(world: World) -> None:
    day = today(world.workspace, CLOCK)
    world.post("settings_books", role=Role.BOOKKEEPER, data={"day": day.isoformat()})
    world.workspace.refresh_from_db()
    assert world.workspace.books_locked_through == day
    assert f'value="{day.isoformat()}"' in text_of(world.get("settings_books"))
    world.post("settings_books", data={"day": ""})
    world.workspace.refresh_from_db()
    assert world.workspace.books_locked_through is None


@pytest.mark.parametrize("typed", ["soon", "2026-02-30", "9999-12-31", "99999-01-01"])
def test_days_that_books_cannot_be_locked_through(world: World, typed: str) -> None:
    answer = world.post("settings_books", data={"day": typed})
    assert answer.status_code == 422
    assert typed in text_of(answer)
    world.workspace.refresh_from_db()
    assert world.workspace.books_locked_through is None


def test_the_export_holds_all_files(world: World) -> None:
    world.business.issued("100")
    answer = world.get("settings_export_file", role=Role.BOOKKEEPER)
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {*sound(), "notes.txt"}
        assert b"Work" in archive.read("invoice_lines.csv")
        assert b"invoices: 1" in archive.read("notes.txt")
