"""A workspace's records as the work of `push.py`, and its run in the other environment."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.place import Company, Place

SCRIPT = Path(__file__).parent / "push.py"
PYTHON = Path(__file__).parents[2] / ".venv-clients" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Helped:
    """What the helper did: records, seconds, processor seconds."""

    records: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds

    @property
    def cost(self) -> float:
        """Processor milliseconds per record."""
        return self.processor / self.records * 1000


def helped(place: Place, like: Company, how: str, most: int = 1_000_000, *, apart: bool = False) -> Helped:
    """Makes the records of `like` (at most so many invoices) in a new company; `how` is batch or single.

    `apart`: customers and items are made before, and do not count.
    """
    work = _work(like, most) | _sign_in(place) | {"apart": apart}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    given = json.dumps(work, default=str)
    done = subprocess.run([PYTHON, SCRIPT, how], input=given, capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        raise RuntimeError(f"python-quickbooks: {done.stderr[-2000:]}")
    return Helped(**json.loads(done.stdout))


def _sign_in(place: Place) -> dict[str, Any]:  # Any: JSON
    (made,) = place.control("companies", {"kind": "fresh", "name": "Helper"})
    tokens = place.control("tokens", {"realm_id": made["realm_id"]})
    return {
        "base_url": place.quickbooks.base_url,
        "realm_id": made["realm_id"],
        "client_id": place.quickbooks.client_id,
        "client_secret": place.quickbooks.client_secret,
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
    }


def _work(company: Company, most: int) -> dict[str, Any]:  # Any: JSON
    """Ids of accounts are those of `company`: all fresh companies have the same."""
    from bluepro.catalogue.models import Service
    from bluepro.contacts.models import Contact
    from bluepro.invoicing.models import Invoice, InvoiceLine
    from bluepro.payments.models import Allocation

    mine = {"workspace": company.actor.workspace_id}
    people = list(Contact.objects.filter(**mine).order_by("id").prefetch_related("emails"))
    goods = list(Service.objects.filter(**mine).order_by("id"))
    bills = list(Invoice.objects.filter(**mine).order_by("id")[:most])
    person, good, bill = ({one.pk: at for at, one in enumerate(many)} for many in (people, goods, bills))
    lines: dict[int, list[Any]] = {}
    for line in InvoiceLine.objects.filter(invoice__in=bills).order_by("position"):
        lines.setdefault(line.invoice_id, []).append(line)
    paid = Allocation.objects.filter(invoice__in=bills).select_related("payment").order_by("payment_id")
    return {
        "income": company.connection.income_account,
        "deposit": company.connection.deposit_account,
        "contacts": [_contact(one) for one in people],
        "services": [
            {"name": one.name, "description": one.description, "price": float(one.unit_price)} for one in goods
        ],
        "invoices": [_invoice(one, person, good, lines[one.pk]) for one in bills],
        "payments": [_payment(one, person, bill) for one in paid],
    }


def _contact(one: Any) -> dict[str, Any]:  # Any: a row, JSON
    address = [getattr(one, f"billing_{part}") for part in ("street", "city", "region", "postal_code", "country")]
    email = one.emails.all()[0].address
    return {
        "name": one.display_name,
        "first": one.first_name,
        "last": one.last_name,
        "email": email,
        "address": address,
    }


def _invoice(one: Any, person: dict[int, int], good: dict[int, int], lines: list[Any]) -> dict[str, Any]:
    return {
        "contact": person[one.contact_id],
        "number": one.number,
        "date": one.issue_date.isoformat(),
        "due": one.due_date.isoformat(),
        "message": one.message,
        "note": f"BluePro invoice {one.number} (ref {one.ref}-1)",
        "tax": float(one.tax),
        "lines": [
            {
                "service": good[line.service_id],
                "text": f"{line.name}\n{line.description}",
                "quantity": float(line.quantity),
                "price": float(line.unit_price),
                "amount": float(line.amount),
            }
            for line in lines
        ],
    }


def _payment(one: Any, person: dict[int, int], bill: dict[int, int]) -> dict[str, Any]:
    return {
        "contact": person[one.payment.contact_id],
        "invoice": bill[one.invoice_id],
        "amount": float(one.amount),
        "date": one.payment.paid_on.isoformat(),
        "reference": one.payment.reference,
        "note": f"BluePro payment (ref {one.payment.ref}-1)",
    }
