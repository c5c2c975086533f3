"""Mapping, the items of ours, Sync Data, pause and disconnect: checked by field, made once, never half-saved."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from connect_world import QuickBooksWorld, owner_of

from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.contacts.models import Contact
from bluepro.quickbooks.connect import changes, lifecycle, mapping, problems, provision, reading
from bluepro.quickbooks.connect.calls import NoAnswer
from bluepro.quickbooks.connect.checks import MethodChoice
from bluepro.quickbooks.connect.readiness import Use, accounts_for
from bluepro.quickbooks.connect.start import choose_start
from bluepro.quickbooks.connect.tokens import ConnectionLost, mark_lost
from bluepro.quickbooks.models import Change, Connection, ConnectionState, Link, Problem, Request
from bluepro.workspaces.models import Role
from bluepro.workspaces.roles import Actor
from qbo_emulator.books import operations, query
from qbo_emulator.books.kinds import REALMS

pytestmark = pytest.mark.django_db

FRESH = REALMS["fresh"]


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


@pytest.fixture
def connection(qb: QuickBooksWorld, owner: Actor) -> Connection:
    return qb.started(owner)


def save(qb: QuickBooksWorld, owner: Actor, connection: Connection, **edit: Any) -> Connection:
    return mapping.save_mapping(owner, connection, mapping.MappingEdit(**edit), qb.deployment, **qb.common)


def rules(error: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(one.field, one.rule) for one in error.value.errors}


def named(connection: Connection, name: str) -> str:
    return mapping.find_account(mapping.snapshot_of(connection), "income", name)


def inside(qb: QuickBooksWorld, entity: str, **body: Any) -> Any:
    """What somebody does inside QuickBooks."""
    return operations.write(qb.world.companies[FRESH], entity, body, operations.Options())


def entities(qb: QuickBooksWorld, entity: str, name: str) -> list[Any]:
    text = f"SELECT * FROM {entity} WHERE Name = '{name}'"
    return list(query.run(qb.world.companies[FRESH], text).get(entity, []))


def contacts(qb: QuickBooksWorld, owner: Actor, names: str) -> list[Contact]:
    """A contact per letter."""
    now = qb.clock.now()
    return [
        Contact.objects.create(
            workspace_id=owner.workspace_id, display_name=name, kind="person", created_at=now, updated_at=now
        )
        for name in names
    ]


def test_accounts_are_offered_for_their_use(connection: Connection) -> None:
    snapshot = mapping.snapshot_of(connection)
    offered = {use: [account.name for account in accounts_for(snapshot, use)] for use in Use}
    assert offered[Use.INCOME] == ["Services", "Sales", "Sales of Product Income", "Uncategorized Income"]
    assert offered[Use.DISCOUNT][0] == "Discounts given"
    assert offered[Use.DEPOSIT] == [
        "Undeposited Funds",
        "Checking",
        "Savings",
        "Inventory Asset",
        "Uncategorized Asset",
    ]


def leave_one_account_for_tax(qb: QuickBooksWorld) -> None:
    """The bookkeeper makes the accounts of single tax agencies inactive."""
    for row in list(qb.world.companies[FRESH].tables["Account"].rows.values()):
        if row.data["Name"].endswith(" Department of Revenue Payable"):
            inside(qb, "Account", Id=row.id, SyncToken=row.data["SyncToken"], sparse=True, Active=False)


def test_a_mapping_is_saved_and_enabled(qb: QuickBooksWorld, owner: Actor) -> None:
    leave_one_account_for_tax(qb)
    found = Connection.objects.get(pk=qb.enabled(owner).pk)
    assert found.enabled and found.tax_mode == "line"
    assert found.catch_all_item and found.tax_item
    item = entities(qb, "Item", "BluePro custom line")[0]
    assert (item["Id"], item["Type"], item["Taxable"]) == (found.catch_all_item, "Service", True)
    assert item["IncomeAccountRef"]["value"] == found.income_account
    tax = entities(qb, "Item", "Sales tax (BluePro)")[0]
    assert (tax["Id"], tax["Taxable"]) == (found.tax_item, False)
    assert tax["IncomeAccountRef"]["value"] == named(found, "Sales Tax Payable")


def test_automated_tax_is_taken_where_nothing_is_chosen(
    qb: QuickBooksWorld, owner: Actor, connection: Connection
) -> None:
    accounts = {use: accounts_for(mapping.snapshot_of(connection), use)[0].id for use in Use}
    found = save(qb, owner, connection, **{str(use): id for use, id in accounts.items()}, enabled=True)
    assert (found.tax_mode, found.tax_item) == ("automated", "")


def test_a_tax_item_that_is_no_longer_used_stays_known(qb: QuickBooksWorld, owner: Actor) -> None:
    first = qb.enabled(owner)
    again = save(qb, owner, first, tax_mode="automated")
    assert (again.tax_mode, again.tax_item) == ("automated", first.tax_item)


def test_our_items_are_made_once(qb: QuickBooksWorld, owner: Actor) -> None:
    first = qb.enabled(owner)
    again = save(qb, owner, first, enabled=True)
    assert (again.catch_all_item, again.tax_item) == (first.catch_all_item, first.tax_item)
    assert len(entities(qb, "Item", "BluePro custom line")) == 1


def test_a_lost_answer_makes_no_second_item(qb: QuickBooksWorld, owner: Actor) -> None:
    qb.transport.lose[f"/v3/company/{FRESH}/item"] = 1
    with pytest.raises(NoAnswer):
        qb.enabled(owner)
    connection = Connection.objects.get()
    assert (connection.enabled, connection.income_account, connection.catch_all_item) == (False, "", "")
    assert Request.objects.get(path="item").reason == "ReadTimeout"
    lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock)
    assert qb.enabled(owner).catch_all_item == entities(qb, "Item", "BluePro custom line")[0]["Id"]
    assert len(entities(qb, "Item", "BluePro custom line")) == 1


def test_an_item_that_does_not_fit_is_refused(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    inside(
        qb,
        "Item",
        Name="BluePro custom line",
        Type="NonInventory",
        IncomeAccountRef={"value": named(connection, "Sales")},
    )
    accounts = {str(use): accounts_for(mapping.snapshot_of(connection), use)[0].id for use in Use}
    with pytest.raises(Refused) as error:
        save(qb, owner, connection, **accounts, enabled=True)
    assert rules(error) == {("items", "unsuitable")}
    assert not Connection.objects.get().enabled


@pytest.mark.parametrize(
    ("field", "name", "rule"),
    [
        ("income", "Checking", "account_type"),
        ("income", "Discounts given", "account_type"),
        ("discount", "Checking", "account_type"),
        ("deposit", "Sales", "account_type"),
        ("deposit", "Sales Tax Payable", "account_type"),
    ],
)
def test_an_account_of_the_wrong_type_is_refused(
    qb: QuickBooksWorld, owner: Actor, connection: Connection, field: str, name: str, rule: str
) -> None:
    with pytest.raises(Refused) as error:
        save(qb, owner, connection, **{field: named(connection, name)})
    assert rules(error) == {(field, rule)}
    assert Connection.objects.get().income_account == ""


def test_every_wrong_choice_is_named_at_once(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    methods = (MethodChoice("Cash", "999"), MethodChoice(" "))
    with pytest.raises(Refused) as error:
        save(qb, owner, connection, income="999", methods=methods, tax_mode="magic", name_clash="guess")
    assert rules(error) == {
        ("income", "unknown"),
        ("method cash", "unknown"),
        ("method", "required"),
        ("tax_mode", "unknown"),
        ("name_clash", "unknown"),
    }


def test_enabling_needs_all_accounts(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    with pytest.raises(Refused) as error:
        save(qb, owner, connection, income=named(connection, "Sales"), enabled=True)
    assert rules(error) == {("discount_account", "not_ready"), ("deposit_account", "not_ready")}


def test_a_mapped_account_made_inactive_later_is_told(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.enabled(owner)
    row = entities(qb, "Account", "Services")[0]
    inside(qb, "Account", Id=row["Id"], SyncToken=row["SyncToken"], sparse=True, Active=False)
    reading.refresh_readiness(connection, qb.deployment, run=asyncio.run, **qb.common)
    with pytest.raises(Refused, match="inactive in QuickBooks") as error:
        save(qb, owner, connection, enabled=True)
    assert ("income", "inactive") in rules(error)


def test_payment_methods_are_mapped_by_name(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    cash = provision.create_payment_method(owner, connection, "Cash", qb.deployment, **qb.common)
    zelle = provision.create_payment_method(owner, connection, "Zelle", qb.deployment, **qb.common)
    again = provision.create_payment_method(owner, connection, "Zelle", qb.deployment, **qb.common)
    assert zelle == again and cash.id != zelle.id
    found = save(qb, owner, connection, methods=(MethodChoice(" Zelle ", zelle.id), MethodChoice("Cash", cash.id)))
    assert sorted(found.methods.values_list("method", "method_id")) == [("cash", cash.id), ("zelle", zelle.id)]


def test_a_missing_account_is_created_once(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    make = [
        provision.create_account(owner, connection, Use.INCOME, "Window washing", qb.deployment, **qb.common)
        for _ in range(2)
    ]
    assert make[0] == make[1]
    assert (make[0].type, make[0].subtype) == ("Income", "ServiceFeeIncome")
    assert make[0] in accounts_for(mapping.snapshot_of(Connection.objects.get()), Use.INCOME)


@pytest.mark.parametrize(
    ("name", "rule"), [("Checking", "account_type"), ('a"b', "account_name"), ("a:b", "account_name")]
)
def test_an_account_that_cannot_be_is_refused(
    qb: QuickBooksWorld, owner: Actor, connection: Connection, name: str, rule: str
) -> None:
    with pytest.raises(Refused) as error:
        provision.create_account(owner, connection, Use.INCOME, name, qb.deployment, **qb.common)
    assert {one.rule for one in error.value.errors} == {rule}


def test_the_older_tax_model_offers_the_line_only() -> None:
    qb = QuickBooksWorld("sample")
    owner = owner_of("Clear View", qb)
    connection = qb.connect(owner)
    with pytest.raises(Refused, match="older sales tax") as error:
        save(qb, owner, connection, tax_mode="automated")
    assert rules(error) == {("tax_mode", "not_available")}
    assert qb.enabled_again(owner, connection).tax_mode == "line"


def test_several_tax_accounts_lead_to_one_of_our_own() -> None:
    qb = QuickBooksWorld("sample")
    owner = owner_of("Clear View", qb)
    connection = qb.begun(owner)
    account = named(connection, "Sales tax (BluePro)")
    snapshot = mapping.snapshot_of(connection)
    found = snapshot.account(account)
    assert found is not None and found.type == "Other Current Liability"


def test_sync_data_begins_a_run_and_releases_what_waited(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.enabled(owner)
    contact = Contact.objects.create(
        workspace_id=owner.workspace_id,
        display_name="Ann",
        kind="person",
        created_at=qb.clock.now(),
        updated_at=qb.clock.now(),
    )
    Change.objects.all().delete()
    links = [
        Link.objects.create(
            workspace_id=owner.workspace_id, realm_id=FRESH, kind=1, record_id=record, held_revision=1, **extra
        )
        for record, extra in ((1, {}), (2, {}), (3, {"retry_at": qb.clock.now() + timedelta(hours=1), "attempts": 3}))
    ]
    problem = Problem.objects.create(
        connection=connection, kind=1, record_id=2, cause="name", text="Taken.", opened_at=qb.clock.now()
    )
    problems.dismiss(owner, problem.pk, "A duplicate.", clock=qb.clock)
    run = lifecycle.sync_data(owner, connection, clock=qb.clock)
    assert run.counts == {"contact": 1, "service": 0, "invoice": 0, "payment": 0}
    assert Change.objects.get().record_id == contact.pk
    held = dict(Link.objects.values_list("record_id", "held_revision"))
    assert held == {1: None, 2: 1, 3: None}
    links[2].refresh_from_db()
    assert (links[2].retry_at, links[2].attempts) == (None, 0)
    since = Connection.objects.get().synced_since
    qb.later(hours=1)
    lifecycle.sync_data(owner, connection, clock=qb.clock)
    assert Connection.objects.get().synced_since == since


def test_sync_data_says_why_it_cannot(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.connect(owner)
    with pytest.raises(Refused, match="bluepro start"):
        lifecycle.sync_data(owner, connection, clock=qb.clock)
    connection = choose_start(owner, connection, None, qb.deployment, **qb.common)
    with pytest.raises(Refused, match="bluepro map"):
        lifecycle.sync_data(owner, connection, clock=qb.clock)
    connection = qb.enabled_again(owner, connection)
    lifecycle.pause(owner, connection)
    with pytest.raises(Refused, match="bluepro resume"):
        lifecycle.sync_data(owner, connection, clock=qb.clock)
    lifecycle.resume(owner, connection)
    mark_lost(connection.pk, "Gone.", detail={}, clock=qb.clock)
    with pytest.raises(Refused, match="bluepro connect"):
        lifecycle.sync_data(owner, connection, clock=qb.clock)
    with pytest.raises(Refused, match="lost"):
        lifecycle.pause(owner, connection)


def test_disconnecting_gives_the_tokens_back_and_keeps_the_links(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.enabled(owner)
    Link.objects.create(workspace_id=owner.workspace_id, realm_id=FRESH, kind=1, record_id=1, entity_id="5")
    assert lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock) == ""
    ended = Connection.objects.get()
    assert (ended.state, bytes(ended.access_token), bytes(ended.refresh_token)) == ("disconnected", b"", b"")
    assert qb.world.oauth.disconnect(FRESH) == 0
    assert Link.objects.get().entity_id == "5"
    with pytest.raises(ConnectionLost):
        qb.keeper(ended).current()
    with pytest.raises(NotFound):
        lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock)


def test_disconnecting_with_a_dead_token_is_fine(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    qb.world.oauth.disconnect(FRESH)
    assert lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock) == ""


def test_disconnecting_without_a_network_says_so(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    qb.transport.answers["/v2/oauth2/tokens/revoke"] = httpx2.Response(503)
    assert "could not be told" in lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock)
    assert Connection.objects.get().state == ConnectionState.DISCONNECTED


def test_marking_everything_marks_each_record_once(qb: QuickBooksWorld, owner: Actor) -> None:
    made = contacts(qb, owner, "abc")
    Change.objects.filter(record_id=made[0].pk).update(dirty=False)
    Change.objects.filter(record_id=made[1].pk).delete()
    assert changes.mark_everything(owner.workspace_id) == 2
    assert set(Change.objects.values_list("record_id", "dirty")) == {(one.pk, True) for one in made}
    assert changes.mark_everything(owner.workspace_id) == 0


def test_problems_are_dismissed_with_a_reason_and_retried(qb: QuickBooksWorld, owner: Actor) -> None:
    connection = qb.enabled(owner)
    link = Link.objects.create(workspace_id=owner.workspace_id, realm_id=FRESH, kind=1, record_id=4, held_revision=2)
    problem = Problem.objects.create(
        connection=connection, kind=1, record_id=4, cause="name", text="Taken.", opened_at=qb.clock.now()
    )
    with pytest.raises(Refused):
        problems.dismiss(owner, problem.pk, " ", clock=qb.clock)
    problems.retry(owner, problem.pk)
    link.refresh_from_db()
    assert link.held_revision is None
    assert [one.pk for one in problems.open_problems(owner)] == [problem.pk]
    problems.dismiss(owner, problem.pk, "Not ours.", clock=qb.clock)
    problem.refresh_from_db()
    assert (problem.closed_by, problem.close_reason) == (owner.email, "Not ours.")
    with pytest.raises(NotFound):
        problems.retry(owner, problem.pk)


def test_roles_are_checked(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
    bookkeeper, member = replace(owner, role=Role.BOOKKEEPER), replace(owner, role=Role.MEMBER)
    with pytest.raises(NotAllowed):
        save(qb, bookkeeper, connection, enabled=False)
    with pytest.raises(NotAllowed):
        lifecycle.pause(bookkeeper, connection)
    with pytest.raises(NotAllowed):
        lifecycle.disconnect(bookkeeper, connection, qb.deployment, clock=qb.clock)
    with pytest.raises(NotAllowed):
        lifecycle.sync_data(member, connection, clock=qb.clock)
    with pytest.raises(NotAllowed):
        problems.dismiss(replace(owner, role=Role.MANAGER), 1, "x", clock=qb.clock)


def test_a_connection_of_another_workspace_is_not_found(
    qb: QuickBooksWorld, owner: Actor, connection: Connection
) -> None:
    stranger = owner_of("Other", qb)
    for call in (
        lambda: save(qb, stranger, connection, enabled=False),
        lambda: lifecycle.pause(stranger, connection),
        lambda: lifecycle.disconnect(stranger, connection, qb.deployment, clock=qb.clock),
        lambda: provision.create_payment_method(stranger, connection, "Zelle", qb.deployment, **qb.common),
        lambda: provision.create_account(stranger, connection, Use.INCOME, "X", qb.deployment, **qb.common),
    ):
        with pytest.raises(NotFound):
            call()
