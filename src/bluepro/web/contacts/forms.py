"""The form of a contact: its own fields, and rows of e-mails, phones and service addresses that grow without scripts.

Repeated rows are sent as lists of equal names; empty ones are left out by the services.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict

from bluepro.contacts.models import ContactKind
from bluepro.contacts.rules import Address, ContactData

PARTS = ("street", "city", "region", "postal_code", "country")
MOST_ROWS = 1000  # what a contact may have of anything, at most

# The services' names of fields, and where their messages stand in this form.
FIELDS = {"email": "emails", "phone": "phones"} | {f"service_{part}": "places" for part in PARTS}
FIELDS["service_address"] = "places"


class ContactForm(forms.Form):
    """The fields that a contact has once. `emails`, `phones` and `places` only carry messages about the rows."""

    kind = forms.ChoiceField(choices=ContactKind.choices, widget=forms.RadioSelect, initial=ContactKind.PERSON)
    display_name = forms.CharField(
        label="Name", help_text="As it is shown everywhere, and in QuickBooks.", strip=False,
        error_messages={"required": "Give the contact a name."},
    )  # fmt: skip
    company = forms.CharField(required=False)
    first_name = forms.CharField(required=False)
    last_name = forms.CharField(required=False)
    billing_street = forms.CharField(
        label="Street", required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "short"})
    )
    billing_city = forms.CharField(label="City", required=False)
    billing_region = forms.CharField(label="State", required=False)
    billing_postal_code = forms.CharField(label="ZIP code", required=False)
    billing_country = forms.CharField(label="Country", required=False)
    tax_exempt = forms.BooleanField(label="Exempt from sales tax", required=False)
    tax_exempt_reason = forms.CharField(label="Reason", required=False)
    tax_exempt_certificate = forms.CharField(label="Certificate number", required=False)
    notes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="Internal: they never leave BluePro."
    )
    emails = forms.CharField(required=False, widget=forms.HiddenInput)
    phones = forms.CharField(required=False, widget=forms.HiddenInput)
    places = forms.CharField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Rows:
    """The repeated rows as typed; `places` are addresses."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Address, ...] = ()

    def with_empty(self, more: str = "") -> "Rows":
        """For showing: at least one row of e-mail and phone, and one more of what was asked for."""
        return Rows(
            (*self.emails, "") if more == "email" or not self.emails else self.emails,
            (*self.phones, "") if more == "phone" or not self.phones else self.phones,
            (*self.places, Address()) if more == "place" else self.places,
        )


def rows_of(data: QueryDict) -> Rows:
    """The rows in a posted form."""
    columns = [data.getlist(f"service_{part}")[: MOST_ROWS + 1] for part in PARTS]
    return Rows(
        tuple(data.getlist("email")[: MOST_ROWS + 1]),
        tuple(data.getlist("phone")[: MOST_ROWS + 1]),
        tuple(Address(*parts) for parts in zip_longest(*columns, fillvalue="")),
    )


def data_of(cleaned: Mapping[str, Any], rows: Rows) -> ContactData:
    """What the services take."""
    names = ("kind", "display_name", "company", "first_name", "last_name", "notes")
    exemption = ("tax_exempt", "tax_exempt_reason", "tax_exempt_certificate")
    return ContactData(
        **{name: cleaned[name] for name in (*names, *exemption)},
        emails=rows.emails,
        phones=rows.phones,
        billing=Address(**{part: cleaned[f"billing_{part}"] for part in PARTS}),
        service_addresses=rows.places,
    )


def named_alike(data: ContactData, stored: ContactData) -> ContactData:
    """First and last name follow a changed name that was made of them, unless they were edited too."""
    were = (stored.first_name, stored.last_name)
    made_of_them = bool(all(were)) and stored.display_name == " ".join(were)
    words = data.display_name.split()
    if not made_of_them or (data.first_name.strip(), data.last_name.strip()) != were or len(words) < 2:
        return data
    if " ".join(words) == stored.display_name:
        return data
    return replace(data, first_name=" ".join(words[:-1]), last_name=words[-1])


def initial_of(data: ContactData) -> dict[str, object]:
    """The stored contact as the form's first values."""
    names = ("kind", "display_name", "company", "first_name", "last_name", "notes")
    exemption = ("tax_exempt", "tax_exempt_reason", "tax_exempt_certificate")
    own: dict[str, object] = {name: getattr(data, name) for name in (*names, *exemption)}
    return own | {f"billing_{part}": getattr(data.billing, part) for part in PARTS}
