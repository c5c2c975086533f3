"""How long QuickBooks takes to answer: a model with named constants, each drawn within 30 % of its middle.

The middles are our own working assumptions, not Intuit's word.
"""

from __future__ import annotations

from random import Random

from qbo_emulator.gateway.arrival import READS, Arrival

WRITE = 0.350  # a single write
READ = 0.250  # a query, a read, a CDC call
BATCH, BATCH_ITEM = 0.400, 0.120  # a batch, and what each of its items adds
SPREAD = 0.30


class Latency:
    """Draws from a source of chance, so that a seed gives the same times."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def seconds(self, arrival: Arrival) -> float:
        """What an answer to this call takes."""
        return middle(arrival) * self._chance.uniform(1 - SPREAD, 1 + SPREAD)


def middle(arrival: Arrival) -> float:
    """What an answer to such a call takes in the middle."""
    if arrival.is_batch:
        return BATCH + BATCH_ITEM * len(arrival.acts)
    return READ if arrival.acts[0].operation in READS else WRITE
