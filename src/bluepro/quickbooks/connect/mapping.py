"""Saves what a person chose for a connection: accounts, payment methods, the way of booking tax, and "enabled".

Choices are checked against the stored readiness, field by field; nothing is saved unless all of them hold. What is
missing in QuickBooks is made by `provision.py`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.db.models import TextChoices

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotFound, Refused, refuse
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.checks import Check, Choices, MethodChoice, check, choice_errors
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.first_push import may_write
from bluepro.quickbooks.connect.lifecycle import own_connection, release_held, wake
from bluepro.quickbooks.connect.provision import Items, ensure_items
from bluepro.quickbooks.connect.readiness import Readiness, chosen_codes, from_json, tax_modes
from bluepro.quickbooks.models import ChangedThere, Connection, ConnectionState, NameClash, PaymentMethodMapping
from bluepro.quickbooks.queries import rates_used
from bluepro.workspaces.roles import Action, Actor, require


@dataclass(frozen=True, slots=True)
class MappingEdit:
    """What is to change; None leaves it as it is. Accounts are ids in QuickBooks; `methods` replaces all of them.

    So does `tax_codes` (rate in per cent: id of the code; "" leaves it to what QuickBooks has).
    """

    income: str | None = None
    discount: str | None = None
    deposit: str | None = None
    methods: tuple[MethodChoice, ...] | None = None
    tax_mode: str | None = None
    tax_codes: Mapping[Decimal, str] | None = None
    name_clash: str | None = None
    changed_there: str | None = None
    enabled: bool | None = None


def snapshot_of(connection: Connection) -> Readiness:
    """The stored readiness of a connection."""
    return from_json(connection.readiness)


def choices_of(connection: Connection) -> Choices:
    """What is stored of the choices."""
    return Choices(
        income=connection.income_account,
        discount=connection.discount_account,
        deposit=connection.deposit_account,
        methods=tuple(
            MethodChoice(one.method, one.method_id, one.deposit_account)
            for one in connection.methods.order_by("method")
        ),
        tax_mode=connection.tax_mode,
        tax_codes=chosen_codes(connection.tax_codes),
    )


def find_account(snapshot: Readiness, field: str, written: str) -> str:
    """The id of the account that a person named by its id, number or name (case ignored). Raises Refused, NotFound."""
    wanted = written.strip().casefold()
    if any(account.id == written.strip() for account in snapshot.accounts):
        return written.strip()
    names = [(account, (account.full_name, account.name, account.number)) for account in snapshot.accounts]
    found = [account for account, called in names if wanted in (name.casefold() for name in called if name)]
    active = [account for account in found if account.active] or found
    if not active:
        raise NotFound(f"{field}: there is no account called {written!r} in {snapshot.company_name}.")
    if len(active) > 1:
        listed = ", ".join(f"{account.id} ({account.full_name})" for account in active)
        raise refuse(field, "ambiguous", f"Several accounts are called {written!r}; give the id: {listed}.")
    return active[0].id


def save_mapping(
    actor: Actor,
    connection: Connection,
    edit: MappingEdit,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run = asyncio.run,
) -> Connection:
    """Saves `edit`. With `enabled` True also makes or finds the two items of ours in QuickBooks, before saving, unless
    nothing may be written there yet (then `make_items` does it later).

    Raises Refused with every wrong field, NotFound if the connection has ended, and what SetupCalls raises.
    """
    require(actor, Action.CONFIGURE_SYNC)
    connection = own_connection(actor, connection)
    snapshot, choices = snapshot_of(connection), _merged(connection, edit)
    enabled = connection.enabled if edit.enabled is None else edit.enabled
    errors = [*choice_errors(snapshot, choices), *_rule_errors(edit)]
    if not errors and enabled:
        blocking = _blocking(connection, choices)
        errors = [FieldError(one.code, "not_ready", f"{one.text} {one.remedy}") for one in blocking]
    if errors:
        raise Refused(errors)
    items = Items(connection.catch_all_item, connection.tax_item, connection.discount_item)
    if enabled:
        choices = replace(choices, tax_mode=choices.tax_mode or tax_modes(snapshot)[0])
    if enabled and may_write(connection):
        items = ensure_items(connection, choices, deployment, clock=clock, ids=ids, run=run)
    return _save(connection.pk, choices, items, edit, enabled)


def make_items(connection: Connection, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run) -> Connection:
    """The items of ours for a mapping that was saved before anything might be written; answers the row as it is then.

    Nothing is made while the mapping is not saved, or nothing may be written yet. Raises what SetupCalls raises.
    """
    connection.refresh_from_db()
    if connection.enabled and may_write(connection) and not connection.catch_all_item:
        items = ensure_items(connection, choices_of(connection), deployment, clock=clock, ids=ids, run=run)
        connection.catch_all_item, connection.tax_item = items.catch_all, items.tax
        connection.discount_item = items.discount
        connection.save(update_fields=["catch_all_item", "tax_item", "discount_item"])
    return connection


def _merged(connection: Connection, edit: MappingEdit) -> Choices:
    stored = choices_of(connection)
    return Choices(
        income=stored.income if edit.income is None else edit.income,
        discount=stored.discount if edit.discount is None else edit.discount,
        deposit=stored.deposit if edit.deposit is None else edit.deposit,
        methods=stored.methods if edit.methods is None else tuple(map(_clean_method, edit.methods)),
        tax_mode=stored.tax_mode if edit.tax_mode is None else edit.tax_mode,
        tax_codes=stored.tax_codes if edit.tax_codes is None else {r: c for r, c in edit.tax_codes.items() if c},
    )


def _clean_method(choice: MethodChoice) -> MethodChoice:
    """The engine looks a method up by its trimmed name in lower case."""
    return replace(choice, method=choice.method.strip().lower())


def _rule_errors(edit: MappingEdit) -> list[FieldError]:
    rules: tuple[tuple[str, str | None, type[TextChoices]], ...] = (
        ("name_clash", edit.name_clash, NameClash),
        ("changed_there", edit.changed_there, ChangedThere),
    )
    return [
        FieldError(name, "unknown", f"{chosen!r} is none of: {', '.join(known.values)}.")
        for name, chosen, known in rules
        if chosen is not None and chosen not in known.values
    ]


def _blocking(connection: Connection, choices: Choices) -> list[Check]:
    checks = check(snapshot_of(connection), choices, rates_used(connection.workspace_id))
    return [one for one in checks if one.blocking and not one.ok]


@transaction.atomic
def _save(connection_id: int, choices: Choices, items: Items, edit: MappingEdit, enabled: bool) -> Connection:
    connection = Connection.objects.select_for_update(no_key=True).get(pk=connection_id)
    if connection.state == ConnectionState.DISCONNECTED:
        raise NotFound("QuickBooks was disconnected meanwhile; nothing was saved.")
    connection.income_account = choices.income
    connection.discount_account = choices.discount
    connection.deposit_account = choices.deposit
    connection.tax_mode = choices.tax_mode
    connection.tax_codes = {f"{rate.normalize():f}": code for rate, code in choices.tax_codes.items()}
    connection.catch_all_item, connection.tax_item = items.catch_all, items.tax
    connection.discount_item = items.discount
    connection.name_clash = edit.name_clash or connection.name_clash
    connection.changed_there = edit.changed_there or connection.changed_there
    connection.enabled = enabled
    connection.save(update_fields=_SAVED)
    connection.methods.all().delete()
    PaymentMethodMapping.objects.bulk_create(
        PaymentMethodMapping(
            connection=connection, method=one.method, method_id=one.method_id, deposit_account=one.deposit_account
        )
        for one in {one.method: one for one in choices.methods}.values()
    )
    release_held(connection)
    wake(connection.workspace_id)
    return connection


_SAVED = (
    "income_account",
    "discount_account",
    "deposit_account",
    "tax_mode",
    "tax_codes",
    "catch_all_item",
    "tax_item",
    "discount_item",
    "name_clash",
    "changed_there",
    "enabled",
)
