"""Makes in QuickBooks what a sync needs and the company lacks: accounts, payment methods and two items of ours.

Everything is looked up by name first and taken over if it fits, so that pressing twice, or losing an answer, makes
nothing twice. Which of them are used is saved by `mapping.py`.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TypeVar

from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.calls import ANY_STATE, QuickBooksRefused, SetupCalls, calls_of
from bluepro.quickbooks.connect.checks import Choices
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.lifecycle import own_connection
from bluepro.quickbooks.connect.readiness import (
    CATCH_ALL,
    DISCOUNT_NAME,
    RULES,
    TAX_NAME,
    Account,
    Named,
    Readiness,
    Use,
    account_of,
    accounts_for,
    from_json,
)
from bluepro.quickbooks.connect.reading import store
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.snapshot import TaxMode
from bluepro.workspaces.roles import Action, Actor, require
from qbo_client import wire
from qbo_client.wire import given

E = TypeVar("E", bound=wire.Entity)

NAME_TAKEN = "6240"
LONGEST_METHOD = 31  # {F7.8-1}

DEFAULT_NAMES = {Use.INCOME: "Services", Use.DISCOUNT: "Discounts given", Use.DEPOSIT: "Undeposited Funds"}

_TYPES = {
    Use.INCOME: ("Income", "ServiceFeeIncome"),  # {F7.7-1}
    Use.DISCOUNT: ("Income", "DiscountsRefundsGiven"),  # {F7.7-2}
    Use.DEPOSIT: ("Other Current Asset", "UndepositedFunds"),  # {F7.7-3}
}
_LIABILITY = "Other Current Liability"
_TAX_DUE = ("SalesTaxPayable", "GlobalTaxPayable")  # {F7.7-6}
_CARDS = frozenset({"credit card", "visa", "mastercard", "american express", "amex", "discover", "diners club"})


@dataclass(frozen=True, slots=True)
class Items:
    """Ids of the items of ours in QuickBooks: for custom lines, for tax as a line and for discounts ("" if none)."""

    catch_all: str
    tax: str
    discount: str = ""


def create_account(
    actor: Actor,
    connection: Connection,
    use: Use,
    name: str,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run = asyncio.run,
) -> Account:
    """The account called `name` ("" for the usual name) for `use`: taken over if QuickBooks has it, else created.

    Raises Refused if one of that name does not fit, and what SetupCalls raises.
    """
    require(actor, Action.CONFIGURE_SYNC)
    connection = own_connection(actor, connection)
    name = _account_name(name or DEFAULT_NAMES[use])
    calls = calls_of(connection, deployment, clock=clock, ids=ids, run=run)
    kind, subtype = _TYPES[use]
    wanted = wire.Account(name=name, account_type=kind, account_sub_type=subtype)
    account = account_of(_found_or_created(calls, wanted, ("Name", name)))
    snapshot = _with_account(from_json(connection.readiness), account)
    store(connection, snapshot, clock=clock)
    if account not in accounts_for(snapshot, use):
        state = "" if account.active else "inactive and "
        message = f"There is an account {name!r} already, {state}of type {account.type}; this needs {RULES[use]}."
        raise refuse(str(use), "account_type", message)
    return account


def create_payment_method(
    actor: Actor,
    connection: Connection,
    name: str,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run = asyncio.run,
) -> Named:
    """The payment method called `name` (at most 31 characters): taken over if QuickBooks has it, else created."""
    require(actor, Action.CONFIGURE_SYNC)
    connection = own_connection(actor, connection)
    name = name.strip()
    if not name or len(name) > LONGEST_METHOD:
        message = f"{name!r} has {len(name)} characters; QuickBooks allows 1 to {LONGEST_METHOD}."
        raise refuse("method", "length", message)
    calls = calls_of(connection, deployment, clock=clock, ids=ids, run=run)
    kind = "CREDIT_CARD" if name.lower() in _CARDS else "NON_CREDIT_CARD"
    made = _found_or_created(calls, wire.PaymentMethod(name=name, type=kind), ("Name", name))
    method = Named(given(made.id, ""), given(made.name, name), given(made.active, True))
    snapshot = from_json(connection.readiness)
    others = tuple(one for one in snapshot.payment_methods if one.id != method.id)
    store(connection, replace(snapshot, payment_methods=(*others, method)), clock=clock)
    if not method.active:
        raise refuse("method", "inactive", f"{name!r} is inactive in QuickBooks; make it active there.")
    return method


def ensure_items(
    connection: Connection, choices: Choices, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run
) -> Items:
    """The items of ours for these choices, found or made; one that is no longer used stays known.

    Raises Refused if one of that name does not fit.
    """
    calls = calls_of(connection, deployment, clock=clock, ids=ids, run=run)
    tax = _tax_item(connection, calls, clock) if choices.tax_mode == TaxMode.LINE else connection.tax_item
    allowed = from_json(connection.readiness).allow_discount
    discount = connection.discount_item if allowed else _taxable(calls, DISCOUNT_NAME, choices.discount)
    return Items(_taxable(calls, CATCH_ALL, choices.income), tax, discount)


def _taxable(calls: SetupCalls, name: str, account: str) -> str:
    """The taxable Service item of that name: lines decide whether they are taxed."""
    wanted = wire.Item(name=name, type="Service", taxable=True, income_account_ref=wire.Ref(value=account))
    item = _found_or_created(calls, wanted, ("Name", name))
    return _checked_item(item, "an active, taxable Service item", _is_service(item) and given(item.taxable, False))


def _tax_item(connection: Connection, calls: SetupCalls, clock: Clock) -> str:
    existing = _find(calls, wire.Item, ("Name", TAX_NAME))
    if existing is None:
        account = _tax_account(connection, calls, clock)
        ref = wire.Ref(value=account)
        wanted = wire.Item(name=TAX_NAME, type="Service", taxable=False, income_account_ref=ref)
        existing = _found_or_created(calls, wanted, ("Name", TAX_NAME))
    rule = f"an active Service item that is not taxable, on an account of type {_LIABILITY}"
    fits = _is_service(existing) and not given(existing.taxable, False) and _on_liability(connection, calls, existing)
    return _checked_item(existing, rule, fits)


def _tax_account(connection: Connection, calls: SetupCalls, clock: Clock) -> str:
    """The one account for sales tax due; if there are several (one per agency), or none, an account of our own."""
    snapshot = from_json(connection.readiness)
    due = [account for account in snapshot.accounts if account.active and account.subtype in _TAX_DUE]
    if len(due) == 1:
        return due[0].id
    wanted = wire.Account(name=TAX_NAME, account_type=_LIABILITY, account_sub_type="OtherCurrentLiabilities")
    account = account_of(_found_or_created(calls, wanted, ("Name", TAX_NAME)))
    if account.type != _LIABILITY or not account.active:
        message = f"There is an account {TAX_NAME!r} that is not an active {_LIABILITY}; rename it in QuickBooks."
        raise refuse("tax_mode", "account_type", message)
    store(connection, _with_account(snapshot, account), clock=clock)
    return account.id


def _on_liability(connection: Connection, calls: SetupCalls, item: wire.Item) -> bool:
    ref = given(item.income_account_ref, None)
    known = from_json(connection.readiness).account(ref.value) if ref else None
    if ref and known is None:
        found = calls.all(wire.Account, [("Id", "=", ref.value)])
        known = account_of(found[0]) if found else None
    return known is not None and known.type == _LIABILITY


def _is_service(item: wire.Item) -> bool:
    return given(item.type, "") == "Service" and given(item.active, True)


def _checked_item(item: wire.Item, rule: str, fits: bool) -> str:
    name = given(item.name, "")
    if not fits:
        message = f"There is an item {name!r} in QuickBooks already, but it is not {rule}. Rename or change it there."
        raise refuse("items", "unsuitable", message)
    return given(item.id, "")


def _found_or_created(calls: SetupCalls, wanted: E, key: tuple[str, str]) -> E:
    """The entity of that name, created if there is none. Names are unique, so a lost answer cannot lead to two."""
    kind = type(wanted)
    found = _find(calls, kind, key)
    if found is not None:
        return found
    try:
        return calls.create(wanted)
    except QuickBooksRefused as error:
        found = _find(calls, kind, key) if NAME_TAKEN in error.codes else None
        if found is None:
            raise
        return found


def _find(calls: SetupCalls, kind: type[E], key: tuple[str, str]) -> E | None:
    name, value = key
    found = calls.all(kind, [(name, "=", value), ANY_STATE])
    return found[0] if found else None


def _account_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or any(bad in name for bad in '":'):
        message = f"{name!r}: an account's name has 1 to 100 characters, no double quote and no colon."
        raise refuse("name", "account_name", message)
    return name


def _with_account(snapshot: Readiness, account: Account) -> Readiness:
    others = tuple(one for one in snapshot.accounts if one.id != account.id)
    return replace(snapshot, accounts=(*others, account))
