"""The clock and the source of ids that views hand to services: one place, so that nothing else asks the system."""

from bluepro.common.clock import SystemClock
from bluepro.common.ids import RandomIds

CLOCK = SystemClock()
IDS = RandomIds()
