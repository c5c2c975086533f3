"""What the pages of single things share: what can be done with it, what it posts, what is known of its record."""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books.company import Company
from qbo_emulator.books.merging import MERGEABLE
from qbo_emulator.books.table import Row
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.books.wire import Obj, ref_value
from qbo_emulator.pages.components import Column, facts, moment, money, table, version
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.places import ROOMS

_POSTINGS = (Column("Account"), Column("Debit", figures=True), Column("Credit", figures=True))


def history_of(company: Company, entity: str, row_id: str) -> str:
    """The address of an entity's history; it is there when the entity itself is gone."""
    return home_of(company, "history", entity, row_id)


def actions(company: Company, entity: str, row: Row, *more: Html) -> Html:
    """The ways to change a thing and to what was changed; `more` comes first."""
    home = home_of(company, ROOMS[entity], row.id)
    kind = KINDS.get(entity)
    ways = [
        ("edit", "Edit", kind is None or kind.save is not None),
        ("merge", "Merge", entity in MERGEABLE),
        ("undo", "Undo", entity == "Deposit"),
        ("void", "Void", bool(kind and kind.void) and not row.voided),
        ("delete", "Delete", bool(kind and kind.delete)),
    ]
    links = [link(f"{home}/{way}", words, class_="button") for way, words, there in ways if there]
    past = link(history_of(company, entity, row.id), "History", class_="button")
    return tag("nav", more, links, past, class_="actions", aria_label="What to do")


def record(row: Row, *pairs: tuple[str, Content]) -> Html:
    """Facts on a card, ended by what apps know of the record."""
    known = [("Id", version(row)), ("Last change", moment(row.data["MetaData"]["LastUpdatedTime"]))]
    return tag("div", facts([*pairs, *known]), class_="card")


def postings(company: Company, entity: str, row: Row) -> list[Html]:
    """What a transaction posts."""
    posted = company.ledger.entries.get((entity, row.id), ())
    rows = ([account_link(company, one.account), *sides(one.amount)] for one in posted)
    return [tag("h2", "Postings"), table("Postings", _POSTINGS, rows, "Nothing is posted: all its amounts are 0.")]


def sides(amount: Decimal) -> tuple[Html, Html]:
    """An amount in the column of debits or of credits."""
    return (money(amount), Html("")) if amount > 0 else (Html(""), money(-amount))


def account_link(company: Company, account_id: str) -> Html:
    """An account's name, leading to its register."""
    name = company.row("Account", account_id).data["FullyQualifiedName"]
    return link(home_of(company, "accounts", account_id), name)


def customer_link(company: Company, data: Obj) -> Html:
    """The customer of a transaction; receipts may have none."""
    customer = data.get("CustomerRef")
    if not customer:
        return tag("span", "No customer", class_="soft")
    return link(home_of(company, "customers", customer["value"]), customer.get("name", customer["value"]))


def method_of(company: Company, data: Obj) -> str:
    """The name of a payment method."""
    method_id = ref_value(data.get("PaymentMethodRef"))
    method = company.tables["PaymentMethod"].get(method_id) if method_id else None
    return str(method.data["Name"]) if method else ""


def newest_first(row: Row) -> tuple[str, ...]:
    """Transactions by date, then by when they were entered."""
    return (row.data["TxnDate"], row.id.rjust(12))
