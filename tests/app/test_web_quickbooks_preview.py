"""The page of the preview: from a company with data of its own to Sync Data; a local QuickBooks over real HTTP."""

from collections.abc import Iterator

import pytest
from quickbooks_pages import connect, local_quickbooks
from web_world import World, make_world, text_of

from bluepro.common.clock import SystemClock
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.quickbooks.models import Connection, Match, Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def quickbooks() -> Iterator[dict[str, str]]:
    with local_quickbooks("--company", "sample") as environ:
        yield environ


@pytest.fixture
def world(quickbooks: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.delenv("BLUEPRO_QBO_ENVIRONMENT", raising=False)
    for name, value in quickbooks.items():
        monkeypatch.setenv(name, value)
    return make_world()


def test_it_is_read_answered_and_accepted_before_anything_is_sent(world: World) -> None:
    save_contacts(world.business.owner, [ContactEdit(ContactData("person", "Cool Cars"))], clock=SystemClock())
    connect(world)
    world.post("quickbooks_start", data={"which": "everything"})
    form = world.get("quickbooks_mapping").context["form"]
    world.post("quickbooks_mapping", data={name: form[name].value() or "" for name in form.fields})
    assert "has data of its own" in text_of(world.get("quickbooks"))
    world.post("quickbooks_sync")
    assert "under Preview" in text_of(world.get("quickbooks"))
    assert "has to be read first" in text_of(world.get("quickbooks_preview"))
    world.post("quickbooks_preview", data={"do": "read"})
    shown = text_of(world.get("quickbooks_preview"))
    assert "Is it the customer “Cool Cars” (id 3; same name)?" in shown
    world.post("quickbooks_preview", data={"do": "accept"})
    assert "1 question is open" in text_of(world.get("quickbooks_preview"))
    row = Match.objects.get(label="Cool Cars")
    world.post("quickbooks_preview", data={"id": str(row.pk), "choice": "link"})
    assert "Linked" in text_of(world.get("quickbooks_preview"))
    world.post("quickbooks_preview", data={"do": "accept"})
    assert Connection.objects.get(workspace=world.workspace).seen_at is not None
    world.post("quickbooks_sync")
    assert Run.objects.filter(connection__workspace=world.workspace).exists()
    assert "The first push has begun" in text_of(world.get("quickbooks_preview"))
