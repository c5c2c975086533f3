"""The sample business's payments: whole, in parts, twice on one day, one check over several invoices. CSV rows."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bluepro.common.money import cents
from bluepro.proof.sample.invoices import SampleInvoice
from bluepro.proof.sample.people import Row
from bluepro.proof.sample.words import METHODS

METHOD_WEIGHTS = (40, 10, 30, 12, 8)
SHARED_CHECKS = 0.5  # how many of the firms' invoices are paid by one check together with their others of a month


@dataclass(frozen=True, slots=True)
class SamplePayment:
    """A payment: date, method, and the parts in dollars by invoice (external id)."""

    paid_on: date
    method: str
    parts: tuple[tuple[str, Decimal], ...]


def make_payments(chance: random.Random, invoices: list[SampleInvoice], count: int, until: date) -> list[SamplePayment]:
    """At most `count` payments before `until`, in order of date; what chance leaves out stays open."""
    payable = [invoice for invoice in invoices if invoice.is_sent and invoice.total > 0]
    together, alone = _split_shared(chance, payable)
    made = [_one_check(chance, group) for group in together]
    made += [payment for invoice in alone for payment in _of_invoice(chance, invoice)]
    past = [payment for payment in made if payment.paid_on < until]
    kept = chance.sample(past, min(count, len(past)))
    return sorted(kept, key=lambda payment: (payment.paid_on, payment.parts))


def payment_rows(chance: random.Random, payments: list[SamplePayment]) -> Iterator[Row]:
    """The CSV rows, one for each part; the columns of one payment agree."""
    for number, payment in enumerate(payments, 1):
        shared = _shared_columns(chance, number, payment)
        for invoice, amount in payment.parts:
            yield {**shared, "invoice_external_id": invoice, "amount": f"{amount:f}"}


def _shared_columns(chance: random.Random, number: int, payment: SamplePayment) -> Row:
    noon = datetime.combine(payment.paid_on, time(12, chance.randrange(60)))
    described = len(payment.parts) > 1 or chance.random() < 0.1
    return {
        "external_id": f"P{number:05}",
        "paid_at": noon.isoformat(timespec="seconds"),
        "method": payment.method,
        "description": f"Covers {len(payment.parts)} invoice(s)" if described else "",
        "reference": f"{payment.method[:2].upper()}{4000 + number}" if payment.method != "Cash" else "",
    }


def _split_shared(
    chance: random.Random, payable: list[SampleInvoice]
) -> tuple[list[list[SampleInvoice]], list[SampleInvoice]]:
    months: dict[tuple[str, str], list[SampleInvoice]] = defaultdict(list)
    alone: list[SampleInvoice] = []
    for invoice in payable:
        if invoice.customer.is_firm and chance.random() < SHARED_CHECKS:
            months[invoice.customer.external_id, f"{invoice.issue_date:%Y-%m}"].append(invoice)
        else:
            alone.append(invoice)
    alone += [group[0] for group in months.values() if len(group) == 1]
    return [group for group in months.values() if len(group) > 1], alone


def _one_check(chance: random.Random, group: list[SampleInvoice]) -> SamplePayment:
    last = max(invoice.issue_date for invoice in group)
    parts = tuple((invoice.external_id, invoice.total) for invoice in group)
    return SamplePayment(last + timedelta(days=chance.randint(2, 35)), "Check", parts)


def _of_invoice(chance: random.Random, invoice: SampleInvoice) -> Iterator[SamplePayment]:
    first = invoice.issue_date + timedelta(days=chance.choice((0, 1, 3, 7, 12, 20, 28, 45)))
    for after, amount in _parts(chance, invoice.total):
        method = chance.choices(METHODS, METHOD_WEIGHTS)[0]
        yield SamplePayment(first + timedelta(days=after), method, ((invoice.external_id, amount),))


def _parts(chance: random.Random, owed: Decimal) -> list[tuple[int, Decimal]]:
    """Days after the first payment with amounts: whole, two halves of one day, a deposit and the rest, part only."""
    half = cents(owed / 2)
    how = chance.choices(("whole", "twins", "two", "part", "none"), (74, 2, 14, 5, 5))[0]
    if how == "none":
        return []
    if how == "whole" or owed < 2:
        return [(0, owed)]
    if how == "twins":
        return [(0, half), (0, owed - half)]
    deposit = cents(owed * chance.choice((25, 30, 40, 60)) / 100)
    return [(0, deposit)] if how == "part" else [(0, deposit), (chance.randint(3, 40), owed - deposit)]
