"""Bank deposits: money from Undeposited Funds goes to a bank account together, and a deposit is undone."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from qbo_emulator.books import deposits
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import deposit_of
from qbo_emulator.books.wire import ref_value
from qbo_emulator.pages.components import Column, day, facts, money, table
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, Wrong, control, fields, respond
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.parts import customer_link, newest_first
from qbo_emulator.pages.places import linked, named
from qbo_emulator.pages.visit import Visit

_COLUMNS = (
    Column("Transaction"),
    Column("Date"),
    Column("Customer"),
    Column("Amount", figures=True),
    Column("Deposit"),
)
_SOURCES = ("Payment", "SalesReceipt")
_MOST = 200  # that are offered, the oldest first


def new_deposit(visit: Visit) -> Response:
    """Choose what lies in Undeposited Funds and the bank account that it goes to."""
    company = visit.company
    offered = _undeposited(company)
    accounts = company.tables["Account"].rows.values()
    banks = [
        (row.id, str(row.data["Name"])) for row in accounts if row.data["AccountType"] == "Bank" and row.data["Active"]
    ]
    account = Input("account", "Bank account", "select", choices=banks)

    def save(typed: Typed) -> None:
        chosen = [row.id for _, row in offered if typed.get(row.id)]
        if not chosen:
            raise Wrong("", "Choose what goes to the bank.")
        deposits.deposit(company, chosen, typed.get("account", ""))

    def shown(typed: Typed, problems: Problems) -> Content:
        rows = _rows(company, offered, typed)
        empty = "Nothing lies in Undeposited Funds."
        return [fields([account], typed, problems), table("Undeposited", _COLUMNS, rows, empty)]

    home = home_of(company, "payments")
    form = Form("Bank deposit", "payments", ("Payments", home), {}, [account], shown, save, home, "Deposit")
    return respond(visit, form)


def _undeposited(company: Company) -> list[tuple[str, Row]]:
    found = [
        (entity, row)
        for entity in _SOURCES
        for row in company.tables[entity].rows.values()
        if row.data["TotalAmt"]
        and not deposit_of(row.data)
        and ref_value(row.data["DepositToAccountRef"]) == company.settings.default_deposit_account
    ]
    return sorted(found, key=lambda pair: newest_first(pair[1]))[:_MOST]


def _rows(company: Company, offered: list[tuple[str, Row]], typed: Typed) -> Iterator[list[Content]]:
    for entity, row in offered:
        data = row.data
        box = control(Input(row.id, "Deposit", "check"), typed, aria_label=f"Deposit {named(entity, data)}")
        yield [
            linked(company, entity, row),
            day(data["TxnDate"]),
            customer_link(company, data),
            money(data["TotalAmt"]),
            box,
        ]


def undo_deposit(visit: Visit) -> Response:
    """Asks before a deposit is undone."""
    company, row = visit.company, visit.row("Deposit")
    name = named("Deposit", row.data)
    pairs: list[tuple[str, Content]] = [("Date", day(row.data["TxnDate"])), ("Amount", money(row.data["TotalAmt"]))]
    says = tag("p", "What it holds lies in Undeposited Funds again and can be changed.")
    form = Form(
        title=f"Undo bank deposit {row.id}?",
        room="payments",
        back=(name, home_of(company, "payments", row.id)),
        stored={},
        inputs=(),
        fields=lambda _typed, _problems: tag("div", facts(pairs), says, class_="card"),
        save=lambda _typed: deposits.undo(company, row.id),
        done=home_of(company, "payments"),
        button="Undo it",
        danger=True,
    )
    return respond(visit, form)
