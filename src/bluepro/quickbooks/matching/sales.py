"""Invoices beside those there, by number; and what was paid on those that are there already.

Only an invoice whose number, customer, total and date are the same is linked without asking; any other clash of numbers
is for a person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bluepro.quickbooks.matching.proposals import MOST_SHOWN, Candidate, Proposal, Proposed
from bluepro.quickbooks.snapshot import Kind
from qbo_client import wire
from qbo_client.wire import given


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What of an invoice of ours is compared. `sent`: it would be made; else it is older and could only be linked."""

    id: int
    number: str
    contact_id: int
    total: Decimal
    day: date
    sent: bool = True


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What of a payment of ours is compared; `allocations` are (invoice id, amount)."""

    id: int
    label: str
    amount: Decimal
    day: date
    allocations: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """An invoice there."""

    id: str
    sync_token: str
    number: str
    customer: str
    total: Decimal
    day: str


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """A payment there; `applied` are (invoice id there, amount)."""

    id: str
    sync_token: str
    customer: str
    total: Decimal
    day: str
    applied: frozenset[tuple[str, Decimal]] = field(default_factory=frozenset)


def booked_invoice(invoice: wire.Invoice) -> BookedInvoice:
    """The little of an invoice that is compared."""
    customer, day = given(invoice.customer_ref, None), given(invoice.txn_date, None)
    return BookedInvoice(
        id=given(invoice.id, ""),
        sync_token=given(invoice.sync_token, "0"),
        number=given(invoice.doc_number, ""),
        customer=customer.value if customer else "",
        total=given(invoice.total_amt, Decimal(0)),
        day=day.isoformat() if day else "",
    )


def booked_payment(payment: wire.Payment) -> BookedPayment:
    """The little of a payment that is compared."""
    customer, day = given(payment.customer_ref, None), given(payment.txn_date, None)
    return BookedPayment(
        id=given(payment.id, ""),
        sync_token=given(payment.sync_token, "0"),
        customer=customer.value if customer else "",
        total=given(payment.total_amt, Decimal(0)),
        day=day.isoformat() if day else "",
        applied=frozenset(
            (given(linked.txn_id, ""), given(line.amount, Decimal(0)))
            for line in given(payment.line, ())
            for linked in given(line.linked_txn, ())
            if given(linked.txn_type, "") == "Invoice"
        ),
    )


class Sales:
    """The invoices and payments there, found by number and by what they pay."""

    def __init__(
        self, invoices: Iterable[BookedInvoice], payments: Iterable[BookedPayment] = (), linked: Collection[str] = ()
    ) -> None:
        self._by_number: dict[str, list[BookedInvoice]] = defaultdict(list)
        for invoice in invoices:
            if invoice.number and invoice.id not in linked:
                self._by_number[_number(invoice.number)].append(invoice)
        self._by_invoice: dict[str, list[BookedPayment]] = defaultdict(list)
        for payment in payments:
            for invoice_id, _ in payment.applied:
                self._by_invoice[invoice_id].append(payment)

    def match_invoice(self, invoice: InvoiceFacts, customers: Collection[str], *, sure: bool) -> Proposed:
        """What is proposed for an invoice whose customer is one of `customers` there (`sure`: is the only one)."""
        there = self._by_number.get(_number(invoice.number), [])
        candidates = tuple(_invoice_candidate(one) for one in there[:MOST_SHOWN])
        found = decide_invoice(invoice, candidates, customers, sure=sure)
        return Proposed(Kind.INVOICE, invoice.id, f"Invoice {invoice.number}", found[0], found[1])

    def match_payment(self, payment: PaymentFacts, invoices: Mapping[int, str]) -> Proposed:
        """What is proposed for a payment of invoices that are there already: `invoices` maps them to their ids."""
        paid = [(invoices.get(invoice_id, ""), amount) for invoice_id, amount in payment.allocations]
        theirs = {one.id: one for invoice_id, _ in paid for one in self._by_invoice.get(invoice_id, ())}
        same = [one for one in theirs.values() if one.total == payment.amount and one.applied == frozenset(paid)]
        candidates = sorted((_payment_candidate(one, payment) for one in same), key=_likelihood_of_sale)
        exact = [one for one in candidates if "date" in one.evidence]
        proposal = Proposal.LINK if len(exact) == 1 else Proposal.ASK if candidates else Proposal.CREATE
        return Proposed(Kind.PAYMENT, payment.id, payment.label, proposal, tuple(candidates[:MOST_SHOWN]))


def decide_invoice(
    invoice: InvoiceFacts, candidates: Sequence[Candidate], customers: Collection[str], *, sure: bool
) -> tuple[Proposal, tuple[Candidate, ...]]:
    """The proposal for an invoice, with the candidates' evidence, once it is known who its customer may be there."""
    looked_at = sorted((_with_evidence(invoice, one, customers) for one in candidates), key=_likelihood_of_sale)
    best = looked_at[0] if looked_at else None
    if best is None:
        return Proposal.CREATE, ()
    if not {"customer", "total"} <= set(best.evidence):
        return (Proposal.CLASH if invoice.sent else Proposal.CREATE), tuple(looked_at)
    exact = sure and "date" in best.evidence and len(looked_at) == 1
    return (Proposal.LINK if exact else Proposal.ASK), tuple(looked_at)


def _with_evidence(invoice: InvoiceFacts, candidate: Candidate, customers: Collection[str]) -> Candidate:
    same = {
        "number": True,
        "customer": candidate.customer in customers,
        "total": Decimal(candidate.total) == invoice.total,
        "date": candidate.day == invoice.day.isoformat(),
    }
    return replace(candidate, evidence=tuple(name for name, is_same in same.items() if is_same))


def _likelihood_of_sale(candidate: Candidate) -> tuple[bool, bool, int, str]:
    evidence = set(candidate.evidence)
    return "customer" not in evidence, "total" not in evidence, -len(evidence), candidate.entity_id


def _invoice_candidate(invoice: BookedInvoice) -> Candidate:
    return Candidate(
        invoice.id,
        invoice.sync_token,
        invoice.number,
        customer=invoice.customer,
        total=str(invoice.total),
        day=invoice.day,
    )


def _payment_candidate(payment: BookedPayment, ours: PaymentFacts) -> Candidate:
    evidence = ("invoice", "total", *(["date"] if payment.day == ours.day.isoformat() else []))
    return Candidate(
        payment.id,
        payment.sync_token,
        "",
        evidence,
        customer=payment.customer,
        total=str(payment.total),
        day=payment.day,
        pays=tuple(sorted(invoice_id for invoice_id, _ in payment.applied)),
    )


def _number(text: str) -> str:
    return text.strip().casefold()
