"""What forms share: fields that take what people type ("$1,234.50"), and services' refusals beside their fields."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from bluepro.common.errors import Refused

_MONEY = re.compile(r"^\s*(?P<minus>-|\()?\s*\$?\s*(?P<digits>[0-9][0-9,]*(\.[0-9]*)?|\.[0-9]+)\s*\)?\s*$")
LONGEST_NUMBER = 60  # characters; more would keep the pattern busy for as long as a sender likes
_GROUPS = re.compile(r"^[0-9]{1,3}(,[0-9]{3})+$")


def parse_number(typed: str) -> Decimal:
    """ "1,234.50", "$12" or "(5)" as an exact number. Raises ValueError for anything else."""
    match = _MONEY.match(typed) if len(typed) <= LONGEST_NUMBER else None
    if match is None:
        raise ValueError(typed[:LONGEST_NUMBER])
    digits = match["digits"]
    whole = digits.partition(".")[0]
    if "," in whole and not _GROUPS.match(whole):
        raise ValueError(typed)
    try:
        number = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        raise ValueError(typed) from None
    return -number if match["minus"] else number


class NumberField(forms.CharField):
    """A number as people type it, exact; empty is None where it is not required."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:  # Any: Django's field protocol
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError:
            raise forms.ValidationError("Enter a number, such as 1,234.50.", code="number") from None


class DayField(forms.DateField):
    """A calendar date; browsers show their own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%m/%d/%Y"], **options)


def attach(form: forms.BaseForm, refused: Refused, fields: Mapping[str, str] | None = None) -> None:
    """Puts each reason of a refusal beside its field; `fields` maps the services' names to the form's.

    A reason without a field of its own stands above the form.
    """
    for error in refused.errors:
        name = (fields or {}).get(error.field, error.field.replace(" ", "_"))
        form.add_error(name if name in form.fields else None, str(error) if name not in form.fields else error.message)
