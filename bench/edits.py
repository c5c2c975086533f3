"""Edits of people, and how long each took to stand in QuickBooks, beyond the time that QuickBooks itself took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import TYPE_CHECKING

from bench.place import Company

if TYPE_CHECKING:
    from bluepro.quickbooks.models import Link

PATIENCE = 60.0  # seconds after which an edit that has not arrived counts as lost


@dataclass(frozen=True, slots=True)
class Edit:
    """A record that a person has saved, and when that was committed."""

    company: Company
    kind: int
    record: int
    committed_at: datetime


def change_customer(company: Company, contact: int, number: int) -> Edit:
    """A customer that QuickBooks has gets another company name."""
    from bluepro.common.clock import SystemClock
    from bluepro.contacts.models import Contact
    from bluepro.contacts.rules import ContactData
    from bluepro.contacts.services import ContactEdit, save_contacts
    from bluepro.quickbooks.snapshot import Kind

    name = Contact.objects.values_list("display_name", flat=True).get(id=contact)
    data = ContactData("person", name, company=f"Edit {number}")
    save_contacts(company.actor, [ContactEdit(data, id=contact)], clock=SystemClock())
    return Edit(company, int(Kind.CONTACT), contact, SystemClock().now())


def write_invoice(company: Company, contact: int, number: int) -> Edit:
    """A new invoice of one line for a customer."""
    from bluepro.common.clock import SystemClock
    from bluepro.common.ids import RandomIds
    from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
    from bluepro.invoicing.services import import_invoices
    from bluepro.quickbooks.snapshot import Kind

    line = LineData(kind="custom", name="Call-out", quantity=Decimal(1), unit_price=Decimal(80))
    data = InvoiceData(
        contact_id=contact, lines=(line,), number=f"edit{number}", status="issued", issue_date=date(2026, 3, 2)
    )
    made = import_invoices(company.actor, [InvoiceEdit(data)], clock=SystemClock(), ids=RandomIds()).ids[0]
    return Edit(company, int(Kind.INVOICE), made, SystemClock().now())


def delays(edits: Sequence[Edit]) -> list[float]:
    """Seconds from each commit to the saved answer, less what QuickBooks took; fails if one does not arrive."""
    return sorted(_delay(edit) for edit in edits)


def median_and_p95(values: Sequence[float]) -> tuple[float, float]:
    """Both of at least two values."""
    cut = quantiles(values, n=20, method="inclusive")
    return cut[9], cut[18]


def _delay(edit: Edit) -> float:
    link = _pushed(edit)
    taken = timedelta(milliseconds=_elapsed(link))
    assert link.pushed_at is not None
    return max((link.pushed_at - edit.committed_at - taken).total_seconds(), 0.0)


def _pushed(edit: Edit) -> "Link":
    from bluepro.quickbooks.models import Change, Link

    deadline = time.monotonic() + PATIENCE
    mine = {"workspace": edit.company.actor.workspace_id, "kind": edit.kind, "record_id": edit.record}
    while time.monotonic() < deadline:
        if not Change.objects.get(**mine).dirty:
            return Link.objects.get(**mine, removed_at=None)
        time.sleep(0.05)
    raise TimeoutError(f"an edit of record {edit.kind}/{edit.record} has not arrived after {PATIENCE:.0f} s")


def _elapsed(link: "Link") -> int:
    """Milliseconds that QuickBooks took for the link's last write."""
    from bluepro.quickbooks.models import RequestItem

    item = RequestItem.objects.filter(link=link).select_related("request").latest("id")
    return item.request.elapsed_ms or 0
