"""Pages of QuickBooks: connecting, mapping, Sync Data, pause, disconnect; with a local QuickBooks over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from quickbooks_pages import connect, consent, local_quickbooks
from web_world import World, make_world, text_of

from bluepro.common.clock import SystemClock
from bluepro.quickbooks.models import Change, Connection, Link, Run
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db
CLOCK = SystemClock()
OTHERS = [role for role in Role if role not in (Role.OWNER, Role.ADMIN)]


@pytest.fixture(scope="module")
def quickbooks() -> Iterator[dict[str, str]]:
    with local_quickbooks() as environ:
        yield environ


@pytest.fixture
def world(quickbooks: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.delenv("BLUEPRO_QBO_ENVIRONMENT", raising=False)
    for name, value in quickbooks.items():
        monkeypatch.setenv(name, value)
    return make_world()


def _typed(world: World, **changes: str) -> dict[str, object]:
    """The mapping form as it first stands."""
    form = world.get("quickbooks_mapping").context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changes


def _enabled(world: World) -> Connection:
    connect(world)
    world.post("quickbooks_start", data={"which": "everything"})
    answer = world.post("quickbooks_mapping", data=_typed(world))
    assert answer.status_code == 303, text_of(answer)
    return Connection.objects.get(workspace=world.workspace)


def test_the_way_from_nothing_to_sync_data(world: World) -> None:
    assert "Connect to QuickBooks" in text_of(world.get("quickbooks"))
    connect(world)
    settings = text_of(world.get("quickbooks_mapping"))
    assert "Undeposited Funds (Other Current Asset)" in settings
    assert "To do" not in settings  # the accounts that fit best are chosen beforehand
    assert "chosen what is sent" in text_of(world.get("quickbooks"))
    world.post("quickbooks_sync")
    assert "Choose first what is sent" in text_of(world.get("quickbooks"))
    world.post("quickbooks_start", data={"which": "everything"})
    world.post("quickbooks_mapping", data=_typed(world))
    connection = Connection.objects.get(workspace=world.workspace)
    assert connection.enabled
    assert connection.catch_all_item
    assert "press Sync Data" in text_of(world.get("quickbooks"))
    assert world.post("quickbooks_sync").status_code == 303
    run = Run.objects.get(connection=connection)
    shown = text_of(world.get("quickbooks"))
    assert "0%" in shown
    assert world.address("quickbooks_progress") in shown
    assert sum(run.counts.values()) == 4
    run.finished_at = CLOCK.now()
    run.save()
    shown = text_of(world.get("quickbooks_progress"))
    assert "Finished" in shown
    assert "every 1s" not in shown


def test_only_accounts_that_fit_are_offered(world: World) -> None:
    connect(world)
    form = world.get("quickbooks_mapping").context["form"]
    offered = {label for _, label in form.fields["deposit"].choices}
    assert "Undeposited Funds (Other Current Asset)" in offered
    assert not any("Liability" in label for label in offered)
    assert all("(Income)" in label for value, label in form.fields["income"].choices if value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"income": ""}, "Choose an active account of type Income"),
        ({"deposit": "999999"}, "Choose an active account of type Bank"),
        ({"tax_mode": "magic"}, "magic is not one of the available choices"),
        ({"name_clash": "fight"}, "fight is not one of the available choices"),
        ({"method_0": "999"}, "999 is not one of the available choices"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_beside_the_field(world: World, change: dict[str, str], words: str) -> None:
    connect(world)
    answer = world.post("quickbooks_mapping", data=_typed(world, **change))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Connection.objects.get(workspace=world.workspace).enabled


def test_a_missing_account_and_payment_method_are_made_in_quickbooks(world: World) -> None:
    connect(world)
    answer = world.post("quickbooks_account", data={"use": "income", "name": "Window Income"})
    assert answer.status_code == 303
    assert "Window Income" in text_of(world.get("quickbooks_mapping"))
    form = world.get("quickbooks_mapping").context["form"]
    position = next(number for number, name in enumerate(form.methods) if name == "Credit card")
    typed = _typed(world, **{f"method_{position}": "new:Credit card"})
    assert world.post("quickbooks_mapping", data=typed).status_code == 303
    mapped = Connection.objects.get(workspace=world.workspace).methods.get(method="credit card")
    assert mapped.method_id.isdecimal()
    world.post("quickbooks_account", data={"use": "income", "name": 'bad "name"'})
    assert "no double quote" in text_of(world.get("quickbooks_mapping"))
    world.post("quickbooks_account", data={"use": "theft", "name": "x"})
    assert "Say what the account is for." in text_of(world.get("quickbooks_mapping"))


def test_check_again_reads_anew(world: World) -> None:
    connect(world)
    before = Connection.objects.get(workspace=world.workspace).readiness_at
    assert world.post("quickbooks_check").status_code == 303
    after = Connection.objects.get(workspace=world.workspace).readiness_at
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?state=forged&code=x&realmId=1", "does not belong to a sign-in"),
        ("", "does not belong to a sign-in"),
        ("?error=access_denied&state=forged", "does not belong to a sign-in"),
    ],
)
def test_a_forged_answer_leads_away_and_connects_nothing(world: World, query: str, words: str) -> None:
    answer = world.browser().get(f"/quickbooks/callback{query}")
    assert answer.status_code == 302
    assert words in text_of(world.get("quickbooks"))
    assert not Connection.objects.exists()


def test_refused_consent_is_explained_in_the_pages_words(world: World) -> None:
    state = consent(world.post("quickbooks_connect")["Location"]).partition("state=")[2].partition("&")[0]
    answer = world.browser().get(f"/quickbooks/callback?error=access_denied&state={state}")
    assert answer["Location"] == world.address("quickbooks")
    shown = text_of(world.get("quickbooks"))
    assert "Access was not given" in shown
    assert "bluepro connect" not in shown


def test_an_answer_works_once_and_only_for_whom_it_was_asked(world: World) -> None:
    way_back = consent(world.post("quickbooks_connect")["Location"])
    world.browser(Role.ADMIN).get(way_back)
    assert not Connection.objects.exists()
    world.browser().get(way_back)
    assert Connection.objects.count() == 1
    world.browser().get(way_back)
    assert "used already" in text_of(world.get("quickbooks"))


def test_signed_out_the_way_back_asks_to_sign_in(world: World) -> None:
    browser = world.browser()
    browser.logout()
    answer = browser.get("/quickbooks/callback?state=x")
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_an_installation_without_quickbooks_says_which_variable_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BLUEPRO_QBO_API_URL")
    world.post("quickbooks_connect")
    assert "BLUEPRO_QBO_API_URL" in text_of(world.get("quickbooks"))


def test_pause_and_resume(world: World) -> None:
    connection = _enabled(world)
    world.post("quickbooks_sync")
    world.post("quickbooks_pause")
    connection.refresh_from_db()
    assert connection.state == "paused"
    shown = text_of(world.get("quickbooks"))
    assert "Nothing is sent to QuickBooks" in shown
    assert "Resume" in shown
    world.post("quickbooks_sync")
    assert "Press Resume to go on." in text_of(world.get("quickbooks"))
    world.post("quickbooks_resume")
    connection.refresh_from_db()
    assert connection.state == "connected"


def test_disconnect_says_what_stays_and_reconnecting_takes_up_the_same_connection(world: World) -> None:
    connection = _enabled(world)
    assert "stays there" in text_of(world.get("quickbooks_disconnect"))
    assert world.post("quickbooks_disconnect").status_code == 303
    connection.refresh_from_db()
    assert connection.state == "disconnected"
    shown = text_of(world.get("quickbooks"))
    assert "Disconnected from" in shown
    assert "doubles nothing" in shown
    connect(world)
    connection.refresh_from_db()
    assert connection.state == "connected"
    assert Connection.objects.count() == 1
    assert not connection.enabled  # until the settings are saved, which then begin as enabled
    for query, chosen in (("", "no"), ("?connected=1", "yes")):
        Connection.objects.update(synced_since=CLOCK.now())
        assert world.get("quickbooks_mapping", query=query).context["form"]["enabled"].value() == chosen


def test_a_lost_connection_is_explained_with_the_way_out(world: World) -> None:
    connection = _enabled(world)
    Connection.objects.filter(pk=connection.pk).update(state="lost", state_reason="QuickBooks withdrew the access.")
    shown = text_of(world.get("quickbooks"))
    assert "The connection to QuickBooks is lost." in shown
    assert "Connect again" in shown
    assert "Connect again" not in text_of(world.get("quickbooks", role=Role.MANAGER))


@pytest.mark.parametrize("role", OTHERS)
def test_others_see_everything_and_configure_nothing(world: World, role: Role) -> None:
    _enabled(world)
    for view in ("quickbooks", "quickbooks_mapping", "quickbooks_problems", "quickbooks_help"):
        shown = text_of(world.get(view, role=role))
        assert world.address("quickbooks_disconnect") not in shown
        assert ">Save<" not in shown
    for view in ("quickbooks_connect", "quickbooks_pause", "quickbooks_resume", "quickbooks_disconnect"):
        assert world.post(view, role=role).status_code == 403
    for view in ("quickbooks_account", "quickbooks_check"):
        assert world.post(view, role=role).status_code == 403
    before = Connection.objects.values().get()
    assert world.post("quickbooks_mapping", data=_typed(world, enabled="no"), role=role).status_code == 403
    assert Connection.objects.values().get() == before


@pytest.mark.parametrize(("role", "status"), [(Role.MEMBER, 403), (Role.BOOKKEEPER, 303), (Role.MANAGER, 303)])
def test_who_may_press_sync_data(world: World, role: Role, status: int) -> None:
    _enabled(world)
    assert world.post("quickbooks_sync", role=role).status_code == status
    assert Run.objects.exists() is (status == 303)


def test_without_a_connection_every_button_leads_back_to_connect(world: World) -> None:
    for view in ("quickbooks_sync", "quickbooks_pause", "quickbooks_disconnect", "quickbooks_check"):
        answer = world.post(view)
        assert answer["Location"] == world.address("quickbooks")
    for view in ("quickbooks_mapping", "quickbooks_disconnect", "quickbooks_compare"):
        assert world.get(view).status_code == 303
    assert world.get("quickbooks_progress").status_code == 286
    assert world.get("quickbooks_problems").status_code == 200


def test_the_comparison_reads_both_sides(world: World) -> None:
    _enabled(world)
    assert "Compare now" in text_of(world.get("quickbooks_compare"))
    answer = world.post("quickbooks_compare")
    shown = text_of(answer)
    assert answer.status_code == 200
    assert "Ann Lee" in shown  # not sent yet, so it is missing there
    assert world.get("quickbooks_compare", role=Role.MEMBER).status_code == 403


def test_the_progress_counts_what_is_done_and_what_needs_someone(world: World) -> None:
    connection = _enabled(world)
    world.post("quickbooks_sync")
    first, second = Change.objects.filter(workspace=world.workspace).order_by("kind", "record_id")[:2]
    Change.objects.filter(kind=first.kind, record_id=first.record_id).update(dirty=False)
    Link.objects.create(
        workspace=world.workspace,
        realm_id=connection.realm_id,
        kind=second.kind,
        record_id=second.record_id,
        held_revision=second.revision,
    )
    found: Any = world.get("quickbooks_progress").context["progress"]
    assert (found.total, found.done, found.held, found.waiting, found.percent) == (4, 1, 1, 2, 33)
