"""Forms of the settings. They turn what was typed into values; what may be entered is checked by services."""

from typing import Any

from django import forms

from bluepro.web.accounts.zones import zone_choices
from bluepro.web.forms import DayField, NumberField
from bluepro.workspaces.models import Role

INVITED_ROLES = [(role.value, role.label) for role in Role if role is not Role.OWNER]
ROLES_HELP = {
    Role.ADMIN: "Everything except ownership.",
    Role.MANAGER: "Customers, invoices, payments, services and imports.",
    Role.BOOKKEEPER: "Sees everything, answers QuickBooks problems and locks the books.",
    Role.MEMBER: "Customers, and invoices and payments of their own. No totals.",
}


class CompanyForm(forms.Form):
    """The company as invoices name it, and its defaults."""

    name = forms.CharField(label="Company name", max_length=100)
    time_zone = forms.ChoiceField(
        label="Time zone", help_text="A change moves no date that is stored already; new dates follow it."
    )
    terms_days = forms.IntegerField(
        label="Payment terms",
        help_text="Days from the issue date to the due date of new invoices.",
        error_messages={"invalid": "Enter whole days, such as 30."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    street = forms.CharField(
        label="Street",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    city = forms.CharField(label="City", max_length=255, required=False)
    region = forms.CharField(label="State", max_length=255, required=False)
    postal_code = forms.CharField(label="ZIP code", max_length=30, required=False)
    country = forms.CharField(label="Country", max_length=255, required=False)

    def __init__(self, *args: Any, present_zone: str = "", **options: Any) -> None:  # Any: Django's own arguments
        super().__init__(*args, **options)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = zone_choices(present_zone)


class RateForm(forms.Form):
    """A new sales tax rate."""

    name = forms.CharField(label="Name", max_length=100, help_text="Such as: Orange County")
    percent = NumberField(label="Rate", help_text="Such as: 8.25")


class RateNameForm(forms.Form):
    """Another name for a rate; its percentage stays."""

    name = forms.CharField(label="Name", max_length=100)


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"})
    )
    role = forms.ChoiceField(label="Role", choices=INVITED_ROLES, initial=Role.MEMBER.value)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label="Role", choices=INVITED_ROLES)


class BooksForm(forms.Form):
    """The last locked day."""

    day = DayField(label="Books locked through", required=False, help_text="Leave empty to open the books.")


class ManyFiles(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several uploaded files, as a list."""

    widget = ManyFiles(attrs={"accept": ".csv,.zip"})

    def clean(self, data: Any, initial: Any = None) -> Any:  # Any: Django's field protocol
        one = super().clean
        if isinstance(data, list | tuple) and data:
            return [one(file, initial) for file in data]
        return [one(data or None, initial)]


class UploadForm(forms.Form):
    """The files to import: one .zip, or the .csv files."""

    csv_files = FilesField(label="Files", error_messages={"required": "Choose a .zip, or the .csv files."})
