"""Bank deposits: what a bookkeeper does with money in Undeposited Funds. A payment or sales receipt that is in one
can no longer be changed (F7.4-19).

Callers of the API can read deposits; only the control API and people make and undo them.
"""

from __future__ import annotations

from collections.abc import Sequence

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import Kind, deposit_of, require_open_period
from qbo_emulator.books.wire import ZERO, Obj, cents, ref_value

_SOURCES = ("Payment", "SalesReceipt")
DEPOSIT = Kind("Deposit")


def _source(company: Company, row_id: str) -> tuple[str, Row]:
    """The payment or sales receipt with this id whose money still lies in Undeposited Funds."""
    for entity in _SOURCES:
        row = company.tables[entity].get(row_id)
        if row is not None:
            if deposit_of(row.data):
                raise faults.of("6540")
            if ref_value(row.data["DepositToAccountRef"]) != company.settings.default_deposit_account:
                raise faults.business(f"Its money is not in Undeposited Funds. TxnId={row_id}")
            if not row.data["TotalAmt"]:
                raise faults.business(f"There is no money to deposit. TxnId={row_id}")
            return entity, row
    raise faults.object_not_found()


def _line(position: int, entity: str, row: Row) -> Obj:
    link = {"TxnId": row.id, "TxnType": entity, "TxnLineId": "0"}
    return {"Id": str(position), "LineNum": position, "Amount": row.data["TotalAmt"], "LinkedTxn": [link]}


def deposit(company: Company, row_ids: Sequence[str], bank_account_id: str) -> Row:
    """Put payments and sales receipts into one bank deposit, dated today.

    Raises Fault 610 or 2500 for what is not there, 6540 for what is deposited already, 6430 for an account that is no
    bank.
    """
    if not row_ids:
        raise faults.missing("Line")
    sources = [_source(company, row_id) for row_id in dict.fromkeys(row_ids)]
    data: Obj = {"TxnDate": company.today().isoformat(), "CurrencyRef": company.currency()}
    require_open_period(company, data["TxnDate"])
    references.account(
        company, data, {"DepositToAccountRef": {"value": bank_account_id}}, "DepositToAccountRef", ("Bank",)
    )
    data["Line"] = [_line(position, *source) for position, source in enumerate(sources, 1)]
    data["TotalAmt"] = cents(sum((line["Amount"] for line in data["Line"]), ZERO))
    made = company.insert("Deposit", data)
    for entity, row in sources:
        _link(company, entity, row, [{"TxnId": made.id, "TxnType": "Deposit"}])
    return made


def undo(company: Company, deposit_id: str) -> None:
    """Remove a deposit; its payments can be changed again. Fault 610 if there is none."""
    row = company.row("Deposit", deposit_id)
    require_open_period(company, row.data["TxnDate"])
    company.remove("Deposit", row)
    for line in row.data["Line"]:
        link = line["LinkedTxn"][0]
        _link(company, link["TxnType"], company.row(link["TxnType"], link["TxnId"]), [])


def _link(company: Company, entity: str, row: Row, links: list[Obj]) -> None:
    data = {**row.data, "LinkedTxn": links}
    if not links and entity != "Payment":
        del data["LinkedTxn"]
    company.change(entity, row, data)
