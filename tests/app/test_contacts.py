"""Contacts: all or nothing, nothing written without a change, every rule named, nobody else's records."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluepro.common.clock import ManualClock
from bluepro.common.errors import Conflict, NotAllowed, NotFound, Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts import queries, services
from bluepro.contacts.models import Contact
from bluepro.contacts.rules import Address, ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit
from bluepro.invoicing.services import save_invoices
from bluepro.workspaces.models import Role
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db

FULL = ContactData(
    kind="company",
    display_name="Café 🪟 Ltd",
    company="Café",
    first_name="Ann",
    last_name="Lee",
    emails=("a@example.com", "b@example.com"),
    phones=("555-1", "555-2"),
    billing=Address("1 Main St\nSuite 2", "Troy", "NY", "12180", "USA"),
    service_addresses=(Address(street="2 Elm St"), Address(street="3 Oak St")),
    notes="first\nsecond",
    tax_exempt=True,
    tax_exempt_reason="resale",
    tax_exempt_certificate="NY-1",
)
PLAIN = ContactData(kind="person", display_name="Plain")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def actor(clock: ManualClock) -> Actor:
    return owner_actor(create_workspace("One", "ann@example.com", "UTC", clock=clock))


@pytest.fixture
def stranger(clock: ManualClock) -> Actor:
    return owner_actor(create_workspace("Two", "bob@example.com", "UTC", clock=clock))


def add(actor: Actor, clock: ManualClock, *data: ContactData) -> list[int]:
    return list(save_contacts(actor, [ContactEdit(one) for one in data], clock=clock).ids)


def test_everything_is_stored_and_read_back(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, FULL)
    assert queries.contact_data(actor.workspace_id, [pk]) == {pk: FULL}
    contact = queries.get_contact(actor.workspace_id, pk)
    assert (contact.version, contact.created_at, contact.created_by_id) == (1, clock.now(), actor.membership_id)


def test_text_is_cleaned(actor: Actor, clock: ManualClock) -> None:
    messy = replace(
        FULL,
        display_name="  Cafe\u0301 🪟 Ltd ",
        emails=(" a@example.com", "", "A@example.com", "b@example.com"),
        service_addresses=(Address(" 2 Elm St"), Address(), Address("3 Oak St"), Address("2 Elm St")),
        notes="first\r\nsecond\r",
    )
    (pk,) = add(actor, clock, messy)
    assert queries.contact_data(actor.workspace_id, [pk]) == {pk: FULL}


def test_an_edit_that_changes_nothing_writes_nothing(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, FULL)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        saved = save_contacts(actor, [ContactEdit(FULL, id=pk, version=1)], clock=clock)
    assert (saved.ids, saved.created, saved.changed, saved.unchanged) == ((pk,), 0, 0, 1)
    assert not [query for query in captured.captured_queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


@pytest.mark.parametrize(
    "changed",
    [
        replace(FULL, display_name="Other"),
        replace(FULL, emails=("b@example.com", "a@example.com")),
        replace(FULL, phones=()),
        replace(FULL, service_addresses=(Address("9 New St"),)),
        replace(FULL, billing=Address()),
        replace(FULL, tax_exempt=False),
    ],
)
def test_each_change_counts_once(actor: Actor, clock: ManualClock, changed: ContactData) -> None:
    kept, pk = add(actor, clock, PLAIN, FULL)
    saved = save_contacts(actor, [ContactEdit(PLAIN, id=kept), ContactEdit(changed, id=pk)], clock=clock)
    assert (saved.changed, saved.unchanged) == (1, 1)
    assert queries.contact_data(actor.workspace_id, [kept, pk]) == {kept: PLAIN, pk: changed}
    assert list(Contact.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


def test_many_new_and_old_at_once(actor: Actor, clock: ManualClock) -> None:
    first, second = add(actor, clock, PLAIN, FULL)
    edits = [ContactEdit(replace(PLAIN, display_name="New"), external_id="N"), ContactEdit(FULL, id=second)]
    edits.append(ContactEdit(replace(PLAIN, notes="x"), id=first, external_id="P"))
    saved = save_contacts(actor, edits, clock=clock)
    assert saved.ids[1:] == (second, first)
    assert (saved.created, saved.changed, saved.unchanged) == (1, 1, 1)
    assert dict(Contact.objects.values_list("pk", "external_id")) == {first: "P", second: None, saved.ids[0]: "N"}


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        (replace(PLAIN, display_name=""), "display_name", "required"),
        (replace(PLAIN, display_name=" \u00a0\u200b "), "display_name", "required"),
        (replace(PLAIN, display_name="x" * 501), "display_name", "too_long"),
        (replace(PLAIN, display_name="a\nb"), "display_name", "control_character"),
        (replace(PLAIN, first_name="a\x00b"), "first_name", "control_character"),
        (replace(PLAIN, last_name="\ud800"), "last_name", "control_character"),
        (replace(PLAIN, notes="a\x0bb"), "notes", "control_character"),
        (replace(PLAIN, kind="robot"), "kind", "choice"),
        (replace(PLAIN, kind="company"), "company", "required"),
        (replace(PLAIN, emails=("nobody",)), "email", "email"),
        (replace(PLAIN, emails=(f"{'x' * 250}@example.com",)), "email", "too_long"),
        (replace(PLAIN, emails=tuple(f"a{n}@b.co" for n in range(21))), "email", "too_many"),
        (replace(PLAIN, phones=("5" * 51,)), "phone", "too_long"),
        (replace(PLAIN, billing=Address(street="x" * 501)), "billing_street", "too_long"),
        (replace(PLAIN, billing=Address(postal_code="x" * 31)), "billing_postal_code", "too_long"),
        (replace(PLAIN, service_addresses=(Address(city="x" * 256),)), "service_city", "too_long"),
        (replace(PLAIN, tax_exempt_reason="x" * 101), "tax_exempt_reason", "too_long"),
        (replace(PLAIN, tax_exempt_certificate="x" * 51), "tax_exempt_certificate", "too_long"),
    ],
)
def test_bad_contacts_are_refused_whole(
    actor: Actor, clock: ManualClock, data: ContactData, field: str, rule: str
) -> None:
    with pytest.raises(Refused) as error:
        add(actor, clock, PLAIN, data)
    assert [(one.record, one.field, one.rule) for one in error.value.errors] == [(1, field, rule)]
    assert not Contact.objects.exists()


def test_every_reason_at_once(actor: Actor, clock: ManualClock) -> None:
    with pytest.raises(Refused) as error:
        add(actor, clock, replace(PLAIN, display_name=""), PLAIN, replace(PLAIN, kind="", emails=("x",)))
    found = [(one.record, one.field) for one in error.value.errors]
    assert found == [(0, "display_name"), (2, "kind"), (2, "email")]


def test_external_ids_belong_to_one(actor: Actor, stranger: Actor, clock: ManualClock) -> None:
    save_contacts(actor, [ContactEdit(PLAIN, external_id="A")], clock=clock)
    save_contacts(stranger, [ContactEdit(PLAIN, external_id="A")], clock=clock)
    bad = ["A", "B", "B", "", "x" * 101, "a\x00"]
    with pytest.raises(Refused) as error:
        save_contacts(actor, [ContactEdit(PLAIN, external_id=name) for name in bad], clock=clock)
    assert [(one.record, one.rule) for one in error.value.errors] == [
        (0, "taken"),
        (2, "taken"),
        (3, "length"),
        (4, "length"),
        (5, "control_character"),
    ]


def test_nobody_elses_contacts(actor: Actor, stranger: Actor, clock: ManualClock) -> None:
    (pk,) = add(stranger, clock, PLAIN)
    with pytest.raises(Refused) as error:
        save_contacts(actor, [ContactEdit(FULL, id=pk)], clock=clock)
    assert [(one.field, one.rule) for one in error.value.errors] == [("contact", "unknown")]
    for touch in (
        lambda: services.archive_contacts(actor, [pk], clock=clock),
        lambda: services.delete_contact(actor, pk),
        lambda: queries.get_contact(actor.workspace_id, pk),
    ):
        with pytest.raises(NotFound):
            touch()


def test_one_record_twice_in_a_call(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, PLAIN)
    with pytest.raises(Refused) as error:
        save_contacts(actor, [ContactEdit(FULL, id=pk), ContactEdit(PLAIN, id=pk)], clock=clock)
    assert [(one.record, one.rule) for one in error.value.errors] == [(1, "twice")]


def test_a_stale_version_is_a_conflict(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, PLAIN)
    save_contacts(actor, [ContactEdit(replace(PLAIN, notes="n"), id=pk, version=1)], clock=clock)
    with pytest.raises(Conflict, match="Plain"):
        save_contacts(actor, [ContactEdit(FULL, id=pk, version=1), ContactEdit(PLAIN)], clock=clock)
    assert Contact.objects.count() == 1


def test_archived_and_back(actor: Actor, clock: ManualClock) -> None:
    pk, other = add(actor, clock, PLAIN, replace(PLAIN, display_name="Other"))
    assert services.archive_contacts(actor, [pk], clock=clock) == 1
    assert services.archive_contacts(actor, [pk], clock=clock) == 0
    assert [contact.pk for contact in queries.list_contacts(actor.workspace_id)] == [other]
    assert [contact.pk for contact in queries.list_contacts(actor.workspace_id, archived=True)] == [pk]
    assert services.unarchive_contacts(actor, [pk, other], clock=clock) == 1
    assert Contact.objects.get(pk=pk).version == 3


def test_deleting(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, FULL)
    services.delete_contact(actor, pk)
    assert not Contact.objects.exists()


def test_one_with_invoices_is_kept(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, FULL)
    draft = InvoiceEdit(InvoiceData(pk, clock.now().date()))
    save_invoices(actor, [draft, draft], clock=clock, ids=SeededIds(1))
    with pytest.raises(Refused, match="has 2 invoices or payments; archive the contact instead"):
        services.delete_contact(actor, pk)
    assert queries.contact_data(actor.workspace_id, [pk]) == {pk: FULL}


@pytest.mark.parametrize("role", [Role.BOOKKEEPER])
def test_the_role_decides(actor: Actor, clock: ManualClock, role: Role) -> None:
    barred = replace(actor, role=role)
    writes: list[Callable[[], object]] = [
        lambda: save_contacts(barred, [], clock=clock),
        lambda: services.archive_contacts(barred, [], clock=clock),
        lambda: services.unarchive_contacts(barred, [], clock=clock),
        lambda: services.delete_contact(barred, 1),
    ]
    for write in writes:
        with pytest.raises(NotAllowed, match="Bookkeeper may not change contacts"):
            write()


def test_searching_and_paging(actor: Actor, clock: ManualClock) -> None:
    people = [replace(PLAIN, display_name=f"Person {n:03}", emails=(f"p{n:03}@example.com",)) for n in range(30)]
    add(actor, clock, FULL, *people)
    with CaptureQueriesContext(connection) as captured:
        page = queries.list_contacts(actor.workspace_id, limit=20)
        read = [(one.display_name, [mail.address for mail in one.emails.all()]) for one in page]
    assert len(captured) == 3 and len(read) == 20 and read[1] == ("Person 000", ["p000@example.com"])
    rest = queries.list_contacts(actor.workspace_id, after=(page[-1].display_name, page[-1].pk), limit=20)
    assert len({one.pk for one in [*page, *rest]}) == 31
    for words, names in {"p007@": ["Person 007"], "ann lee": ["Café 🪟 Ltd"], "555-2": ["Café 🪟 Ltd"]}.items():
        assert [one.display_name for one in queries.list_contacts(actor.workspace_id, search=words)] == names


def test_thousands_take_few_statements(actor: Actor, clock: ManualClock) -> None:
    edits = [ContactEdit(replace(FULL, display_name=f"C {n}"), external_id=str(n)) for n in range(1000)]
    with CaptureQueriesContext(connection) as captured:
        save_contacts(actor, edits, clock=clock)
    assert len(captured) < 25
