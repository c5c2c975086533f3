"""The form of a payment: what people type, and the parts of a check that pays several invoices.

Turns what was typed into `PaymentData` and refusals into errors beside their fields; knows no rule of payments.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from bluepro.common.errors import Refused
from bluepro.common.money import ZERO, total
from bluepro.payments.allocation import Payable, SpreadError, spread
from bluepro.payments.returning import Why
from bluepro.payments.rules import PaymentData
from bluepro.web.forms import DayField, NumberField, parse_number

METHODS = ("Check", "Cash", "Credit card", "Bank transfer")
_PART = re.compile(r"allocations\[(\d+)\]\.\w+")


@dataclass
class Part:
    """One invoice that the payment may pay: what is open on it (dollars), and what was typed."""

    invoice: Payable
    issued_on: date
    typed: str = ""
    error: str = ""

    def amount(self) -> Decimal | None:
        """What was typed as a number, None for nothing; notes what is no number."""
        if not self.typed.strip():
            return None
        try:
            return parse_number(self.typed)
        except ValueError:
            self.error = "Enter a number, such as 1,234.50."
            return None


class PaymentForm(forms.Form):
    """A payment. `amount` is the whole check; with one invoice it is what that invoice gets."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    amount = NumberField(label="Amount", required=False, error_messages={"required": "Enter the amount."})
    paid_on = DayField(label="Date")
    method = forms.CharField(label="Method", widget=forms.TextInput(attrs={"list": "methods", "autocomplete": "off"}))
    reference = forms.CharField(label="Reference", required=False)
    description = forms.CharField(label="Note", required=False)
    confirm_date = forms.BooleanField(label="Yes, issue the invoice with its date", required=False)

    def __init__(self, *args: Any, one_invoice: bool, **options: Any) -> None:  # Any: Django's own arguments
        super().__init__(*args, **options)
        self.fields["amount"].required = one_invoice

    def data_with(
        self, parts: Sequence[Part], now: datetime, zone: ZoneInfo, kept: datetime | None
    ) -> PaymentData | None:
        """What is handed in; None, with errors noted, where the parts do not work out. Call it on a valid form."""
        allocations = self._allocations(parts)
        if allocations is None:
            return None
        typed = self.cleaned_data
        return PaymentData(
            paid_at=moment_of(typed["paid_on"], now, zone, kept),
            method=typed["method"],
            allocations=allocations,
            description=typed["description"],
            reference=typed["reference"],
        )

    def _allocations(self, parts: Sequence[Part]) -> tuple[tuple[int, Decimal], ...] | None:
        amount = self.cleaned_data["amount"]
        if len(parts) == 1 and not parts[0].typed:
            if amount is None:
                self.add_error("amount", "Enter the amount.")
                return None
            return ((parts[0].invoice.id, amount),)
        found = tuple((part.invoice.id, given) for part in parts if (given := part.amount()))
        if any(part.error for part in parts):
            return None
        if not found:
            return self._spread(parts)
        if amount is not None and total(given for _, given in found) != amount:
            sum_of_parts = total(given for _, given in found)
            self.add_error("amount", f"The parts below add up to {sum_of_parts:,.2f}, not to {amount:,.2f}.")
            return None
        return found

    def _spread(self, parts: Sequence[Part]) -> tuple[tuple[int, Decimal], ...] | None:
        amount = self.cleaned_data["amount"]
        if amount is None:
            self.add_error("amount", "Enter the amount, or what each invoice gets.")
            return None
        try:
            return spread(amount, [part.invoice for part in parts])
        except SpreadError as error:
            self.add_error("amount", str(error))
            return None

    def refuse(self, refused: Refused, parts: Sequence[Part], allocations: Sequence[tuple[int, Decimal]]) -> None:
        """Puts each reason beside its field or its invoice; the others above the form."""
        for error in refused.errors:
            match = _PART.fullmatch(error.field)
            if match is not None and len(parts) > 1:
                invoice_id = allocations[int(match[1]) - 1][0]
                for part in parts:
                    part.error = error.message if part.invoice.id == invoice_id else part.error
                continue
            name = {"paid_at": "paid_on"}.get(error.field, "amount" if match else error.field)
            self.add_error(name if name in self.fields else None, error.message)


def moment_of(day: date, now: datetime, zone: ZoneInfo, kept: datetime | None) -> datetime:
    """When a payment dated `day` was made: as stored if the day is the same, now if it is today, else at noon there."""
    if kept is not None and kept.astimezone(zone).date() == day:
        return kept
    return now if now.astimezone(zone).date() == day else datetime.combine(day, time(12), tzinfo=zone)


def typed_parts(parts: Sequence[Part], sent: QueryDict) -> None:
    """Fills in what was typed for each invoice."""
    for part in parts:
        part.typed = sent.get(f"part-{part.invoice.id}", "")[:40].replace("\x00", "")


def spread_over(parts: Sequence[Part], typed: str) -> str:
    """Fills the parts with `typed` spread over what is open, the oldest first; answers why not, or ""."""
    try:
        found = dict(spread(parse_number(typed), [part.invoice for part in parts]))
    except SpreadError as error:
        return str(error)
    except ValueError:
        return "Enter the amount of the check first, such as 1,234.50."
    for part in parts:
        part.typed = f"{found[part.invoice.id]:.2f}" if found.get(part.invoice.id, ZERO) else ""
    return ""


class DeleteForm(forms.Form):
    """What became of the money of a payment that is deleted."""

    why = forms.ChoiceField(
        label="What became of the money?",
        choices=[(why.name.lower(), why.value) for why in Why],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what became of the money."},
    )
    on = DayField(label="Bounced or given back on", required=False)
    on.widget.attrs["aria-required"] = "true"  # it is shown only for the reasons that need it
    note = forms.CharField(label="Note", required=False)
