"""A payment as one QuickBooks payment with a line per invoice that it pays."""

from collections.abc import Mapping
from decimal import Decimal

from bluepro.common.money import cents, total
from bluepro.quickbooks.snapshot import NOTHING_AGREED, Agreed, Books, LinkState, PaymentRecord
from bluepro.quickbooks.translate.dates import days_of, held_by_date, only_text
from bluepro.quickbooks.translate.marker import marker, with_marker
from bluepro.quickbooks.translate.numbers import LARGEST_PAYMENT, fits
from bluepro.quickbooks.translate.outcome import Expected, Held, Payload, Refs, Who
from bluepro.quickbooks.translate.owned import build
from bluepro.quickbooks.translate.text import PAYMENT_REFERENCE, clean_line, length, shorten
from qbo_client import wire

_WHOLE = ("CustomerRef", "TotalAmt", "Line")
_COMPANIONS = dict.fromkeys(("CustomerRef", "TotalAmt", "TxnDate", "Line", "PaymentMethodRef", "PaymentRefNum"), _WHOLE)
"""What is sent along [I]: a payment's customer, amount and lines go together, so that none is taken for gone."""


def translate_payment(
    record: PaymentRecord, books: Books, link: LinkState | None, *, refs: Refs, resend: bool = False
) -> Payload[wire.Payment] | Held:
    """The payment for `record`; Held for what a person must settle first. Raises MissingReference.

    A reference beyond 21 characters is shortened with a warning. The deposit account (the method's own, else the mapped
    one) and the note are set on create and then belong to QuickBooks.
    """
    method, account = _method(record, books)
    held = _held_amounts(record) or _held_account(record, link, account)
    if held:
        return held
    reference = clean_line(record.reference, 1000)
    applied = _parts(record, refs, link.agreed if link else NOTHING_AGREED)
    payload = build(
        _payment(record, refs, method, shorten(reference, PAYMENT_REFERENCE), applied),
        link,
        create_only=wire.Payment(
            deposit_to_account_ref=wire.Ref(value=account), private_note=_note(record, books, link)
        ),
        companions=_COMPANIONS,
        resend=resend,
        warnings=_warnings(reference),
        expect=Expected(total=cents(record.amount), unapplied=cents(record.amount) - total(applied.values())),
        line_keys=tuple(f"invoice:{invoice_id}" for invoice_id in applied),
    )
    return _held_days(record, books, link, payload) or payload


def _parts(record: PaymentRecord, refs: Refs, agreed: Agreed) -> dict[int, Decimal]:
    """What is applied to each invoice: all of it, unless a person agreed to less."""
    parts = {one: agreed.part(refs.invoice(one), cents(amount)) for one, amount in record.allocations}
    return {one: amount for one, amount in parts.items() if amount}


def _payment(
    record: PaymentRecord, refs: Refs, method: str, reference: str, applied: Mapping[int, Decimal]
) -> wire.Payment:
    lines = tuple(
        wire.PaymentLine(
            amount=amount,
            linked_txn=(wire.LinkedTxn(txn_id=refs.invoice(invoice_id), txn_type="Invoice"),),
        )
        for invoice_id, amount in applied.items()
    )
    return wire.Payment(
        customer_ref=wire.Ref(value=refs.customer(record.contact_id)),
        total_amt=cents(record.amount),
        txn_date=record.paid_on,
        line=lines,
        payment_method_ref=wire.Ref(value=method) if method else wire.UNSET,
        payment_ref_num=reference or wire.UNSET,
    )


def _method(record: PaymentRecord, books: Books) -> tuple[str, str]:
    """The ids of the payment method ("" if not mapped) and of the account that the money goes to."""
    method, account = books.methods.get(record.method.strip().lower(), ("", ""))
    return method, account or books.deposit_account


def _note(record: PaymentRecord, books: Books, link: LinkState | None) -> str:
    generation = link.generation if link else 1
    return with_marker(record.description, marker("payment", record.reference, record.ref, generation, books.era))


def _applied(record: PaymentRecord) -> Decimal:
    return total(cents(amount) for _, amount in record.allocations)


def _warnings(reference: str) -> tuple[str, ...]:
    if length(reference) <= PAYMENT_REFERENCE:
        return ()
    return (f"The reference {reference!r} is longer than {PAYMENT_REFERENCE} characters; it was shortened.",)


def _held_amounts(record: PaymentRecord) -> Held | None:
    amounts = (record.amount, *(amount for _, amount in record.allocations))
    if not all(fits(amount, LARGEST_PAYMENT) and amount > 0 for amount in amounts):
        message = (
            f"A payment and each of its parts must be above 0 and at most {LARGEST_PAYMENT:,}; this is {record.amount}."
        )
        return Held("amount_range", "amount", message)
    if _applied(record) != record.amount:
        message = f"The parts of this payment make {_applied(record)}, not its amount {record.amount}. Save it again."
        return Held("amounts_disagree", "amount", message)
    return None


def _held_account(record: PaymentRecord, link: LinkState | None, account: str) -> Held | None:
    if account or (link is not None and link.entity_id):
        return None
    message = f"No deposit account is mapped, and the method {record.method!r} has none of its own."
    return Held("no_account", "deposit account", message, Who.MAPPER)


def _held_days(
    record: PaymentRecord, books: Books, link: LinkState | None, payload: Payload[wire.Payment]
) -> Held | None:
    if not payload.changed:
        return None
    last = link.owned if link else {}
    text = bool(last) and only_text(payload.changed, payload.owned, last)
    what = f"The payment of {record.amount} on {record.paid_on}"
    return held_by_date(what, days_of(record.paid_on, last), books, text_only=text)
