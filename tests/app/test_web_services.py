"""Pages of services and products: list, detail with use, form, refusals, roles, other workspaces."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from web_world import World, make_world, text_of

from bluepro.catalogue.models import Service
from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.clock import SystemClock
from bluepro.invoicing.rules import LineData
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db
CLOCK = SystemClock()
TYPED: dict[str, Any] = {"kind": "product", "name": "Squeegee", "sku": "SQ-1", "unit_price": "$1,234.50"}


@pytest.fixture
def world() -> World:
    return make_world()


def _named(world: World, *names: str) -> None:
    edits = [ServiceEdit(ServiceData("service", name, Decimal(5))) for name in names]
    save_services(world.business.owner, edits, clock=CLOCK)


@pytest.mark.parametrize(
    ("typed", "price"),
    [("$1,234.50", "1234.50"), ("12", "12"), ("$12", "12"), ("-5.25", "-5.25"), ("0.12345", "0.12345"), ("0", "0")],
)
def test_a_price_is_taken_as_people_type_it(world: World, typed: str, price: str) -> None:
    answer = world.post("service_new", data={**TYPED, "unit_price": typed})
    assert answer.status_code == 303
    assert Service.objects.get(name="Squeegee").unit_price == Decimal(price)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "n" * 501}, "at most 500 are allowed"),
        ({"unit_price": ""}, "Enter a price"),
        ({"unit_price": "twelve"}, "Enter a number"),
        ({"unit_price": "12,34"}, "Enter a number"),
        ({"unit_price": "1.234567"}, "at most 5 decimals"),
        ({"unit_price": "100,000,000,000"}, "at most 99,999,999,999"),
        ({"kind": "idea"}, "idea is not one of the available choices"),
        ({"sku": "s" * 101}, "at most 100 are allowed"),
        ({"once": ""}, "This form is incomplete."),
    ],
)
def test_what_is_refused_is_told_and_what_was_typed_is_kept(world: World, change: dict[str, Any], words: str) -> None:
    answer = world.post("service_new", data={"description": "kept text", **TYPED, **change})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "kept text" in text_of(answer)
    assert not Service.objects.filter(kind="product").exists()


def test_an_impatient_double_click_makes_one_service(world: World) -> None:
    data = {**TYPED, "once": str(uuid.uuid4())}
    assert world.post("service_new", data=data)["Location"] == world.post("service_new", data=data)["Location"]
    assert Service.objects.filter(name="Squeegee").count() == 1


def test_an_edit_shows_the_price_without_needless_zeros_and_is_saved(world: World) -> None:
    service = world.business.service
    assert 'value="12.50"' in text_of(world.get("service_edit", service.pk))
    typed: dict[str, object] = {"kind": "service", "name": "Panes", "unit_price": "13", "version": str(service.version)}
    assert world.post("service_edit", service.pk, data=typed).status_code == 303
    service.refresh_from_db()
    assert (service.name, service.unit_price) == ("Panes", Decimal(13))
    assert world.post("service_edit", service.pk, data=typed).status_code == 409
    assert "Somebody else changed this" in text_of(world.post("service_edit", service.pk, data=typed))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=win", ["Windows"]),
        ("?q=inside", ["Gutters", "Windows"]),
        ("?kind=product", ["Squeegee"]),
        ("?archived=yes", []),
        ("?sort=-name", ["Windows", "Squeegee", "Gutters"]),
        ("?sort=-price", ["Squeegee", "Gutters", "Windows"]),
        ("?sort=sku", ["Windows", "Gutters", "Squeegee"]),
        ("?q=zebra", []),
    ],
)
def test_the_list_finds_filters_and_sorts_as_the_address_says(world: World, query: str, found: list[str]) -> None:
    world.post("service_new", data=TYPED)
    answer = world.get("services", query=query)
    names = [row.name for row in answer.context["page"].rows]
    assert names == found


def test_empty_lists_help(world: World) -> None:
    assert "No service found" in text_of(world.get("services", query="?q=zebra"))
    Service.objects.all().delete()
    assert "No services yet" in text_of(world.get("services"))


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    world.get("services")
    with CaptureQueriesContext(database) as few:
        world.get("services")
    _named(world, *(f"Service {number}" for number in range(45)))
    with CaptureQueriesContext(database) as many:
        assert len(world.get("services").context["page"].rows) > 40
    assert len(many) == len(few)


def test_the_page_says_where_the_service_is_used(world: World) -> None:
    service = world.business.service
    line = LineData("service", service_id=service.pk, quantity=Decimal(4))
    invoice = world.business.issued(lines=(line,))
    shown = text_of(world.get("service", service.pk))
    assert invoice.number in shown
    assert "1 issued" in shown
    assert "$50.00" in shown
    assert "1 issued" not in text_of(world.get("service", service.pk, role=Role.MEMBER))
    assert "Not on any invoice yet." in text_of(world.get("service", world.business.exempt_service.pk))


def test_archiving_and_deleting(world: World) -> None:
    used, free = world.business.service, world.business.exempt_service
    world.business.issued(lines=(LineData("service", service_id=used.pk, quantity=Decimal(1)),))
    assert world.post("service_delete", used.pk).status_code == 422
    assert world.post("service_archive", used.pk).status_code == 303
    used.refresh_from_db()
    assert used.archived_at is not None
    world.post("service_archive", used.pk, data={"back": "1"})
    used.refresh_from_db()
    assert used.archived_at is None
    assert "stays" in text_of(world.get("service_delete", free.pk))
    assert world.post("service_delete", free.pk).status_code == 303
    assert not Service.objects.filter(pk=free.pk).exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BOOKKEEPER])
def test_who_may_not_change_the_catalogue_sees_no_button_and_is_refused(world: World, role: Role) -> None:
    pk = world.business.service.pk
    assert world.address("service_edit", pk) not in text_of(world.get("service", pk, role=role))
    assert world.address("service_new") not in text_of(world.get("services", role=role))
    assert world.post("service_new", data=TYPED, role=role).status_code == 403
    for view in ("service_edit", "service_delete", "service_archive"):
        assert world.post(view, pk, data=TYPED, role=role).status_code == 403


@pytest.mark.parametrize("view", ["service", "service_edit", "service_delete"])
def test_another_workspaces_service_does_not_exist(world: World, view: str) -> None:
    theirs = make_world("Other Panes").business.service
    assert world.get(view, theirs.pk).status_code == 404
