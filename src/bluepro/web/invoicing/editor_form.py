"""The invoice editor's head: customer, dates, numbers, discount, tax, deposit; and what all that was typed amounts to.

Turns what was typed into `InvoiceData` and refusals back into errors beside their fields. It saves nothing and knows no
rule of invoices: those are the room's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from bluepro.common.errors import Refused
from bluepro.contacts.models import Contact, ServiceAddress
from bluepro.invoicing.content import InvoiceContent
from bluepro.invoicing.queries import last_tax_rate
from bluepro.invoicing.rules import InvoiceData
from bluepro.web.forms import DayField, NumberField
from bluepro.web.invoicing.editor_lines import TypedLine, place, plain_number, plain_price
from bluepro.web.postal import PARTS, address_lines
from bluepro.workspaces.models import TaxRate

KINDS = [("", "None"), ("percent", "Percent"), ("amount", "Dollars")]
KEEP = "keep"
_LINE = re.compile(r"lines\[(\d+)\]\.(\w+)")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_FIELDS = {"tax_rate_percent": "tax_rate", "tax_rate_name": "tax_rate", "contact": "contact"}
_FIELDS |= {f"service_{part}": "service_address" for part in PARTS}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the editor offers: the workspace's rates, the customer with addresses, and what the invoice says so far."""

    rates: Sequence[TaxRate]
    contact: Contact | None
    stored: InvoiceContent | None

    def tax_rates(self) -> list[tuple[str, str]]:
        offered = [("", "No sales tax"), *((str(rate.pk), rate_label(rate.name, rate.percent)) for rate in self.rates)]
        if self.stored is not None and self.stored.tax_rate_percent and self.rate_now() == KEEP:
            named = rate_label(self.stored.tax_rate_name, self.stored.tax_rate_percent)
            offered.append((KEEP, f"{named}, as on this invoice"))
        return offered

    def rate_now(self) -> str:
        """The choice that stands for the invoice's stored rate."""
        if self.stored is None or not self.stored.tax_rate_percent:
            return ""
        same = (self.stored.tax_rate_percent, self.stored.tax_rate_name)
        return next((str(rate.pk) for rate in self.rates if (rate.percent, rate.name) == same), KEEP)

    def rate_used(self) -> str:
        """The offered rate that this customer's invoices had last; none for who is exempt from sales tax."""
        if self.contact is None or self.contact.tax_exempt:
            return ""
        used = last_tax_rate(self.contact.workspace_id, self.contact.pk)
        return next((str(rate.pk) for rate in self.rates if (rate.percent, rate.name) == used), "")

    def rate_of(self, choice: str) -> tuple[Decimal | None, str]:
        """Percentage and name of a choice."""
        if choice == KEEP and self.stored is not None:
            return self.stored.tax_rate_percent, self.stored.tax_rate_name
        return next(((rate.percent, rate.name) for rate in self.rates if str(rate.pk) == choice), (None, ""))

    def places(self) -> list[ServiceAddress]:
        return [] if self.contact is None else list(self.contact.service_addresses.all())

    def addresses(self) -> list[tuple[str, str]]:
        offered = [("", "No service address"), *((str(place.pk), one_line(place)) for place in self.places())]
        if self.stored is not None and any(_stored_address(self.stored)) and self.address_now() == KEEP:
            offered.append(
                (KEEP, ", ".join(address_lines(*_stored_address(self.stored)[:-1])) + " (as on this invoice)")
            )
        return offered

    def address_now(self) -> str:
        """The choice that stands for the invoice's stored address; a new invoice takes the customer's first."""
        if self.stored is None:
            return str(self.places()[0].pk) if self.places() else ""
        now = _stored_address(self.stored)
        same = (str(place.pk) for place in self.places() if _parts(place) == now)
        return next(same, KEEP if any(now) else "")

    def address_of(self, choice: str) -> tuple[str, ...]:
        if choice == KEEP and self.stored is not None:
            return _stored_address(self.stored)
        found = (_parts(place) for place in self.places() if str(place.pk) == choice)
        return next(found, ("",) * len(PARTS))


def rate_label(name: str, percent: Decimal) -> str:
    """A rate's name, with its percentage unless the name says it already ("8.25%")."""
    said = {Decimal(number) for number in _PERCENT.findall(name)}
    return name if percent in said else f"{name} ({plain_number(percent)}%)".lstrip()


