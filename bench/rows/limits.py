"""A first push at the documented limits, and edits of people before and during it."""

from bench.edits import median_and_p95
from bench.figures import Figures, Line, Say
from bench.first_push import first_push
from bench.model import EDIT_MEDIAN, EDIT_P95, FIRST_PUSH, Counts

MINUTES = 7.5
SALES = Counts(invoices=4_200, payments=3_800)
WARM_UP, SECONDS = 75.0, 300.0


def measure(say: Say) -> Figures:
    """One company, one worker."""
    found = first_push(say, sales=SALES, warm_up=WARM_UP, seconds=SECONDS)
    lines = [
        Line(
            "first push at the documented limits: invoices and payments a minute",
            f">= {FIRST_PUSH:.0f}",
            f"{found.sales_a_minute:.0f}",
            found.sales_a_minute >= FIRST_PUSH,
        ),
        Line("the same: refusals for limits (429)", "0", str(len(found.refusals)), not found.refusals),
        Line(
            "the same: customers and services a minute, one request at a time", "", f"{found.names_a_minute:.0f}", None
        ),
    ]
    cost = (found.worker + found.postgres) / found.records * 1000
    lines.append(
        Line(
            "processor time: a record of that push; an edit while nothing else is to do (and a second of waiting)",
            "",
            f"{cost:.1f} ms; {found.edit_cost:.0f} ms",
            None,
        )
    )
    for when, delays in (("nothing else to do", found.quiet), ("during the first push", found.busy)):
        middle, p95 = median_and_p95(delays)
        lines.append(
            Line(
                f"an edit to QuickBooks, beyond its own latency, {when} ({len(delays)} edits): p50, p95",
                f"< {EDIT_MEDIAN} s, < {EDIT_P95:.0f} s",
                f"{middle:.2f} s, {p95:.2f} s",
                middle < EDIT_MEDIAN and p95 < EDIT_P95,
            )
        )
    return Figures(tuple(lines), found.to_json())
