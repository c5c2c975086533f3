"""The command `map`: shows what can be chosen and what is in the way, or chooses and enables."""

import argparse
from decimal import Decimal, InvalidOperation

from rich.console import Console
from rich.table import Table

from bluepro.common.errors import NotFound, refuse
from bluepro.config.cli.common import Here, here, say
from bluepro.quickbooks.connect import mapping, provision, reading
from bluepro.quickbooks.connect.checks import Check, MethodChoice, check, percent
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.connect.first_push import COMMANDS, next_step
from bluepro.quickbooks.connect.readiness import (
    NO_LIABILITY,
    Readiness,
    Use,
    accounts_for,
    code_rates,
    codes_by_rate,
    tax_modes,
)
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.queries import rates_used
from bluepro.quickbooks.snapshot import TaxMode


def map_accounts(options: argparse.Namespace) -> int:
    """Without choices shows everything; 1 if something blocking is in the way."""
    place = here(options)
    connection = place.connection()
    if options.refresh:
        reading.refresh_readiness(connection, place.deployment(), clock=place.clock, ids=place.ids)
    if _chosen(options):
        connection = _Mapper(place, connection, place.deployment(), options.create_missing).save(options)
        place.say(f"Mapped and enabled: {connection.company_name}.")
        step = next_step(connection)
        place.say(f"Next: bluepro {COMMANDS[step] if step else 'sync'}")
        return 0
    rates = rates_used(connection.workspace_id)
    checks = check(mapping.snapshot_of(connection), mapping.choices_of(connection), rates)
    _show(place.console, connection, checks)
    return 1 if any(one.blocking and not one.ok for one in checks) else 0


def _chosen(options: argparse.Namespace) -> bool:
    names = (
        "income",
        "discount",
        "deposit",
        "method",
        "create_missing",
        "tax_mode",
        "tax_rate",
        "name_clash",
        "changed_there",
    )
    return any(getattr(options, name) for name in names)


class _Mapper:
    """Turns what was written into ids, making what is missing where that was asked for."""

    def __init__(self, place: Here, connection: Connection, deployment: Deployment, create: bool) -> None:
        self._place = place
        self._connection = connection
        self._deployment = deployment
        self._create = create

    def save(self, options: argparse.Namespace) -> Connection:
        """Saves and enables. Raises Refused, NotFound and what QuickBooks refuses."""
        place = self._place
        edit = mapping.MappingEdit(
            income=self._account(Use.INCOME, options.income),
            discount=self._account(Use.DISCOUNT, options.discount),
            deposit=self._account(Use.DEPOSIT, options.deposit),
            methods=self._methods(options.method),
            tax_mode=options.tax_mode,
            tax_codes=self._tax_codes(options.tax_rate),
            name_clash=options.name_clash,
            changed_there=options.changed_there,
            enabled=True,
        )
        return mapping.save_mapping(
            place.actor, self._connection, edit, self._deployment, clock=place.clock, ids=place.ids
        )

    def _snapshot(self) -> Readiness:
        self._connection.refresh_from_db()
        return mapping.snapshot_of(self._connection)

    def _account(self, use: Use, written: str | None) -> str | None:
        """None leaves what is stored; a first choice is made only with --create-missing."""
        if written is not None:
            return self._named_account(use, written)
        if not self._create or mapping.choices_of(self._connection).account(use):
            return None
        offered = accounts_for(self._snapshot(), use)
        return offered[0].id if offered else self._created(use, "")

    def _named_account(self, use: Use, written: str) -> str:
        try:
            return mapping.find_account(self._snapshot(), use.value, written)
        except NotFound:
            if not self._create:
                raise
            return self._created(use, written)

    def _created(self, use: Use, name: str) -> str:
        place = self._place
        made = provision.create_account(
            place.actor, self._connection, use, name, self._deployment, clock=place.clock, ids=place.ids
        )
        place.say(f"{use.value} account: {made.full_name}")
        return made.id

    def _methods(self, written: list[str]) -> tuple[MethodChoice, ...] | None:
        """What is stored, with what was written now; None if nothing was."""
        if not written:
            return None
        stored = {one.method: one for one in mapping.choices_of(self._connection).methods}
        for text in written:
            name, equals, method = text.partition("=")
            if not equals or not name.strip():
                raise refuse("method", "form", f"{text!r}: write NAME=METHOD, such as Cash=Cash.")
            key = name.strip().lower()
            stored[key] = MethodChoice(key, self._method(method.strip()))
        return tuple(stored.values())

    def _tax_codes(self, written: list[str]) -> dict[Decimal, str] | None:
        """What is stored, with what was written now; None if nothing was."""
        if not written:
            return None
        stored = dict(mapping.choices_of(self._connection).tax_codes)
        names = {one.name.casefold(): one.id for one in self._snapshot().tax_codes if one.active}
        for text in written:
            rate, equals, code = (part.strip() for part in text.partition("="))
            try:
                number = Decimal(rate.removesuffix("%"))
            except InvalidOperation:
                number = Decimal("NaN")
            if not equals or not number.is_finite():
                raise refuse("tax_rate", "form", f"{text!r}: write RATE=CODE, such as 8.25=California.")
            stored[number.normalize()] = names.get(code.casefold(), code)
        return stored

    def _method(self, written: str) -> str:
        """The id of a payment method named by id or name; "" for none."""
        if not written:
            return ""
        known = [one for one in self._snapshot().payment_methods if one.active]
        found = [one.id for one in known if written == one.id or written.casefold() == one.name.casefold()]
        if found:
            return found[0]
        if not self._create:
            raise NotFound(f"method: QuickBooks has no payment method {written!r}. Add --create-missing to make it.")
        place = self._place
        return provision.create_payment_method(
            place.actor, self._connection, written, self._deployment, clock=place.clock, ids=place.ids
        ).id


