"""Mailing a sales form (F3.2-9). No mail leaves the emulator: what is kept is what QuickBooks tells about it."""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.field_kinds import email
from qbo_emulator.books.pacific import stamp
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.books.wire import Obj

MOST_A_DAY = 40  # F1.1-13


def _address(data: Obj, send_to: str | None) -> Obj:
    """Where to: what the call says, else BillEmail, else 6420."""
    if send_to:
        return {"Address": email.check(send_to, "sendTo")}
    if not data.get("BillEmail"):
        raise faults.of("6420", text="BillEmail is needed to send the form.")
    held: Obj = data["BillEmail"]
    return held


def _count(company: Company) -> None:
    """One more mail today; a sandbox has 40 a day. The fault is our own choice."""
    day = company.today().isoformat()
    sent = company.mails.get(day, 0)
    if company.settings.sandbox and sent >= MOST_A_DAY:
        raise faults.business(f"A sandbox company sends at most {MOST_A_DAY} mails a day.")
    company.mails = {day: sent + 1}


def send(company: Company, entity: str, row_id: str, send_to: str | None) -> Obj:
    """Mail a form to `send_to` or its BillEmail; answers the form as it is afterwards. Faults 500, 610, 2210, 6420."""
    kind = KINDS.get(entity)
    if kind is None or not kind.mailed:
        raise faults.unsupported(f"send of {entity}")
    row = company.row(entity, row_id)
    address = _address(row.data, send_to)
    _count(company)
    delivery = {"DeliveryType": "Email", "DeliveryTime": stamp(company.epoch())}
    whole = {**row.data, "EmailStatus": "EmailSent", "BillEmail": address, "DeliveryInfo": delivery}
    company.change(entity, row, whole, "Emailed")
    return row.data
