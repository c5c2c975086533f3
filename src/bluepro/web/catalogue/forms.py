"""The form of a service or product. Rules are the services' own; here only what people type becomes values."""

from collections.abc import Mapping
from typing import Any

from django import forms

from bluepro.catalogue.models import ServiceKind
from bluepro.catalogue.rules import ServiceData
from bluepro.web.forms import NumberField

NAMES = ("kind", "name", "sku", "description", "unit_price", "tax_exempt", "income_account")


class ServiceForm(forms.Form):
    """All that a person may enter about a service or product."""

    kind = forms.ChoiceField(choices=ServiceKind.choices, widget=forms.RadioSelect, initial=ServiceKind.SERVICE)
    name = forms.CharField(error_messages={"required": "Give it a name."})
    sku = forms.CharField(label="SKU", required=False)
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="Copied to invoice lines."
    )
    unit_price = NumberField(
        label="Unit price",
        help_text="Up to 5 decimals; below 0 for a credit.",
        error_messages={"required": "Enter a price, such as 120.00."},
    )
    tax_exempt = forms.BooleanField(
        label="Exempt from sales tax", required=False, help_text="No sales tax is ever charged on it."
    )
    income_account = forms.CharField(
        label="Income account in QuickBooks",
        required=False,
        help_text="Name or number of an account there. Empty: the one mapped under QuickBooks.",
    )


def data_of(cleaned: Mapping[str, Any]) -> ServiceData:
    """What the services take."""
    return ServiceData(**{name: cleaned[name] for name in NAMES})


def initial_of(data: ServiceData) -> dict[str, object]:
    """The stored service as the form's first values; the price without needless zeros."""
    values: dict[str, object] = {name: getattr(data, name) for name in NAMES}
    price = data.unit_price.normalize()
    shown = max(2, -int(price.as_tuple().exponent)) if price.is_finite() else 2
    return values | {"unit_price": f"{data.unit_price:.{shown}f}"}
