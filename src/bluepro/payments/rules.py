"""What people hand in for a payment, cleaned and checked field by field. No database.

What concerns the invoices paid is in `allocation`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bluepro.common.errors import FieldError
from bluepro.common.text import check_text, clean_text
from bluepro.common.words import day_in_words
from bluepro.payments.allocation import Allocation

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class PaymentData:
    """A payment as handed in, complete. `paid_at` has a time zone; `allocations` are (invoice id, dollars).

    The payment's amount is the sum of its allocations, its contact that of the invoices.
    """

    paid_at: datetime
    method: str
    allocations: tuple[Allocation, ...]
    description: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PaymentEdit:
    """One payment to create (`id` None) or change. `version`, if given, must be the one stored.

    `external_id` None leaves the stored one alone.
    """

    data: PaymentData
    id: int | None = None
    version: int | None = None
    external_id: str | None = None


def cleaned(data: PaymentData) -> PaymentData:
    """`data` with all its text cleaned."""
    return replace(
        data,
        method=clean_text(data.method),
        description=clean_text(data.description),
        reference=clean_text(data.reference),
    )


def check_payment(data: PaymentData) -> list[FieldError]:
    """Everything that is wrong with an already cleaned payment, its allocations left out."""
    return [
        *_check_time(data.paid_at),
        *check_text("method", data.method, limit=50, required=True),
        *check_text("description", data.description, limit=500, lines=True),
        *check_text("reference", data.reference, limit=100),
    ]


def _check_time(paid_at: datetime) -> Iterator[FieldError]:
    if paid_at.utcoffset() is None:
        yield FieldError("paid_at", "no_time_zone", f"{paid_at} has no time zone.")
    if not EARLIEST_YEAR <= paid_at.year <= LATEST_YEAR:
        message = f"{day_in_words(paid_at)} is not between {EARLIEST_YEAR} and {LATEST_YEAR}."
        yield FieldError("paid_at", "out_of_range", message)
