"""/_emulator/companies/{realm}/...: what a bookkeeper or a bank does to transactions, so that they can no longer be
changed as before (F7.4-19). Behind the guard of control.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qbo_emulator.books import deposits, merging
from qbo_emulator.books.company import TRANSACTIONS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.routes.control import Handler, guarded
from qbo_emulator.world import World


class NewDeposit(msgspec.Struct, forbid_unknown_fields=True):
    """Payments and sales receipts to put into one bank deposit; without an account the first bank account."""

    transactions: Annotated[list[str], msgspec.Meta(min_length=1)]
    account: str = ""


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """`gone` disappears, `kept` takes over its transactions."""

    entity: Literal["Customer", "Item"]
    gone: str
    kept: str


class Marks(msgspec.Struct, forbid_unknown_fields=True):
    """What was done to a transaction elsewhere; what is left out stays."""

    matched: bool | UnsetType = UNSET
    settled: bool | UnsetType = UNSET


def _transaction(company: Company, row_id: str) -> Row | None:
    rows = (company.tables[entity].get(row_id) for entity in TRANSACTIONS)
    return next((row for row in rows if row is not None), None)


def _first_bank(company: Company) -> str:
    rows = company.tables["Account"].rows.values()
    return next((row.id for row in rows if row.data["AccountType"] == "Bank" and row.data["Active"]), "")


def _missing(what: str) -> JSONResponse:
    return JSONResponse({"error": f"There is no such {what}."}, 404)


class Levers:
    """The levers of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def deposit(self, request: Request) -> Response:
        """Deposit payments; answers the deposit's id."""
        new = msgspec.json.decode(await request.body(), type=NewDeposit)
        company = self._world.company(request.path_params["realm"])
        if company is None:
            return _missing("company")
        made = deposits.deposit(company, new.transactions, new.account or _first_bank(company))
        return JSONResponse({"id": made.id}, 201)

    async def undo_deposit(self, request: Request) -> Response:
        """Remove a deposit; its payments can be changed again."""
        company = self._world.company(request.path_params["realm"])
        if company is None or company.tables["Deposit"].get(request.path_params["id"]) is None:
            return _missing("deposit")
        deposits.undo(company, request.path_params["id"])
        return Response(status_code=204)

    async def merge(self, request: Request) -> Response:
        """Merge two customers or items; answers the one that stays."""
        wanted = msgspec.json.decode(await request.body(), type=Merge)
        company = self._world.company(request.path_params["realm"])
        if company is None:
            return _missing("company")
        kept = merging.merge(company, wanted.entity, wanted.gone, wanted.kept)
        return JSONResponse({"entity": wanted.entity, "id": kept.id, "gone": wanted.gone})

    async def mark(self, request: Request) -> Response:
        """Match a transaction to a bank line, or settle it online, or take that back."""
        marks = msgspec.json.decode(await request.body(), type=Marks)
        company = self._world.company(request.path_params["realm"])
        row = _transaction(company, request.path_params["id"]) if company else None
        if row is None:
            return _missing("transaction")
        row.matched = row.matched if marks.matched is UNSET else marks.matched
        row.settled = row.settled if marks.settled is UNSET else marks.settled
        return JSONResponse({"id": row.id, "matched": row.matched, "settled": row.settled})


def routes(world: World) -> list[Route]:
    """All levers, each behind the guard."""
    levers = Levers(world)
    table: list[tuple[str, str, Handler]] = [
        ("POST", "deposits", levers.deposit),
        ("DELETE", "deposits/{id}", levers.undo_deposit),
        ("PATCH", "transactions/{id}", levers.mark),
        ("POST", "merge", levers.merge),
    ]
    head = "/_emulator/companies/{realm}"
    return [Route(f"{head}/{path}", guarded(handler), methods=[verb]) for verb, path, handler in table]
