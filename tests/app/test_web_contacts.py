"""Pages of contacts: lists, details, forms with rows that grow, refusals, other people's edits, roles, other
workspaces."""

import uuid
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from web_world import World, make_world, text_of

from bluepro.common.clock import SystemClock
from bluepro.contacts.models import Contact
from bluepro.contacts.queries import contact_data
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.web.contacts.forms import named_alike
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db
CLOCK = SystemClock()
FULL: dict[str, Any] = {
    "kind": "company",
    "display_name": "Old Mill",
    "company": "Old Mill Inc",
    "email": ["a@example.com", "", "b@example.com"],
    "phone": ["555-0100", "555-0101"],
    "service_street": ["1 Main\nRear", "2 Side"],
    "service_city": ["Yonkers", "Rye"],
    "service_region": ["NY", "NY"],
    "service_postal_code": ["10701", "10580"],
    "service_country": ["", ""],
    "billing_city": "Yonkers",
    "tax_exempt": "on",
    "tax_exempt_reason": "Charity",
}


@pytest.fixture
def world() -> World:
    return make_world()


def _named(world: World, *names: str, **values: Any) -> list[int]:
    edits = [ContactEdit(ContactData("person", name, **values)) for name in names]
    return list(save_contacts(world.business.owner, edits, clock=CLOCK).ids)


def test_a_contact_with_all_its_rows_is_saved_and_shown(world: World) -> None:
    answer = world.post("contact_new", data=FULL)
    assert answer.status_code == 303
    contact = Contact.objects.get(display_name="Old Mill")
    data = contact_data(world.workspace.pk, [contact.pk])[contact.pk]
    assert data.emails == ("a@example.com", "b@example.com")
    assert data.phones == ("555-0100", "555-0101")
    assert [place.city for place in data.service_addresses] == ["Yonkers", "Rye"]
    assert (data.tax_exempt, data.tax_exempt_reason) == (True, "Charity")
    shown = text_of(world.get("contact", contact.pk))
    assert "b@example.com" in shown
    assert "Charity" in shown
    assert "QuickBooks is not connected." in shown


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(world: World) -> None:
    answer = world.post("contact_new", data={**FULL, "add": "email"})
    shown = text_of(answer)
    assert answer.status_code == 200
    assert shown.count('name="email"') == 4
    assert 'value="Old Mill"' in shown
    assert "2 Side" in shown
    assert not Contact.objects.filter(display_name="Old Mill").exists()


def test_an_impatient_double_click_makes_one_contact(world: World) -> None:
    data = {**FULL, "once": str(uuid.uuid4())}
    first, second = (world.post("contact_new", data=data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Contact.objects.filter(display_name="Old Mill").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"display_name": ""}, "Give the contact a name."),
        ({"display_name": "x" * 501}, "at most 500 are allowed"),
        ({"display_name": "  "}, "This may not be empty or only spaces."),
        ({"company": ""}, "A company contact needs"),
        ({"email": ["no address"]}, "no address"),
        ({"phone": ["5" * 60]}, "at most 50 are allowed"),
        ({"kind": "robot"}, "robot is not one of the available choices"),
        ({"service_city": ["y" * 300]}, "at most 255 are allowed"),
        ({"once": "not a key"}, "This form is incomplete."),
    ],
)
def test_what_is_refused_is_told_and_what_was_typed_is_kept(world: World, change: dict[str, Any], words: str) -> None:
    answer = world.post("contact_new", data={**FULL, **change})
    assert answer.status_code == 422
    shown = text_of(answer)
    assert words in shown
    assert "Charity" in shown
    assert not Contact.objects.filter(company="Old Mill Inc").exists()


def test_an_edit_of_an_old_version_is_a_conflict_that_keeps_what_was_typed(world: World) -> None:
    contact = world.business.contact
    stale = contact.version
    data = ContactData("person", "Ann Lee-Ray")
    save_contacts(world.business.owner, [ContactEdit(data, id=contact.pk)], clock=CLOCK)
    answer = world.post(
        "contact_edit", contact.pk, data={"kind": "person", "display_name": "Mine", "version": str(stale)}
    )
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "Somebody else changed this contact meanwhile." in shown
    assert 'value="Mine"' in shown
    again = world.post("contact_edit", contact.pk, data={"kind": "person", "display_name": "Mine", "version": "x"})
    assert again.status_code == 409
    contact.refresh_from_db()
    assert contact.display_name == "Ann Lee-Ray"


def test_an_edit_that_fits_is_saved(world: World) -> None:
    contact = world.business.contact
    typed: dict[str, object] = {"kind": "person", "display_name": "Ann Lee III", "version": str(contact.version)}
    assert world.post("contact_edit", contact.pk, data=typed).status_code == 303
    contact.refresh_from_db()
    assert contact.display_name == "Ann Lee III"


