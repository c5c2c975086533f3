"""The command `start`: shows what there is per year, or chooses what is sent: everything, or from a day on."""

import argparse

from rich.table import Table

from bluepro.config.cli.common import Here, here
from bluepro.quickbooks.connect.first_push import COMMANDS, next_step
from bluepro.quickbooks.connect.start import choose_start, in_words, years
from bluepro.quickbooks.models import Connection


def start(options: argparse.Namespace) -> int:
    """Choosing: 0. Showing: 1 while nobody has chosen."""
    place = here(options)
    connection = place.connection()
    if options.everything or options.day is not None:
        chosen = choose_start(
            place.actor, connection, options.day, place.deployment(), clock=place.clock, ids=place.ids
        )
        place.say(f"Invoices and payments that are sent: {in_words(chosen)}.")
        step = next_step(chosen)
        place.say(f"Next: bluepro {COMMANDS[step] if step else 'sync'}")
        return 0
    return _show(place, connection)


def _show(place: Here, connection: Connection) -> int:
    table = Table("Year", "Invoices", "Invoiced", "Payments", "Paid")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in years(place.workspace.pk):
        table.add_row(str(one.year), f"{one.invoices:,}", f"{one.invoiced:,}", f"{one.payments:,}", f"{one.paid:,}")
    place.console.print(table)
    place.say("All contacts and services are sent, whatever is chosen.")
    if connection.start_chosen_at is None:
        place.say(
            "Nothing is chosen yet, and nothing is sent before. Choose: bluepro start --everything, or --from DAY"
        )
        return 1
    by = f", chosen by {connection.start_chosen_by}" if connection.start_chosen_by else ""
    place.say(f"Invoices and payments that are sent: {in_words(connection)}{by}.")
    return 0
