"""The form of the mapping: accounts, payment methods, tax and names, offering only what QuickBooks accepts.

Choices come from the stored readiness snapshot, never from the network.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from bluepro.quickbooks.connect.checks import Choices, MethodChoice, percent, suggested_tax_mode
from bluepro.quickbooks.connect.mapping import MappingEdit
from bluepro.quickbooks.connect.readiness import RULES, Account, Readiness, Use, accounts_for, codes_for, tax_modes
from bluepro.quickbooks.models import ChangedThere, Connection, NameClash
from bluepro.quickbooks.snapshot import TaxMode

NEW = "new:"
_ENABLED = (("yes", "Enabled"), ("no", "Disabled"))
LABELS = {Use.INCOME: "Income account", Use.DISCOUNT: "Discount account", Use.DEPOSIT: "Deposit account"}
_HINTS = {
    Use.INCOME: "Records what invoices earn, unless a service names an account of its own.",
    Use.DISCOUNT: "Records the discounts on invoices.",
    Use.DEPOSIT: "Where payments are deposited. Undeposited Funds waits for your bank deposit.",
}
_TAX = {
    TaxMode.AUTOMATED: "QuickBooks' automated sales tax, with BluePro's exact amount",
    TaxMode.CODES: "QuickBooks computes it by its tax codes; BluePro compares the amount",
    TaxMode.LINE: "As a last line of the invoice, on a sales tax liability account",
}
_CLASHES = (
    (NameClash.ASK, "Ask me whether it is the same customer or item"),
    (NameClash.SUFFIX, "It is not the same: add a number to our name"),
)
_CHANGED = (
    (ChangedThere.ASK, "Ask me what counts"),
    (ChangedThere.OVERWRITE, "BluePro is right: write BluePro's values over it"),
)


class MappingForm(forms.Form):
    """What a person chooses. Accounts not chosen yet begin with the one that fits best."""

    def __init__(
        self,
        snapshot: Readiness,
        choices: Choices,
        connection: Connection,
        methods: Sequence[str],
        data: Any = None,  # Any: the posted data
        *,
        rates: Sequence[Decimal] = (),
        enable: bool,
    ) -> None:
        super().__init__(data)
        self._snapshot, self._choices = snapshot, choices
        self.methods = list(methods)
        self.rates = list(rates) if TaxMode.CODES in tax_modes(snapshot) else []
        for use in Use:
            self.fields[use.value] = self._account(use)
        self.fields["tax_mode"] = self._tax_mode()
        self.fields["name_clash"] = forms.ChoiceField(
            label="When a name is already used in QuickBooks",
            choices=[(value.value, words) for value, words in _CLASHES],
            initial=connection.name_clash,
            widget=forms.RadioSelect,
        )
        self.fields["changed_there"] = forms.ChoiceField(
            label="When someone changes an amount, date, customer, tax or line of ours in QuickBooks",
            choices=[(value.value, words) for value, words in _CHANGED],
            initial=connection.changed_there,
            widget=forms.RadioSelect,
        )
        for position, rate in enumerate(self.rates):
            self.fields[f"rate_{position}"] = self._tax_code(rate)
        for position, method in enumerate(self.methods):
            self.fields[f"method_{position}"] = self._method(method)
            self.fields[f"method_account_{position}"] = self._method_account(method)
        enabled = "yes" if enable else "no"
        self.fields["enabled"] = forms.ChoiceField(
            label="QuickBooks integration", choices=_ENABLED, initial=enabled, help_text="Saving enabled makes it work."
        )

    def _account(self, use: Use) -> forms.ChoiceField:
        offered = accounts_for(self._snapshot, use)
        stored = self._choices.account(use)
        known = any(account.id == stored for account in offered)
        initial = stored if known else (offered[0].id if offered else "")
        return forms.ChoiceField(
            label=LABELS[use],
            choices=[("", "Choose an account"), *_options(offered)],
            initial=initial,
            help_text=_HINTS[use],
            error_messages={"required": f"Choose {RULES[use]}.", "invalid_choice": f"Choose {RULES[use]}."},
        )

    def _tax_mode(self) -> forms.ChoiceField:
        modes = tax_modes(self._snapshot)
        stored = self._choices.tax_mode
        suggested = suggested_tax_mode(self._snapshot, self._choices, self.rates)
        initial = stored if stored in modes else suggested.value
        return forms.ChoiceField(
            label="Sales tax", choices=[(one.value, _TAX[one]) for one in modes], initial=initial,
            widget=forms.RadioSelect,
        )  # fmt: skip

    def _tax_code(self, rate: Decimal) -> forms.ChoiceField:
        """Only what charges the rate is offered; where nothing is chosen, the only one that does is taken."""
        found = codes_for(self._snapshot, rate)
        usual = found[0].name if len(found) == 1 else ("Choose a tax code" if found else "No tax code charges this")
        return forms.ChoiceField(
            label=f"Tax of {percent(rate)}",
            choices=[("", usual), *((one.id, one.name) for one in found)],
            initial=self._choices.tax_codes.get(rate, ""),
            required=False,
        )

    def _stored(self, method: str) -> MethodChoice | None:
        return next((one for one in self._choices.methods if one.method == method.strip().lower()), None)

    def _method(self, method: str) -> forms.ChoiceField:
        active = [one for one in self._snapshot.payment_methods if one.active]
        same = next((one for one in active if one.name.casefold() == method.strip().casefold()), None)
        stored = self._stored(method)
        options = [("", "None"), *((one.id, one.name) for one in active)]
        if same is None:
            options.append((f"{NEW}{method}", f"Create “{method}” in QuickBooks"))
        initial = stored.method_id if stored else (same.id if same else "")
        return forms.ChoiceField(label=f"{method} in QuickBooks", choices=options, initial=initial, required=False)

    def _method_account(self, method: str) -> forms.ChoiceField:
        stored = self._stored(method)
        return forms.ChoiceField(
            label=f"Deposit {method} to",
            choices=[("", "The deposit account"), *_options(accounts_for(self._snapshot, Use.DEPOSIT))],
            initial=stored.deposit_account if stored else "",
            required=False,
        )

    def method_rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each payment method of BluePro with its two fields."""
        for position, method in enumerate(self.methods):
            yield method, self[f"method_{position}"], self[f"method_account_{position}"]

    def rate_fields(self) -> list[BoundField]:
        """The field of each tax rate that needs a tax code of QuickBooks."""
        return [self[f"rate_{position}"] for position in range(len(self.rates))]

    def new_methods(self) -> list[str]:
        """The payment methods to be made in QuickBooks."""
        values = (self.cleaned_data.get(f"method_{position}", "") for position in range(len(self.methods)))
        return [value.removeprefix(NEW) for value in values if value.startswith(NEW)]

    def edit(self, made: dict[str, str], *, enabled: bool | None) -> MappingEdit:
        """What is to be saved; `made` has the ids of payment methods that were just created, by name."""
        data = self.cleaned_data
        methods = tuple(
            MethodChoice(
                method.strip().lower(),
                made.get(method, data[f"method_{position}"]),
                data[f"method_account_{position}"],
            )
            for position, method in enumerate(self.methods)
            if data[f"method_{position}"] or data[f"method_account_{position}"]
        )
        return MappingEdit(
            income=data["income"],
            discount=data["discount"],
            deposit=data["deposit"],
            methods=methods,
            tax_mode=data["tax_mode"],
            tax_codes=self._codes() if self.rates else None,
            name_clash=data["name_clash"],
            changed_there=data["changed_there"],
            enabled=enabled,
        )

    def _codes(self) -> dict[Decimal, str]:
        return {rate: self.cleaned_data[f"rate_{position}"] for position, rate in enumerate(self.rates)}


def _options(accounts: Sequence[Account]) -> list[tuple[str, str]]:
    return [(one.id, f"{one.number} {one.full_name}".strip() + f" ({one.type})") for one in accounts]
