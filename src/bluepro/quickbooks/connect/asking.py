"""What the preview says of a record that may be in QuickBooks already: in words for people, and as JSON."""

from typing import Any

from bluepro.quickbooks.connect.decisions import choices, decided
from bluepro.quickbooks.matching.proposals import Proposal
from bluepro.quickbooks.models import Match
from bluepro.quickbooks.snapshot import Kind

_THEIRS = {Kind.CONTACT: "customer", Kind.SERVICE: "item", Kind.INVOICE: "invoice", Kind.PAYMENT: "payment"}


def question(row: Match) -> str:
    """What is asked about the record, or what is proposed for it, with the evidence."""
    there = " or ".join(_candidate(row, one) for one in row.candidates)
    theirs = _THEIRS[Kind(row.kind)]
    if row.proposal == Proposal.CLASH:
        return f"QuickBooks has another {theirs} with its number: {there}."
    asks = "Is it" if decided(row) is None else "It is"
    mark = "?" if decided(row) is None else "."
    return " ".join(part for part in (f"{asks} the {theirs} {there}{mark}", row.note) if part)


def _candidate(row: Match, one: dict[str, Any]) -> str:  # Any: a candidate as JSON
    same = f"same {_listed(one['evidence'])}" if one["evidence"] else ""
    details = [f"id {one['entity_id']}", *([one["note"]] if one["note"] else []), *([same] if same else [])]
    if row.kind in (Kind.CONTACT, Kind.SERVICE):
        return f"“{one['name']}” ({'; '.join(details)})"
    figures = f"${one['total']} on {one['day']}"
    return f"{one['name']} over {figures} ({'; '.join(details)})".strip()


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def as_json(row: Match) -> dict[str, Any]:  # Any: JSON
    """A row with its words, what may be answered, and what holds now ("" while it is open)."""
    found = decided(row)
    return {
        "id": row.pk,
        "kind": Kind(row.kind).name.lower(),
        "record": row.record_id,
        "label": row.label,
        "text": question(row) if row.candidates else row.note,
        "choices": [one.value for one in choices(row)],
        "answer": found[0].value if found else "",
        "entity_id": found[1] if found else "",
        "candidates": row.candidates,
    }
