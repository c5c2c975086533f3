"""Shows a comparison and a rehearsal as tables on a terminal. Only looks; decides nothing."""

from rich.console import Console
from rich.table import Table

from bluepro.proof.comparing.result import Comparison, Difference
from bluepro.proof.outcome import KINDS, TOTALS, Rehearsed

MOST_SHOWN = 20


def show_rehearsal(console: Console, found: Rehearsed) -> None:
    """The records, the totals, the requests, and whatever is not equal."""
    console.print(records_table(found.comparison))
    if found.staying:
        console.print(
            f"{found.staying:,} drafts, scheduled and never sent cancelled invoices stay in BluePro by policy; "
            "they are not counted above.",
            highlight=False,
        )
    console.print(totals_table(found.comparison))
    asked, second = found.asked, found.second
    console.print(
        f"Calls to QuickBooks: {asked.batches} batches, {asked.writes} single writes, {asked.reads} reads, "
        f"{asked.throttled} throttled. Second sync: {second.batches + second.writes} writes, {second.reads} reads."
        + (f" Worker killed {found.kills} times." if found.kills else "")
    )
    show_differences(console, found.comparison)
    for problem in found.problems[:MOST_SHOWN]:
        console.print(f"Problem: {problem.kind} {problem.record}: {problem.text}", style="red", markup=False)
    verdict = "[bold green]Everything is equal.[/]" if found.comparison.is_equal else "[bold red]Not equal.[/]"
    console.print(f"{verdict} It took {found.seconds:.1f} seconds from the start to here.")


def records_table(comparison: Comparison) -> Table:
    """How many records of each kind are on either side, and how they compare."""
    table = Table(title="Records")
    table.add_column("")
    for column in ("BluePro", "QuickBooks", "equal", "different", "missing", "extra"):
        table.add_column(column, justify="right")
    for kind, name in KINDS.items():
        one = comparison.counts[kind]
        numbers = (one.bluepro, one.quickbooks, one.equal, one.different, one.missing, one.extra)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    return table


def totals_table(comparison: Comparison) -> Table:
    """The sums of both sides in dollars."""
    table = Table(title="Totals")
    for column in ("", "BluePro", "QuickBooks", "difference"):
        table.add_column(column, justify="right" if column else "left")
    for name in TOTALS:
        ours, theirs = getattr(comparison.totals.bluepro, name), getattr(comparison.totals.quickbooks, name)
        table.add_row(
            name.replace("_", " "), f"{ours:,}", f"{theirs:,}", f"{theirs - ours:,}" if ours != theirs else ""
        )
    return table


def months_table(comparison: Comparison) -> Table:
    """Both sides month by month; a month that differs is marked."""
    columns = ("invoiced", "discount", "taxable", "tax", "paid", "open_balance")
    table = Table(title="Months (BluePro above, QuickBooks below where it differs)")
    table.add_column("month")
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right")
    for month, sides in comparison.months.items():
        table.add_row(month, *(f"{getattr(sides.bluepro, name):,}" for name in columns))
        if sides.bluepro != sides.quickbooks:
            table.add_row("", *(f"{getattr(sides.quickbooks, name):,}" for name in columns), style="red")
    return table


def show_differences(console: Console, comparison: Comparison) -> None:
    """The first differences in words, and how many more there are."""
    shown: tuple[Difference, ...] = comparison.differences[:MOST_SHOWN]
    for difference in shown:
        console.print(f"{difference.verdict}: {difference}", style="red", markup=False)
    if len(comparison.differences) > len(shown):
        console.print(f"... and {len(comparison.differences) - len(shown):,} more differences.", style="red")