def one_line(place: ServiceAddress) -> str:
    """An address on one line, without the country."""
    return ", ".join(address_lines(*_parts(place)[:-1]))


def _parts(place: ServiceAddress) -> tuple[str, ...]:
    return tuple(getattr(place, part) for part in PARTS)


def _stored_address(content: InvoiceContent) -> tuple[str, ...]:
    return tuple(getattr(content, f"service_{part}") for part in PARTS)


class InvoiceForm(forms.Form):
    """Everything of an invoice but its lines. `contact` is chosen in a part of its own."""

    contact = forms.IntegerField(
        min_value=1,
        max_value=2**62,
        widget=forms.HiddenInput,
        error_messages={"required": "Choose the customer.", "invalid": "Choose the customer again."},
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    suggested = forms.CharField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(label="Number", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label="Name of the job", required=False)
    issue_date = DayField(label="Issue date")
    due_date = DayField(label="Due date", required=False)
    service_address = forms.ChoiceField(label="Service address", required=False)
    discount_kind = forms.ChoiceField(label="Discount", choices=KINDS, required=False)
    discount_value = NumberField(label="Discount value", required=False)
    tax_rate = forms.ChoiceField(label="Sales tax", required=False)
    required_deposit_kind = forms.ChoiceField(label="Required deposit", choices=KINDS, required=False)
    required_deposit_value = NumberField(label="Deposit value", required=False)
    message = forms.CharField(
        label="Message to the customer", required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=False
    )
    confirm_date = forms.BooleanField(label="Yes, issue it with this date", required=False)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:  # Any: Django's own arguments
        super().__init__(*args, **options)
        self.offered = choices
        self.fields["service_address"].choices = choices.addresses()  # type: ignore[attr-defined]
        self.fields["tax_rate"].choices = choices.tax_rates()  # type: ignore[attr-defined]

    def data_with(self, lines: Sequence[TypedLine], status: str) -> InvoiceData:
        """What is handed in; call it on a valid form. An untouched suggested number asks for the next free one."""
        typed = self.cleaned_data
        percent, rate_name = self.offered.rate_of(typed["tax_rate"])
        address = dict(zip(PARTS, self.offered.address_of(typed["service_address"]), strict=True))
        number = typed["number"]
        return InvoiceData(
            contact_id=typed["contact"],
            issue_date=typed["issue_date"],
            status=status,
            number=None if number in ("", typed["suggested"]) else number,
            name=typed["name"],
            due_date=typed["due_date"],
            lines=tuple(line.data() for line in lines),
            discount_kind=typed["discount_kind"],
            discount_value=typed["discount_value"],
            tax_rate_percent=percent,
            tax_rate_name=rate_name,
            required_deposit_kind=typed["required_deposit_kind"],
            required_deposit_value=typed["required_deposit_value"],
            message=typed["message"],
            **{f"service_{part}": value for part, value in address.items()},
        )

    def refuse(self, refused: Refused, lines: Sequence[TypedLine]) -> None:
        """Puts each reason beside its field, of the form or of a line; the others above the form."""
        for error in refused.errors:
            line = _LINE.fullmatch(error.field)
            if line is not None and place(lines, int(line[1]), line[2], error.message):
                continue
            name = _FIELDS.get(error.field, error.field)
            self.add_error(name if name in self.fields else None, error.message)


def new_values(number: str, today: date, choices: Choices) -> dict[str, Any]:
    """What a new invoice begins with."""
    return {
        "contact": choices.contact.pk if choices.contact else "",
        "number": number,
        "suggested": number,
        "issue_date": today,
        "service_address": choices.address_now(),
        "tax_rate": choices.rate_used(),
    }


def stored_values(content: InvoiceContent, version: int, choices: Choices) -> dict[str, Any]:
    """What an existing invoice says, as form values."""
    return {
        "contact": content.contact_id,
        "version": version,
        "number": content.number,
        "name": content.name,
        "issue_date": content.issue_date,
        "due_date": content.due_date,
        "service_address": choices.address_now(),
        "discount_kind": content.discount_kind,
        "discount_value": _value(content.discount_kind, content.discount_value),
        "tax_rate": choices.rate_now(),
        "required_deposit_kind": content.required_deposit_kind,
        "required_deposit_value": _value(content.required_deposit_kind, content.required_deposit_value),
        "message": content.message,
    }


def _value(kind: str, value: Decimal) -> str:
    if not kind:
        return ""
    return plain_price(value) if kind == "amount" else plain_number(value)
