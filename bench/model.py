"""What is measured against what: the latency model, the record mix, the budgets. Constants only."""

from dataclasses import dataclass
from typing import Final

from qbo_emulator.gateway import latency

# How long QuickBooks takes, in seconds: our own working assumptions, played by the emulator (`--latency documented`).
SINGLE_WRITE: Final = latency.WRITE
QUERY: Final = latency.READ
BATCH, BATCH_ITEM = latency.BATCH, latency.BATCH_ITEM
SPREAD: Final = latency.SPREAD
SLOW_ANSWER: Final = 0.3  # every answer, in the row of the same work with slow answers

# The documented limits {F1.1-1 to F1.1-6}.
BATCHES_A_MINUTE: Final = 40
ITEMS_A_BATCH: Final = 30
CALLS_A_MINUTE: Final = 500

LINES: Final = 4  # of an invoice


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of each kind."""

    contacts: int = 0
    services: int = 0
    invoices: int = 0
    payments: int = 0

    @property
    def all(self) -> int:
        return self.contacts + self.services + self.invoices + self.payments


MIX: Final = Counts(contacts=10, services=2, invoices=46, payments=42)  # of 100 records


def mixed(records: int) -> Counts:
    """So many records in the mix."""
    contacts, services, payments = (records * part // 100 for part in (MIX.contacts, MIX.services, MIX.payments))
    return Counts(contacts, services, records - contacts - services - payments, payments)


# Budgets (design, section 6).
FIRST_PUSH: Final = 0.9 * BATCHES_A_MINUTE * ITEMS_A_BATCH  # records a minute
COUNTED_PUSH: Final = 0.9 * CALLS_A_MINUTE
EDIT_MEDIAN, EDIT_P95 = 0.2, 1.0  # seconds beyond QuickBooks' own latency
FASTER, FASTER_SLOW = 1.4, 8.0  # times the records a second of the helper
CPU: Final = 1.0  # times the helper's
REQUESTS: Final = 40  # for 1,000 new records
NOTHING_CHANGED: Final = 5.0  # seconds
GROWN_MEMORY: Final = 30.0  # MB
FAIR_P95: Final = 3.0  # seconds
GROWTH: Final = 1.2
SEARCH: Final = 5.0  # milliseconds
