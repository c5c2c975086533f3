"""Payments: one payment with a line per invoice, what is sent on create and on update, what is held."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate_records import BOOKS, PAYMENT, REFS, pushed, wire_json

from bluepro.quickbooks.snapshot import Books, Kind, LinkState, PaymentRecord
from bluepro.quickbooks.translate import Held, MissingReference, Payload, Refs, Who, translate_payment
from qbo_client import wire


def payment(
    record: PaymentRecord = PAYMENT, link: LinkState | None = None, books: Books = BOOKS, *, resend: bool = False
) -> Payload[wire.Payment]:
    payload = translate_payment(record, books, link, refs=REFS, resend=resend)
    assert isinstance(payload, Payload), payload
    return payload


LINK = pushed(Kind.PAYMENT, payment())


def test_a_new_payment_over_two_invoices() -> None:
    assert wire_json(payment().entity) == {
        "CustomerRef": {"value": "58"},
        "TotalAmt": "75.00",
        "TxnDate": "2026-03-09",
        "Line": [
            {"Amount": "50.00", "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]},
            {"Amount": "25.00", "LinkedTxn": [{"TxnId": "146", "TxnType": "Invoice"}]},
        ],
        "PaymentMethodRef": {"value": "2"},
        "PaymentRefNum": "CH-1001",
        "DepositToAccountRef": {"value": "4"},
        "PrivateNote": "Paid at the door\nBluePro payment CH-1001 (ref abc23456-1)",
    }


def test_the_answer_must_show_the_whole_amount_applied() -> None:
    expect = payment().expect
    assert expect is not None and (expect.total, expect.unapplied) == (Decimal("75.00"), Decimal("0.00"))
    assert payment().line_keys == ("invoice:5", "invoice:6")


@pytest.mark.parametrize(
    ("method", "reference", "account"),
    [("CARD", {"value": "3"}, "35"), ("check", {"value": "2"}, "4"), ("Barter", None, "4")],
)
def test_method_and_account_follow_the_mapping(method: str, reference: object, account: str) -> None:
    sent = wire_json(payment(replace(PAYMENT, method=method)).entity)
    assert sent.get("PaymentMethodRef") == reference
    assert sent["DepositToAccountRef"] == {"value": account}


def test_an_unchanged_payment_has_nothing_to_send() -> None:
    again = payment(link=LINK)
    assert (again.changed, again.fingerprint) == ((), LINK.fingerprint)


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"paid_on": date(2026, 3, 10)}, {"TxnDate"}),
        ({"reference": ""}, {"PaymentRefNum"}),
        ({"method": "card"}, {"PaymentMethodRef"}),
        ({"amount": Decimal("50.00"), "allocations": ((5, Decimal("50.00")),)}, {"TotalAmt", "Line"}),
    ],
)
def test_an_update_always_says_customer_amount_and_lines(changes: dict[str, Any], changed: set[str]) -> None:
    payload = payment(replace(PAYMENT, **changes), LINK)
    assert set(payload.changed) == changed
    assert set(wire_json(payload.entity)) == {"Id", "SyncToken", "CustomerRef", "TotalAmt", "Line"} | changed


def test_account_and_note_belong_to_quickbooks_after_the_create() -> None:
    other = replace(PAYMENT, description="Something else")
    moved = replace(BOOKS, deposit_account="")
    assert payment(other, LINK, moved).changed == ()
    sent = wire_json(payment(other, LINK, moved, resend=True).entity)
    assert "DepositToAccountRef" not in sent and "PrivateNote" not in sent


def test_a_long_reference_is_shortened_with_a_warning() -> None:
    payload = payment(replace(PAYMENT, reference="R" * 30))
    assert payload.owned["PaymentRefNum"] == "R" * 21
    assert len(payload.warnings) == 1 and "R" * 30 in payload.warnings[0]


@pytest.mark.parametrize(
    ("changes", "books", "cause", "who"),
    [
        ({"amount": Decimal("1000000000")}, BOOKS, "amount_range", Who.EDITOR),
        ({"allocations": ((5, Decimal("80.00")), (6, Decimal("-5.00")))}, BOOKS, "amount_range", Who.EDITOR),
        ({"amount": Decimal("75.01")}, BOOKS, "amounts_disagree", Who.EDITOR),
        ({}, replace(BOOKS, deposit_account=""), "no_account", Who.MAPPER),
        ({}, replace(BOOKS, start_date=date(2026, 3, 10)), "before_start", Who.DECIDER),
        ({}, replace(BOOKS, closed_through=date(2026, 3, 9)), "closed_books", Who.DECIDER),
    ],
)
def test_what_a_person_must_settle_is_held(changes: dict[str, Any], books: Books, cause: str, who: Who) -> None:
    held = translate_payment(replace(PAYMENT, **changes), books, None, refs=REFS)
    assert isinstance(held, Held) and (held.cause, held.who) == (cause, who)


@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({}, False),
        ({"reference": "CH-1002"}, False),
        ({"method": "card"}, True),
        ({"paid_on": date(2026, 4, 2)}, True),
    ],
)
def test_text_passes_closed_books_and_the_old_date_counts(changes: dict[str, Any], is_held: bool) -> None:
    closed = replace(BOOKS, closed_through=date(2026, 3, 31))
    outcome = translate_payment(replace(PAYMENT, **changes), closed, LINK, refs=REFS)
    assert isinstance(outcome, Held) is is_held


@pytest.mark.parametrize(
    ("refs", "kind", "record"),
    [
        (Refs(invoices=REFS.invoices), Kind.CONTACT, 1),
        (Refs(customers=REFS.customers, invoices={5: "145"}), Kind.INVOICE, 6),
    ],
)
def test_what_it_refers_to_must_be_there_first(refs: Refs, kind: Kind, record: int) -> None:
    with pytest.raises(MissingReference) as missing:
        translate_payment(PAYMENT, BOOKS, None, refs=refs)
    assert (missing.value.kind, missing.value.record_id) == (kind, record)


@given(st.lists(st.integers(1, 5_000_000), min_size=1, max_size=2))
def test_lines_make_the_amount_and_nothing_is_left_over(parts: list[int]) -> None:
    allocations = tuple((5 + index, Decimal(part) / 100) for index, part in enumerate(parts))
    record = replace(PAYMENT, amount=Decimal(sum(parts)) / 100, allocations=allocations)
    payload = payment(record)
    sent = wire_json(payload.entity)
    assert sum(Decimal(one["Amount"]) for one in sent["Line"]) == Decimal(sent["TotalAmt"]) == record.amount
    assert payment(record, pushed(Kind.PAYMENT, payload)).changed == ()
