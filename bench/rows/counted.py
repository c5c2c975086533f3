"""A first push where QuickBooks counts the items of batches one by one, which nobody tells us beforehand."""

from bench.figures import Figures, Line, Say
from bench.first_push import first_push
from bench.model import COUNTED_PUSH, Counts

MINUTES = 9.0
SALES = Counts(invoices=2_600, payments=2_400)
WARM_UP, SECONDS = 165.0, 300.0  # the first refusal, its pause, and a minute at the new rate


def measure(say: Say) -> Figures:
    """One company, one worker."""
    found = first_push(say, "--option", "batch_items=counted", sales=SALES, warm_up=WARM_UP, seconds=SECONDS)
    rate = found.sales_a_minute + found.edits_a_minute
    lines = (
        Line(
            "first push, items of batches counted one by one: records a minute, edits of people among them",
            f">= {COUNTED_PUSH:.0f}",
            f"{rate:.0f} ({found.edits_a_minute:.0f} edits)",
            rate >= COUNTED_PUSH,
        ),
        Line("the same: refusals for limits (429)", "<= 1", str(len(found.refusals)), len(found.refusals) <= 1),
    )
    return Figures(lines, found.to_json())
