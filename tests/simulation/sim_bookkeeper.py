"""Somebody who works in QuickBooks: changes, deletes and makes things there, and a record of it all.

The record is what excuses problems and differences: an open problem that nothing here explains counts as lost.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sim_business import NAMES, Dice, Impossible, dollars, pick

from qbo_emulator.books import operations
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.operations import Options

Row = Mapping[str, Any]  # Any: an entity as JSON
Entity = tuple[str, str]  # its kind and its id

CHANGED, REMOVED, INACTIVE, TOUCHED, PAID, OWN = "changed", "removed", "inactive", "touched", "paid", "own"


@dataclass
class Bookkeeper:
    """Works in one QuickBooks company. `did` says what was done, by entity; `own` is what was made."""

    company: Company
    did: defaultdict[Entity, set[str]] = field(default_factory=lambda: defaultdict(set))
    own: set[Entity] = field(default_factory=set)

    def act(self, what: str, dice: Dice) -> str:
        """Does it; a sentence about what happened."""
        try:
            return _ACTS[what](self, dice)
        except Impossible:
            return f"{what}: there is none"
        except Fault as fault:
            return f"{what}: QuickBooks refused ({fault.errors[0].code})"

    def touch_invoice(self, dice: Dice) -> str:
        """Changes what is not ours to own."""
        row = self._row("Invoice", dice[0])
        self._write("Invoice", row, {"PrivateNote": f"seen {int(dice[1] * 100)}\n{row.get('PrivateNote', '')}"})
        return self._did("Invoice", row, TOUCHED, "gets a note")

    def change_invoice(self, dice: Dice) -> str:
        row = self._row("Invoice", dice[0])
        if dice[1] < 0.5:
            due = date.fromisoformat(row["DueDate"]) + timedelta(days=1 + int(dice[2] * 20))
            self._write("Invoice", row, {"DueDate": due.isoformat()})
            return self._did("Invoice", row, CHANGED, f"is due on {due}")
        lines = [dict(line) for line in row["Line"] if line["DetailType"] == "SalesItemLineDetail"]
        lines[0]["Amount"] = dollars(dice[2])
        lines[0]["SalesItemLineDetail"] = {
            name: value for name, value in lines[0]["SalesItemLineDetail"].items() if name not in ("UnitPrice", "Qty")
        }
        self._write("Invoice", row, {"Line": lines})
        return self._did("Invoice", row, CHANGED, f"has a first line of {lines[0]['Amount']}")

    def delete_invoice(self, dice: Dice) -> str:
        return self._end("Invoice", dice, Options(delete=True), "is deleted")

    def void_invoice(self, dice: Dice) -> str:
        return self._end("Invoice", dice, Options(void=True), "is voided")

    def delete_payment(self, dice: Dice) -> str:
        return self._end("Payment", dice, Options(delete=True), "is deleted")

    def change_payment(self, dice: Dice) -> str:
        row = self._row("Payment", dice[0])
        self._write("Payment", row, {"TxnDate": (date(2026, 3, 1) + timedelta(days=int(dice[1] * 9))).isoformat()})
        return self._did("Payment", row, CHANGED, "has another date")

    def receive_payment(self, dice: Dice) -> str:
        """A payment of their own on an invoice of ours."""
        row = self._row("Invoice", dice[0])
        if not row["Balance"]:
            raise Impossible
        amount = min(row["Balance"], dollars(dice[1]))
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": row["Id"], "TxnType": "Invoice"}]}
        self._make("Payment", {"CustomerRef": row["CustomerRef"], "TotalAmt": amount, "Line": [line]})
        return self._did("Invoice", row, PAID, f"is paid {amount}")

    def rename_customer(self, dice: Dice) -> str:
        row = self._row("Customer", dice[0])
        self._write("Customer", row, {"DisplayName": f"{row['DisplayName'].split(' of ')[0]} of {int(dice[1] * 100)}"})
        return self._did("Customer", row, CHANGED, "has another name")

    def make_customer_inactive(self, dice: Dice) -> str:
        row = self._row("Customer", dice[0])
        self._write("Customer", row, {"Active": False})
        return self._did("Customer", row, INACTIVE, "is inactive")

    def rename_item(self, dice: Dice) -> str:
        row = self._row("Item", dice[0])
        self._write("Item", row, {"Name": f"{row['Name'].split(' of ')[0]} of {int(dice[1] * 100)}"})
        return self._did("Item", row, CHANGED, "has another name")

    def make_item_inactive(self, dice: Dice) -> str:
        row = self._row("Item", dice[0])
        self._write("Item", row, {"Active": False})
        return self._did("Item", row, INACTIVE, "is inactive")

    def add_customer(self, dice: Dice) -> str:
        """One with a name that BluePro may want."""
        name = pick(NAMES, dice[0])
        self._make("Customer", {"DisplayName": name})
        return f"they make a customer {name}"

    def add_invoice(self, dice: Dice) -> str:
        """One with a number that BluePro may want."""
        customer = self._row("Customer", dice[0])
        numbers = [int(row.data["DocNumber"]) for row in self._rows("Invoice") if _is_number(row.data.get("DocNumber"))]
        number = str(max(numbers, default=1000) + 1 + int(dice[1] * 3))
        line = {"Amount": Decimal("5"), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
        self._make("Invoice", {"CustomerRef": {"value": customer["Id"]}, "DocNumber": number, "Line": [line]})
        return f"they make an invoice {number}"

    def wake_everything(self) -> None:
        """Makes active again what was made inactive."""
        for kind, row_id in [entity for entity, did in self.did.items() if INACTIVE in did]:
            row = self.company.tables[kind].get(row_id)
            if row is not None and not row.data["Active"]:
                self._write(kind, row.data, {"Active": True})

    def _end(self, kind: str, dice: Dice, how: Options, said: str) -> str:
        row = self._row(kind, dice[0])
        operations.write(self.company, kind, {"Id": row["Id"], "SyncToken": row["SyncToken"]}, how)
        return self._did(kind, row, REMOVED, said)

    def _write(self, kind: str, row: Row, fields: Mapping[str, object]) -> None:
        head = {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True}
        operations.write(self.company, kind, {**head, **fields}, Options())

    def _make(self, kind: str, body: Mapping[str, object]) -> None:
        made = operations.write(self.company, kind, dict(body), Options())
        self.own.add((kind, made["Id"]))
        self.did[kind, made["Id"]].add(OWN)

    def _did(self, kind: str, row: Row, what: str, said: str) -> str:
        self.did[kind, row["Id"]].add(what)
        return f"in QuickBooks {kind.lower()} {row['Id']} {said}"

    def _rows(self, kind: str) -> list[Any]:  # Any: rows of the books
        return list(self.company.tables[kind].rows.values())

    def _row(self, kind: str, die: float) -> Row:
        """One that came from BluePro."""
        fitting = [
            row.data
            for row in self._rows(kind)
            if (kind, row.id) not in self.own and (kind != "Item" or row.data["Name"] not in ("Services", "Hours"))
        ]
        if not fitting:
            raise Impossible
        found: Row = fitting[-1 - int(die * die * len(fitting))]
        return found


def _is_number(text: str | None) -> bool:
    return bool(text) and str(text).isdigit()


_ACTS: Mapping[str, Callable[[Bookkeeper, Dice], str]] = {
    "touch invoice": Bookkeeper.touch_invoice,
    "change invoice": Bookkeeper.change_invoice,
    "delete invoice": Bookkeeper.delete_invoice,
    "void invoice": Bookkeeper.void_invoice,
    "change payment": Bookkeeper.change_payment,
    "delete payment": Bookkeeper.delete_payment,
    "receive payment": Bookkeeper.receive_payment,
    "rename customer": Bookkeeper.rename_customer,
    "make customer inactive": Bookkeeper.make_customer_inactive,
    "make item inactive": Bookkeeper.make_item_inactive,
    "rename item": Bookkeeper.rename_item,
    "add customer": Bookkeeper.add_customer,
    "add invoice": Bookkeeper.add_invoice,
}