def _show(console: Console, connection: Connection, checks: tuple[Check, ...]) -> None:
    snapshot, choices = mapping.snapshot_of(connection), mapping.choices_of(connection)
    for use in Use:
        title = f"Accounts for {use.value}"
        table = Table("Id", "Number", "Account", "Type", "Chosen", title=title, title_justify="left")
        for account in accounts_for(snapshot, use):
            chosen = "yes" if account.id == choices.account(use) else ""
            table.add_row(account.id, account.number, account.full_name, account.type, chosen)
        console.print(table)
    say(console, NO_LIABILITY)
    _show_methods(console, connection, snapshot)
    _show_tax_codes(console, connection, snapshot)
    console.print("Checks")
    for one in checks:
        mark = "ok" if one.ok else ("in the way" if one.blocking else "note")
        text = one.text if one.ok else f"{one.text} {one.remedy}"
        say(console, f"  {one.code}: {mark}. {text}")


def _show_methods(console: Console, connection: Connection, snapshot: Readiness) -> None:
    names = {one.id: one.name for one in snapshot.payment_methods}
    table = Table("Payment method here", "In QuickBooks", title="Payment methods", title_justify="left")
    for choice in mapping.choices_of(connection).methods:
        table.add_row(choice.method, names.get(choice.method_id, choice.method_id))
    console.print(table)
    offered = ", ".join(f"{one.name} ({one.id})" for one in snapshot.payment_methods if one.active)
    say(console, f"QuickBooks has: {offered}")


def _show_tax_codes(console: Console, connection: Connection, snapshot: Readiness) -> None:
    """Only where QuickBooks computes by them."""
    if TaxMode.CODES not in tax_modes(snapshot):
        return
    codes = codes_by_rate(snapshot, mapping.choices_of(connection).tax_codes)
    names = {one.id: one.name for one in snapshot.tax_codes}
    table = Table("Tax rate here", "Tax code in QuickBooks", title="Sales tax", title_justify="left")
    for rate in rates_used(connection.workspace_id):
        table.add_row(percent(rate), names.get(codes.get(rate, ""), "none"))
    console.print(table)
    offered = ", ".join(f"{names[code]} ({code}): {percent(rate)}" for code, rate in code_rates(snapshot).items())
    say(console, f"QuickBooks has: {offered}")