@pytest.mark.parametrize(
    ("stored", "typed", "found"),
    [
        (("Ann Lee", "Ann", "Lee"), ("Ann Marie King", "Ann", "Lee"), ("Ann Marie", "King")),
        (("Ann Lee", "Ann", "Lee"), ("Ann King", "Anna", "Lee"), ("Anna", "Lee")),
        (("Ann Lee", "Ann", "Lee"), ("Lee", "Ann", "Lee"), ("Ann", "Lee")),
        (("Ann Lee", "Ann", "Lee"), ("Ann Lee", "Ann", "Lee"), ("Ann", "Lee")),
        (("Lee Windows", "Ann", "Lee"), ("Lee Panes", "Ann", "Lee"), ("Ann", "Lee")),
        (("Ann", "Ann", ""), ("Ann King", "Ann", ""), ("Ann", "")),
    ],
)
def test_the_person_follows_a_name_that_was_made_of_first_and_last_name(
    stored: tuple[str, str, str], typed: tuple[str, str, str], found: tuple[str, str]
) -> None:
    was, now = (ContactData("person", name, first_name=first, last_name=last) for name, first, last in (stored, typed))
    saved = named_alike(now, was)
    assert (saved.display_name, saved.first_name, saved.last_name) == (typed[0], *found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=ann", ["Ann Lee"]),
        ("?q=lee+ann", ["Ann Lee"]),
        ("?q=zoe%40example", ["Zoe"]),
        ("?q=555-0177", ["Zoe"]),
        ("?kind=company", ["acme"]),
        ("?archived=yes", ["Gone"]),
        ("?sort=-name", ["Zoe", "Bob Ray", "Ann Lee", "acme"]),
        ("?sort=name", ["acme", "Ann Lee", "Bob Ray", "Zoe"]),
        ("?sort=password&kind=robot&page=minus", ["acme", "Ann Lee", "Bob Ray", "Zoe"]),
        ("?q=nobody", []),
        ("?q=%00", ["acme", "Ann Lee", "Bob Ray", "Zoe"]),
    ],
)
def test_the_list_finds_filters_and_sorts_as_the_address_says(world: World, query: str, found: list[str]) -> None:
    _named(world, "Zoe", emails=("zoe@example.com",), phones=("(212) 555-0177",))
    save_contacts(world.business.owner, [ContactEdit(ContactData("company", "acme", company="acme"))], clock=CLOCK)
    gone = _named(world, "Gone")[0]
    world.post("contact_archive", gone)
    answer = world.get("contacts", query=query)
    names = [row.display_name for row, _ in answer.context["rows"]]
    assert names == found
    assert ("No contact found" in text_of(answer)) is (not found)


def test_an_empty_workspace_is_told_what_to_do(world: World) -> None:
    Contact.objects.all().delete()
    assert "No contacts yet" in text_of(world.get("contacts"))


def test_htmx_gets_the_rows_alone(world: World) -> None:
    answer = world.browser().get(world.address("contacts"), headers={"HX-Request": "true"})
    assert "<html" not in text_of(answer)
    assert "Ann Lee" in text_of(answer)


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    _named(world, "One", emails=("1@example.com",))
    world.get("contacts")
    with CaptureQueriesContext(database) as few:
        world.get("contacts")
    _named(world, *(f"Person {number}" for number in range(45)), emails=("x@example.com",), phones=("1",))
    with CaptureQueriesContext(database) as many:
        assert len(world.get("contacts").context["rows"]) > 40
    assert len(many) == len(few)


def test_what_is_owed_is_shown_to_all_but_members(world: World) -> None:
    invoice = world.business.issued("250.00")
    world.business.pay((invoice, "100.00"))
    assert "$150.00" in text_of(world.get("contacts"))
    assert "Owes <strong>" in text_of(world.get("contact", world.business.contact.pk))
    assert "$150.00" not in text_of(world.get("contacts", role=Role.MEMBER))
    assert "Owes <strong>" not in text_of(world.get("contact", world.business.contact.pk, role=Role.MEMBER))


def test_archiving_and_bringing_back(world: World) -> None:
    contact = world.business.contact
    assert world.post("contact_archive", contact.pk).status_code == 303
    contact.refresh_from_db()
    assert contact.archived_at is not None
    world.post("contact_archive", contact.pk, data={"back": "1"})
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_deleting_asks_first_and_is_refused_for_a_contact_with_invoices(world: World) -> None:
    used, free = world.business.contact, world.business.other_contact
    world.business.issued()
    assert "stays" in text_of(world.get("contact_delete", free.pk))
    assert world.post("contact_delete", used.pk).status_code == 422
    assert "archive the contact instead" in text_of(world.post("contact_delete", used.pk))
    assert world.post("contact_delete", free.pk).status_code == 303
    assert not Contact.objects.filter(pk=free.pk).exists()


def test_a_bookkeeper_sees_contacts_and_changes_none(world: World) -> None:
    contact = world.business.contact
    shown = text_of(world.get("contact", contact.pk, role=Role.BOOKKEEPER))
    assert "Ann Lee" in shown
    assert world.address("contact_edit", contact.pk) not in shown
    for view, arguments in (
        ("contact_new", []),
        ("contact_edit", [contact.pk]),
        ("contact_delete", [contact.pk]),
        ("contact_archive", [contact.pk]),
    ):
        assert world.post(view, *arguments, role=Role.BOOKKEEPER).status_code == 403


@pytest.mark.parametrize("view", ["contact", "contact_edit", "contact_delete"])
def test_another_workspaces_contact_does_not_exist(world: World, view: str) -> None:
    theirs = make_world("Other Panes").business.contact
    assert world.get(view, theirs.pk).status_code == 404
    assert world.get(view, 10**15).status_code == 404


def test_names_are_escaped(world: World) -> None:
    evil = _named(world, "<script>alert(1)</script>")[0]
    for answer in (world.get("contacts"), world.get("contact", evil), world.get("contact_edit", evil)):
        assert "<script>alert" not in text_of(answer)
