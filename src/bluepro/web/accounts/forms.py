"""Forms of people: signing in and up, the password, the company's name. What may be entered is checked by services."""

from typing import Any

from django import forms

from bluepro.web.accounts.zones import zone_choices

EMAIL = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}


def password_field(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    """A password as typed: spaces at its ends belong to it."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=1000, widget=widget, help_text=help_text)


class SignInForm(forms.Form):
    """E-mail and password."""

    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={**EMAIL, "autofocus": True})
    )
    password = password_field("Password", "current-password")


class SignUpForm(forms.Form):
    """A new person."""

    name = forms.CharField(label="Your name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs=EMAIL))
    password = password_field("Password", "new-password", "At least 8 characters. A few plain words work well.")


class PasswordForm(forms.Form):
    """A new password for somebody who knows the present one."""

    old_password = password_field("Present password", "current-password")
    password = password_field("New password", "new-password", "At least 8 characters. A few plain words work well.")


class CompanyForm(forms.Form):
    """A new company: its name and where its days begin."""

    name = forms.CharField(
        label="Company name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Decides which day it is for invoices and payments.",
        widget=forms.Select(attrs={"data-guess-zone": ""}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # Any: Django's own arguments
        super().__init__(*args, **options)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = zone_choices()
