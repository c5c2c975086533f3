"""Reads the books once, before the first push, and writes down what is proposed for each record that may be there.

Writes nothing in QuickBooks. What people answered before is kept where it still makes sense.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec
from django.db import transaction

from bluepro.catalogue.models import Service
from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.common.ids import Ids
from bluepro.common.words import day_in_words, dollars
from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.payments.models import Allocation, Payment
from bluepro.quickbooks.connect.calls import ANY_STATE, SetupCalls, calls_of
from bluepro.quickbooks.connect.decisions import INVOICE_COLUMNS, Decision
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.first_push import COMMANDS, Step
from bluepro.quickbooks.connect.lifecycle import own_connection
from bluepro.quickbooks.matching.items import Items
from bluepro.quickbooks.matching.people import People
from bluepro.quickbooks.matching.proposals import Proposal, Proposed, each_entity_once
from bluepro.quickbooks.matching.sales import (
    InvoiceFacts,
    PaymentFacts,
    Sales,
    booked_invoice,
    booked_payment,
)
from bluepro.quickbooks.models import Connection, Link, Match
from bluepro.quickbooks.snapshot import ContactRecord, Kind, ServiceRecord
from bluepro.quickbooks.store import records
from bluepro.quickbooks.work import Purpose
from bluepro.workspaces.roles import Action, Actor, require
from qbo_client import wire

_log = logging.getLogger(__name__)

CHUNK = 1_000


def match(
    actor: Actor, connection: Connection, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run = asyncio.run
) -> Connection:
    """Reads customers, items, vendors, employees, invoices and, as far as they may be ours, payments; pages of 1,000.

    May be done again until Sync Data is first pressed; then the preview has to be seen anew. Raises Refused after that
    or before the start is chosen, NotFound if the connection has ended, and what SetupCalls raises.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    connection = own_connection(actor, connection)
    if connection.synced_since is not None:
        raise refuse("preview", "begun", "Records are being sent already; what a first push asks has been answered.")
    if connection.start_chosen_at is None:
        raise refuse("preview", "no_start", f"An Owner or Admin chooses first what is sent: {_command(Step.START)}")
    calls = calls_of(connection, deployment, clock=clock, ids=ids, run=run, purpose=Purpose.MATCH)
    found = list(_Matching(connection, calls).proposals())
    with transaction.atomic():
        connection = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        _save(connection, found)
        connection.matched_at, connection.seen_at, connection.seen_by = clock.now(), None, ""
        connection.save(update_fields=["matched_at", "seen_at", "seen_by"])
    _log.info("matched", extra={"action": "matched", "workspace": actor.workspace_id})
    return connection


def _command(step: Step) -> str:
    return f"bluepro {COMMANDS[step]}"


