"""The command `preview`: what a first push would do, the answers to what it asks, and that a person has seen it."""

import argparse
import json
from typing import Any

from rich.table import Table

from bluepro.common.errors import BlueProError, refuse
from bluepro.config.cli.common import Here, here
from bluepro.quickbooks.connect.asking import as_json, question
from bluepro.quickbooks.connect.begin import accept
from bluepro.quickbooks.connect.decisions import WORDS, Decision, answer, answer_all, choices
from bluepro.quickbooks.connect.first_push import COMMANDS, needs_preview, next_step
from bluepro.quickbooks.connect.match import match
from bluepro.quickbooks.connect.preview import BUCKETS, Preview, Sum
from bluepro.quickbooks.connect.preview import preview as figures_of
from bluepro.quickbooks.connect.start import in_words
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.snapshot import Kind

MANY = {"all": False, "links": True}
SHOWN = 40  # questions and links in the text; the JSON has all


def preview(options: argparse.Namespace) -> int:
    """Shows it: 1 while a person must answer or accept. Answering, accepting: 0."""
    place = here(options)
    connection = place.connection()
    if options.answer is not None:
        return _answer(place, connection, *options.answer)
    if options.accept:
        return _accept(place, connection)
    if connection.synced_since is not None:
        raise BlueProError("The first push has begun; what it would do cannot be shown any more.")
    if options.refresh or connection.matched_at is None:
        connection = match(place.actor, connection, place.deployment(), clock=place.clock, ids=place.ids)
    found = figures_of(connection)
    if options.json:
        print(json.dumps(_as_json(connection, found), indent=2))
    else:
        _show(place, connection, found)
    return 1 if needs_preview(connection) or found.questions else 0


def _answer(place: Here, connection: Connection, which: str, choice: str) -> int:
    if which in MANY:
        number = answer_all(place.actor, connection, choice, links=MANY[which], clock=place.clock)
        place.say(f"Answered {number:,} with: {choice}.")
        return 0
    if not which.isdecimal():
        raise refuse("answer", "id", f"{which!r} is no number of a question, nor one of: {', '.join(MANY)}.")
    row = answer(place.actor, connection, int(which), choice, clock=place.clock)
    place.say(f"{row.label}: {WORDS[Decision(row.answer)]}.")
    return 0


def _accept(place: Here, connection: Connection) -> int:
    connection = accept(place.actor, connection, place.deployment(), clock=place.clock, ids=place.ids)
    place.say(f"The preview was seen by {connection.seen_by}.")
    step = next_step(connection)
    place.say(f"Next: bluepro {COMMANDS[step] if step else 'sync'}")
    return 0


def _show(place: Here, connection: Connection, found: Preview) -> None:
    place.say(f"Sync Data would send to {connection.company_name}, of invoices and payments {in_words(connection)}:")
    place.console.print(_kinds(found))
    place.console.print(_months(found))
    place.console.print(_accounts(found))
    for row in found.notes[:SHOWN]:
        place.say(f"  {row.label}: {row.note}")
    if found.linked:
        place.say(f"{len(found.linked):,} would be linked to what is there already, which changes nothing there:")
    for row in found.linked[:SHOWN]:
        place.say(f"  {row.pk}  {row.label}: {question(row)}")
    if found.questions:
        place.say(f"{len(found.questions):,} questions:")
    for row in found.questions[:SHOWN]:
        place.say(f"  {row.pk}  {row.label}: {question(row)} Answers: {', '.join(choices(row))}")
    _say_what_is_next(place, connection, found)


def _say_what_is_next(place: Here, connection: Connection, found: Preview) -> None:
    if max(len(found.linked), len(found.questions), len(found.notes)) > SHOWN:
        place.say(f"Only {SHOWN} of each are shown; all are in: bluepro preview --json")
    if connection.seen_at is not None:
        place.say(f"Seen by {connection.seen_by}. Next: bluepro sync")
    elif found.questions:
        place.say(
            "Answer with: bluepro preview --answer ID CHOICE (ID may be all; link:ID names one of several). "
            "A proposed link is undone with: --answer ID create"
        )
    else:
        place.say("If this is right: bluepro preview --accept")


def _kinds(found: Preview) -> Table:
    table = Table("", "Made", "Linked", "Skipped", "Needs you", title="Records", title_justify="left")
    for kind, of in found.kinds.items():
        table.add_row(f"{kind.name.capitalize()}s", *(_shown(kind, of[bucket]) for bucket in BUCKETS))
    return _to_the_right(table)


def _shown(kind: Kind, one: Sum) -> str:
    return f"{one.count:,}" if kind in (Kind.CONTACT, Kind.SERVICE) else f"{one.count:,}  ({one.amount:,})"


def _months(found: Preview) -> Table:
    table = Table("Month", "Invoices", "Invoiced", "Of it tax", "Payments", "Paid", title="Made", title_justify="left")
    for one in found.months:
        table.add_row(
            one.month,
            f"{one.invoices.count:,}",
            f"{one.invoices.amount:,}",
            f"{one.tax:,}",
            f"{one.payments.count:,}",
            f"{one.payments.amount:,}",
        )
    return _to_the_right(table)


def _accounts(found: Preview) -> Table:
    table = Table("", "Account", "Amount", title="Booked by what is made", title_justify="left")
    for one in found.postings:
        table.add_row(one.use, one.account, f"{one.amount:,}")
    table.add_row("sales tax", "", f"{found.tax:,}")
    table.columns[2].justify = "right"
    return table


def _to_the_right(table: Table) -> Table:
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _as_json(connection: Connection, found: Preview) -> dict[str, Any]:  # Any: JSON
    return {
        "company": connection.company_name,
        "holds": connection.holds,
        "start": connection.start_date.isoformat() if connection.start_date else None,
        "read_at": connection.matched_at.isoformat() if connection.matched_at else None,
        "seen": {"by": connection.seen_by, "at": connection.seen_at.isoformat()} if connection.seen_at else None,
        "kinds": {
            kind.name.lower(): {bucket: _sum(of[bucket]) for bucket in BUCKETS} for kind, of in found.kinds.items()
        },
        "months": [
            {"month": one.month, "invoices": _sum(one.invoices), "tax": str(one.tax), "payments": _sum(one.payments)}
            for one in found.months
        ],
        "accounts": [{"use": one.use, "account": one.account, "amount": str(one.amount)} for one in found.postings],
        "tax": str(found.tax),
        "links": [as_json(row) for row in found.linked],
        "questions": [as_json(row) for row in found.questions],
        "notes": [as_json(row) for row in found.notes],
    }


def _sum(one: Sum) -> dict[str, Any]:  # Any: JSON
    return {"count": one.count, "amount": str(one.amount)}
