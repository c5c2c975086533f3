"""The catalogue: all or nothing, nothing written without a change, prices within QuickBooks' range, roles."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluepro.catalogue import queries, services
from bluepro.catalogue.models import Service
from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.clock import ManualClock
from bluepro.common.errors import Conflict, NotAllowed, NotFound, Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import save_invoices
from bluepro.workspaces.models import Role
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

pytestmark = pytest.mark.django_db

FULL = ServiceData(
    kind="product",
    name="Squeegee 🪟",
    unit_price=Decimal("12.34567"),
    tax_exempt=True,
    sku="SQ-1",
    description="rubber\nblade",
    income_account="Sales:Tools",
)
PLAIN = ServiceData(kind="service", name="Windows", unit_price=Decimal("80"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def actor(clock: ManualClock) -> Actor:
    return owner_actor(create_workspace("One", "ann@example.com", "UTC", clock=clock))


def add(actor: Actor, clock: ManualClock, *data: ServiceData) -> list[int]:
    return list(save_services(actor, [ServiceEdit(one) for one in data], clock=clock).ids)


def test_everything_is_stored_and_read_back(actor: Actor, clock: ManualClock) -> None:
    first, second = add(actor, clock, FULL, replace(PLAIN, name=" Windows\r", unit_price=Decimal("80.00000")))
    assert queries.service_data(actor.workspace_id, [first, second]) == {first: FULL, second: PLAIN}


def test_an_edit_that_changes_nothing_writes_nothing(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, FULL)
    with CaptureQueriesContext(connection) as captured:
        saved = save_services(actor, [ServiceEdit(FULL, id=pk, version=1)], clock=clock)
    assert (saved.ids, saved.created, saved.changed, saved.unchanged) == ((pk,), 0, 0, 1)
    assert not [query for query in captured.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_changes_new_ones_and_unchanged_ones_at_once(actor: Actor, clock: ManualClock) -> None:
    first, second = add(actor, clock, PLAIN, FULL)
    dearer = replace(PLAIN, unit_price=Decimal("-0.00001"))
    edits = [ServiceEdit(FULL, external_id="N"), ServiceEdit(FULL, id=second), ServiceEdit(dearer, id=first)]
    saved = save_services(actor, edits, clock=clock)
    assert (saved.created, saved.changed, saved.unchanged) == (1, 1, 1)
    assert queries.get_service(actor.workspace_id, first).version == 2
    assert queries.service_data(actor.workspace_id, saved.ids) == dict(
        zip(saved.ids, (FULL, FULL, dearer), strict=True)
    )


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        (replace(PLAIN, name=" "), "name", "required"),
        (replace(PLAIN, name="x" * 501), "name", "too_long"),
        (replace(PLAIN, name="a\tb"), "name", "control_character"),
        (replace(PLAIN, kind="bundle"), "kind", "choice"),
        (replace(PLAIN, sku="x" * 101), "sku", "too_long"),
        (replace(PLAIN, description="\x1b"), "description", "control_character"),
        (replace(PLAIN, income_account="x" * 101), "income_account", "too_long"),
        (replace(PLAIN, unit_price=Decimal("NaN")), "unit_price", "number"),
        (replace(PLAIN, unit_price=Decimal("-Infinity")), "unit_price", "number"),
        (replace(PLAIN, unit_price=Decimal("99999999999.00001")), "unit_price", "range"),
        (replace(PLAIN, unit_price=Decimal("-1E+30")), "unit_price", "range"),
        (replace(PLAIN, unit_price=Decimal("0.000001")), "unit_price", "decimals"),
    ],
)
def test_bad_services_are_refused_whole(
    actor: Actor, clock: ManualClock, data: ServiceData, field: str, rule: str
) -> None:
    with pytest.raises(Refused) as error:
        add(actor, clock, PLAIN, data)
    assert [(one.record, one.field, one.rule) for one in error.value.errors] == [(1, field, rule)]
    assert not Service.objects.exists()


@pytest.mark.parametrize("price", ["99999999999", "-99999999999", "0", "-0", "1E+3", "0.00001"])
def test_prices_at_the_edge(actor: Actor, clock: ManualClock, price: str) -> None:
    (pk,) = add(actor, clock, replace(PLAIN, unit_price=Decimal(price)))
    assert queries.get_service(actor.workspace_id, pk).unit_price == Decimal(price)


def test_another_workspaces_service_does_not_exist(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, PLAIN)
    other = owner_actor(create_workspace("Two", "bob@example.com", "UTC", clock=clock))
    with pytest.raises(Refused, match="no service"):
        save_services(other, [ServiceEdit(FULL, id=pk)], clock=clock)
    with pytest.raises(NotFound):
        queries.get_service(other.workspace_id, pk)


def test_a_stale_version_is_a_conflict(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, PLAIN)
    with pytest.raises(Conflict, match="Windows"):
        save_services(actor, [ServiceEdit(FULL, id=pk, version=2)], clock=clock)


def test_archived_deleted_and_listed(actor: Actor, clock: ManualClock) -> None:
    first, second = add(actor, clock, PLAIN, FULL)
    assert services.archive_services(actor, [first], clock=clock) == 1
    assert [one.pk for one in queries.list_services(actor.workspace_id)] == [second]
    assert [one.pk for one in queries.list_services(actor.workspace_id, archived=True)] == [first]
    assert services.unarchive_services(actor, [first], clock=clock) == 1
    assert [one.pk for one in queries.list_services(actor.workspace_id, search="sq-1 blade")] == [second]
    after = queries.list_services(actor.workspace_id, limit=1)[0]
    assert [one.pk for one in queries.list_services(actor.workspace_id, after=(after.name, after.pk))] == [first]
    services.delete_service(actor, first)
    assert list(Service.objects.values_list("pk", flat=True)) == [second]


def test_one_on_invoices_is_kept(actor: Actor, clock: ManualClock) -> None:
    (pk,) = add(actor, clock, PLAIN)
    contact = ContactEdit(ContactData("person", "Ann"))
    (person,) = save_contacts(actor, [contact], clock=clock).ids
    draft = InvoiceData(person, clock.now().date(), lines=(LineData("service", pk),) * 3)
    save_invoices(actor, [InvoiceEdit(draft)], clock=clock, ids=SeededIds(1))
    with pytest.raises(Refused, match="Windows is on 3 invoice lines; archive it instead"):
        services.delete_service(actor, pk)
    assert queries.get_service(actor.workspace_id, pk).name == "Windows"


@pytest.mark.parametrize("role", [Role.BOOKKEEPER, Role.MEMBER])
def test_the_role_decides(actor: Actor, clock: ManualClock, role: Role) -> None:
    barred = replace(actor, role=role)
    writes: list[Callable[[], object]] = [
        lambda: save_services(barred, [], clock=clock),
        lambda: services.archive_services(barred, [], clock=clock),
        lambda: services.unarchive_services(barred, [], clock=clock),
        lambda: services.delete_service(barred, 1),
    ]
    for write in writes:
        with pytest.raises(NotAllowed, match="may not change the catalogue"):
            write()
