"""What holds for a record that may be in QuickBooks already: what a person answered, else what is proposed.

A person may also answer otherwise than is proposed. Answers say what will be done; `begin` does it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec
from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, refuse
from bluepro.invoicing.models import Invoice
from bluepro.quickbooks.connect.lifecycle import own_connection
from bluepro.quickbooks.matching.proposals import Candidate, Proposal
from bluepro.quickbooks.matching.sales import InvoiceFacts, decide_invoice
from bluepro.quickbooks.models import Connection, Match
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.roles import Action, Actor, require


class Decision(StrEnum):
    """What is done with a record: linked to what is there, made, or (an invoice) held back as a problem."""

    LINK = "link"
    CREATE = "create"
    HOLD = "hold"


WORDS = {
    Decision.LINK: "it is the same: link them",
    Decision.CREATE: "it is another one: make ours as well",
    Decision.HOLD: "hold it back; it becomes a problem to be solved later",
}
INVOICE_COLUMNS = ("pk", "number", "contact_id", "total", "issue_date")
OPEN = (Proposal.ASK.value, Proposal.CLASH.value)


def decided(row: Match) -> tuple[Decision, str] | None:
    """What holds for the row, with the entity that it is linked to; None while its question is open."""
    if row.answer:
        return Decision(row.answer), row.entity_id
    if row.proposal == Proposal.LINK:
        return Decision.LINK, str(row.candidates[0]["entity_id"])
    return None if row.proposal in OPEN else (Decision.CREATE, "")


def choices(row: Match) -> tuple[Decision, ...]:
    """What may be answered to a row."""
    if not row.candidates:
        return ()
    if row.kind != Kind.INVOICE:
        return (Decision.LINK, Decision.CREATE)
    same = {"customer", "total"} <= set(row.candidates[0]["evidence"])
    return (*((Decision.LINK,) if same else ()), Decision.CREATE, Decision.HOLD)


def matches(connection: Connection) -> list[Match]:
    """All rows of the connection's company."""
    mine = Match.objects.filter(workspace=connection.workspace_id, realm_id=connection.realm_id)
    return list(mine.order_by("kind", "label", "id"))


def open_questions(connection: Connection) -> list[Match]:
    """The rows that wait for an answer."""
    return [row for row in matches(connection) if decided(row) is None]


@transaction.atomic
def answer(actor: Actor, connection: Connection, match_id: int, choice: str, *, clock: Clock) -> Match:
    """Answers one question, or otherwise than was proposed. `choice` is a Decision, or "link:ID" for one of several.

    Raises NotFound for a question that is not there, Refused for an answer that it does not have or that would link
    two records to one entity.
    """
    answering = _Answering(actor, connection, clock)
    row = next((one for one in answering.rows if one.pk == match_id), None)
    if row is None:
        raise NotFound(f"The preview asks nothing with the number {match_id}. See it with: bluepro preview")
    answering.answer([row], choice)
    return row


@transaction.atomic
def answer_all(actor: Actor, connection: Connection, choice: str, *, links: bool = False, clock: Clock) -> int:
    """Answers every open question that has this choice (`links`: every proposed link instead); answers how many."""
    answering = _Answering(actor, connection, clock)
    rows = [row for row in answering.rows if choice in choices(row) and _is_meant(row, links)]
    answering.answer(rows, choice)
    return len(rows)


def _is_meant(row: Match, links: bool) -> bool:
    if links:
        return row.proposal == Proposal.LINK and not row.answer
    return decided(row) is None


class _Answering:
    """Answers of one person, given together. Needs an open transaction; the connection's row keeps others waiting."""

    def __init__(self, actor: Actor, connection: Connection, clock: Clock) -> None:
        require(actor, Action.ANSWER_PROBLEMS)
        own_connection(actor, connection)
        self._connection = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if self._connection.synced_since is not None or self._connection.seen_at is not None:
            raise refuse("preview", "begun", "The preview was accepted already: what it asked has been carried out.")
        self._email, self._now = actor.email, clock.now()
        self.rows = matches(self._connection)

    def answer(self, rows: Sequence[Match], choice: str) -> None:
        """Gives these rows the same answer."""
        linked = {(row.kind, found[1]): row for row in self.rows if (found := decided(row)) and found[1]}
        word, _, named = choice.partition(":")
        for row in rows:
            _refuse_unless(row, word)
            entity_id = _entity(row, named) if word == Decision.LINK else ""
            other = linked.setdefault((row.kind, entity_id), row) if entity_id else row
            if other.pk != row.pk:
                message = f"{other.label} is to be linked to that one. One in QuickBooks belongs to one record only."
                raise refuse("answer", "linked_twice", message)
            row.answer, row.entity_id = word, entity_id
            row.answered_by, row.answered_at = self._email, self._now
        Match.objects.bulk_update(rows, ["answer", "entity_id", "answered_by", "answered_at"], batch_size=500)
        self._decide_invoices_of({row.record_id: row for row in rows if row.kind == Kind.CONTACT})

    def _decide_invoices_of(self, contacts: Mapping[int, Match]) -> None:
        """Whose invoice one there is depends on who its customer is: what was proposed follows the answer."""
        by_id = {row.record_id: row for row in self.rows if row.kind == Kind.INVOICE and not row.answer}
        start, moved = self._connection.start_date, []
        found = Invoice.objects.filter(pk__in=by_id, contact__in=contacts)
        for pk, number, contact_id, total, day in found.values_list(*INVOICE_COLUMNS):
            contact, row = decided(contacts[contact_id]), by_id[pk]
            customers = [contact[1]] if contact and contact[0] is Decision.LINK else []
            facts = InvoiceFacts(pk, number, contact_id, total, day, start is None or day >= start)
            proposal, candidates = decide_invoice(facts, _candidates(row), customers, sure=bool(customers))
            row.proposal, row.candidates = proposal.value, [msgspec.to_builtins(one) for one in candidates]
            moved.append(row)
        Match.objects.bulk_update(moved, ["proposal", "candidates"], batch_size=500)


def _refuse_unless(row: Match, word: str) -> None:
    allowed = choices(row)
    if word not in allowed:
        listed = ", ".join(allowed) or "nothing"
        raise refuse("answer", "no_such_choice", f"{row.label} can be answered with {listed}; not with {word!r}.")


def _entity(row: Match, named: str) -> str:
    ids = [str(one["entity_id"]) for one in row.candidates]
    if named and named not in ids:
        raise refuse(
            "answer", "no_such_entity", f"{row.label} may be one of {', '.join(ids)}; {named!r} is none of them."
        )
    if not named and len(ids) > 1 and row.kind in (Kind.CONTACT, Kind.SERVICE):
        raise refuse(
            "answer", "which", f"{row.label} may be one of several: answer link:ID with one of {', '.join(ids)}."
        )
    return named or ids[0]


def _candidates(row: Match) -> list[Candidate]:
    """The candidates as they were when the books were read."""
    return [msgspec.convert(one, Candidate) for one in row.candidates]