class _Matching:
    """One reading of the books beside the records that have nothing there yet."""

    def __init__(self, connection: Connection, calls: SetupCalls) -> None:
        self._workspace = connection.workspace_id
        self._realm = connection.realm_id
        self._start = connection.start_date
        self._accounts = records.AccountNames(connection.readiness.get("accounts", []))
        self._calls = calls

    def proposals(self) -> Iterator[Proposed]:
        """What is proposed for whatever is not simply made."""
        contacts = self._contacts()
        invoices = self._invoices(contacts)
        payments = self._payments(invoices)
        for one in (*contacts, *self._services(), *invoices, *payments):
            if one.proposal is not Proposal.CREATE or one.note or one.taken:
                yield one

    def _contacts(self) -> list[Proposed]:
        others: list[wire.Vendor | wire.Employee] = [
            *self._calls.each(wire.Vendor, [ANY_STATE]),
            *self._calls.each(wire.Employee, [ANY_STATE]),
        ]
        people = People(self._calls.each(wire.Customer, [ANY_STATE]), others, self._entities(Kind.CONTACT))
        ours = Contact.objects.filter(workspace=self._workspace).order_by("id").values_list("id", flat=True)
        rows = self._loaded(Kind.CONTACT, ours)
        return each_entity_once(people.match(one) for one in rows if isinstance(one, ContactRecord))

    def _services(self) -> list[Proposed]:
        items = Items(self._calls.each(wire.Item, [ANY_STATE]), self._entities(Kind.SERVICE))
        ours = Service.objects.filter(workspace=self._workspace).order_by("id").values_list("id", flat=True)
        rows = self._loaded(Kind.SERVICE, ours)
        return each_entity_once(items.match(one) for one in rows if isinstance(one, ServiceRecord))

    def _invoices(self, contacts: Iterable[Proposed]) -> list[Proposed]:
        there = map(booked_invoice, self._calls.each(wire.Invoice))
        sales = Sales(there, linked=self._entities(Kind.INVOICE))
        customers = {one.record_id: one for one in contacts}
        known = self._linked(Kind.CONTACT)
        found = []
        for facts in self._invoice_facts():
            ids, sure = _customers(facts.contact_id, customers, known)
            found.append(sales.match_invoice(facts, ids, sure=sure))
        return each_entity_once(one for one in found if one.proposal is not Proposal.CREATE)

    def _invoice_facts(self) -> Iterator[InvoiceFacts]:
        linked = self._linked(Kind.INVOICE)
        rows = Invoice.objects.filter(workspace=self._workspace, status=InvoiceStatus.ISSUED).order_by("id")
        for pk, number, contact, total, day in rows.values_list(*INVOICE_COLUMNS).iterator(CHUNK):
            if pk not in linked:
                yield InvoiceFacts(pk, number, contact, total, day, self._start is None or day >= self._start)

    def _payments(self, invoices: Iterable[Proposed]) -> list[Proposed]:
        """Payments of invoices that are there already; without such invoices nothing is read."""
        there = {
            one.record_id: one.candidates[0].entity_id
            for one in invoices
            if one.proposal in (Proposal.LINK, Proposal.ASK)
        }
        if not there:
            return []
        sales = Sales((), map(booked_payment, self._calls.each(wire.Payment)))
        linked = self._linked(Kind.PAYMENT)
        found = (
            sales.match_payment(facts, there)
            for facts in self._payment_facts(there)
            if facts.id not in linked and all(invoice in there for invoice, _ in facts.allocations)
        )
        return each_entity_once(one for one in found if one.proposal is not Proposal.CREATE)

    def _payment_facts(self, invoices: Collection[int]) -> Iterator[PaymentFacts]:
        ids = list(invoices)
        paying = {
            payment
            for first in range(0, len(ids), CHUNK)
            for payment in Allocation.objects.filter(invoice__in=ids[first : first + CHUNK]).values_list(
                "payment_id", flat=True
            )
        }
        ordered = sorted(paying)
        for first in range(0, len(ordered), CHUNK):
            chunk = ordered[first : first + CHUNK]
            parts = _allocations(chunk)
            for pk, amount, day in Payment.objects.filter(pk__in=chunk).values_list("pk", "amount", "paid_on"):
                label = f"Payment of {dollars(amount)} on {day_in_words(day)}"
                yield PaymentFacts(pk, label, amount, day, parts.get(pk, ()))

    def _loaded(self, kind: Kind, all_ids: Iterable[int]) -> Iterator[object]:
        linked = self._linked(kind)
        ids = [one for one in all_ids if one not in linked]
        for first in range(0, len(ids), CHUNK):
            found = records.load(kind, ids[first : first + CHUNK], self._accounts)
            yield from (found[one] for one in ids[first : first + CHUNK] if one in found)

    def _linked(self, kind: Kind) -> dict[int, str]:
        """The records of a kind that have an entity in this realm."""
        rows = Link.objects.filter(workspace=self._workspace, realm_id=self._realm, kind=int(kind), removed_at=None)
        found = rows.exclude(entity_id=None).values_list("record_id", "entity_id")
        return {record_id: str(entity_id) for record_id, entity_id in found}

    def _entities(self, kind: Kind) -> frozenset[str]:
        """The entities of a kind that belong to a record, or did."""
        rows = Link.objects.filter(realm_id=self._realm, kind=int(kind)).exclude(entity_id=None)
        return frozenset(str(one) for one in rows.values_list("entity_id", flat=True))


def _allocations(payments: Collection[int]) -> Mapping[int, tuple[tuple[int, Decimal], ...]]:
    found: dict[int, tuple[tuple[int, Decimal], ...]] = {}
    rows = Allocation.objects.filter(payment__in=payments).order_by("invoice_id")
    for payment, invoice, amount in rows.values_list("payment_id", "invoice_id", "amount"):
        found[payment] = (*found.get(payment, ()), (invoice, amount))
    return found


def _customers(
    contact_id: int, proposed: Mapping[int, Proposed], known: Mapping[int, str]
) -> tuple[frozenset[str], bool]:
    """Which customers there the contact may be, and whether that is sure."""
    if contact_id in known:
        return frozenset({known[contact_id]}), True
    one = proposed.get(contact_id)
    if one is None:
        return frozenset(), False
    if one.proposal is Proposal.LINK:
        return frozenset({one.candidates[0].entity_id}), True
    return frozenset(candidate.entity_id for candidate in one.candidates), False


def _save(connection: Connection, found: Iterable[Proposed]) -> None:
    """The new rows in the place of the old ones, with the answers that still fit."""
    old = Match.objects.filter(workspace=connection.workspace_id, realm_id=connection.realm_id)
    answered = {(one.kind, one.record_id): one for one in old.exclude(answer="")}
    rows = [_row(connection, one) for one in found]
    old.delete()
    for row in rows:
        before = answered.get((row.kind, row.record_id))
        if before is not None and _still_fits(row, before):
            row.answer, row.entity_id = before.answer, before.entity_id
            row.answered_by, row.answered_at = before.answered_by, before.answered_at
    Match.objects.bulk_create(rows, batch_size=CHUNK)


def _row(connection: Connection, one: Proposed) -> Match:
    return Match(
        workspace_id=connection.workspace_id,
        realm_id=connection.realm_id,
        kind=int(one.kind),
        record_id=one.record_id,
        label=one.label[:200],
        wanted=one.wanted,
        proposal=one.proposal.value,
        note=one.note[:300],
        candidates=[msgspec.to_builtins(candidate) for candidate in one.candidates],
        taken=[msgspec.to_builtins(taken) for taken in one.taken],
    )


def _still_fits(row: Match, before: Match) -> bool:
    """An answer stays if the question is still there, and who it names too."""
    if before.answer != Decision.LINK:
        return row.proposal != Proposal.CREATE
    return any(candidate["entity_id"] == before.entity_id for candidate in row.candidates)
