"""A few seconds of the fuzz; `make fuzz` runs it for as long as one likes."""

from __future__ import annotations

from emulator_fuzz import Session, examine, kinds, switched
from emulator_fuzz_calls import Step, steps
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qbo_emulator.books.kinds import CompanyKind

SESSION = Session()


# Not shrunk, for that may take longer than a test has; `make fuzz` shrinks.
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(kind=kinds, switches=switched, calls=st.lists(steps, min_size=1, max_size=12))
def test_no_call_brings_a_500_or_leaves_the_books_half_written(
    kind: CompanyKind, switches: dict[str, bool], calls: list[Step]
) -> None:
    examine(SESSION, kind, switches, calls)
