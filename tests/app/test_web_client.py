"""The customer's page of an invoice: found by its link alone, and nothing internal on it."""

from decimal import Decimal

import pytest
from django.test import Client
from web_world import World, make_world, text_of

from bluepro.invoicing.models import InvoicePage
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_link_is_made_once_and_renewed(world: World) -> None:
    invoice = world.business.issued()
    for _ in range(2):
        assert world.post("invoice_link", invoice.pk).status_code == 303
    first = InvoicePage.objects.get().token
    assert len(first) == 32 and f"/i/{first}" in text_of(world.get("invoice", invoice.pk))
    assert Client().get(f"/i/{first}").status_code == 200
    world.post("invoice_link", invoice.pk, data={"renew": "1"})
    second = InvoicePage.objects.get().token
    assert Client().get(f"/i/{first}").status_code == 404
    assert Client().get(f"/i/{second}").status_code == 200


def test_bookkeeper_makes_a_link_but_renews_none(world: World) -> None:
    invoice = world.business.issued()
    world.post("invoice_link", invoice.pk, role=Role.BOOKKEEPER)
    token = InvoicePage.objects.get().token
    world.post("invoice_link", invoice.pk, role=Role.BOOKKEEPER, data={"renew": "1"})
    assert InvoicePage.objects.get().token == token


def test_page_shows_the_invoice_and_nothing_internal(world: World) -> None:
    business = world.business
    world.workspace.street, world.workspace.city = "1 Main St", "Rye"
    world.workspace.save()
    invoice = business.issued("100", message="Thank you!", name="Roof", tax_rate_percent=Decimal("8.25"))
    business.pay((invoice, "8.25"))
    world.post("invoice_comment", invoice.pk, data={"text": "Slow payer"})
    world.post("invoice_link", invoice.pk)
    answer = Client().get(f"/i/{InvoicePage.objects.get().token}")
    page = text_of(answer)
    for said in ("Bright Panes", "1 Main St", "Ann Lee", "Roof", "Work", "$108.25", "Check", "Thank you!", "$100.00"):
        assert said in page
    for hidden in ("Slow payer", "bright@example.com", "QuickBooks", "/w/", "Sign out", invoice.ref):
        assert hidden not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow" and 'content="noindex' in page
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_drafts_have_no_page_but_the_team_sees_it(world: World) -> None:
    draft = world.business.draft()
    world.post("invoice_link", draft.pk)
    assert Client().get(f"/i/{InvoicePage.objects.get().token}").status_code == 404
    page = text_of(world.get("invoice_as_client", draft.pk))
    assert "once the invoice is issued" in page and "Ann Lee" in page


def test_cancelled_invoice_asks_for_nothing(world: World) -> None:
    invoice = world.business.issued("77")
    world.post("invoice_link", invoice.pk)
    world.post("invoice_cancel", invoice.pk)
    page = text_of(Client().get(f"/i/{InvoicePage.objects.get().token}"))
    assert "Cancelled" in page and "Balance due" not in page


@pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 500, "A" * 32, "..", "%00"])
def test_other_addresses_are_not_there(world: World, token: str) -> None:
    assert Client().get(f"/i/{token}").status_code == 404


def test_page_is_read_only(world: World) -> None:
    invoice = world.business.issued()
    world.post("invoice_link", invoice.pk)
    assert Client().post(f"/i/{InvoicePage.objects.get().token}").status_code == 405
