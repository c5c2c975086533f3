"""What was read of a QuickBooks company, what can be chosen from it, and what stands in the way of a sync (pure).

The snapshot is stored with the connection as JSON, so that pages and commands never wait for the network. Reading it
from QuickBooks is in `reading.py`, saving choices in `mapping.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from bluepro.quickbooks.snapshot import TaxMode
from qbo_client import wire
from qbo_client.wire import given

TAX_ON_AMOUNT = "TaxOnAmount"
PSEUDO_TAX_CODES = frozenset({"TAX", "NON", "CustomSalesTax"})  # {F7.9-1, F7.9-2}


CATCH_ALL = "BluePro custom line"
TAX_NAME = "Sales tax (BluePro)"
DISCOUNT_NAME = "Discount (BluePro)"
"""The items of ours: for custom lines, and for sales tax and discounts as lines."""


class Use(StrEnum):
    """What an account is needed for."""

    INCOME = "income"
    DISCOUNT = "discount"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class Account:
    """An account: `type` and `subtype` in QuickBooks' own words, `full_name` with its parents, `number` "" if none."""

    id: str
    name: str
    full_name: str
    type: str
    subtype: str
    number: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a list: a payment method or payment terms."""

    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax code; `percent` is what its rates charge together, None where they do not simply add up."""

    id: str
    name: str
    active: bool = True
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The snapshot. `automated_tax` is None in the older tax model {F7.10-8}; `tax_code` is for overrides."""

    company_name: str = ""
    country: str = ""
    home_currency: str = ""
    multicurrency: bool = False
    using_sales_tax: bool = False
    automated_tax: bool | None = None
    tax_code: str = ""
    allow_discount: bool = False
    custom_txn_numbers: bool = False
    book_close_date: date | None = None
    accounts: tuple[Account, ...] = ()
    payment_methods: tuple[Named, ...] = ()
    terms: tuple[Named, ...] = ()
    tax_codes: tuple[TaxCode, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it: dates as YYYY-MM-DD."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def account(self, account_id: str) -> Account | None:
        """The account with this id, active or not."""
        return next((account for account in self.accounts if account.id == account_id), None)


def from_json(stored: Mapping[str, Any]) -> Readiness:
    """The snapshot as stored; the empty one for {}. Raises msgspec.ValidationError for anything else."""
    return msgspec.convert(dict(stored), Readiness)


def of_answers(
    company: wire.CompanyInfo,
    preferences: wire.Preferences,
    accounts: Iterable[wire.Account],
    tax_codes: Iterable[wire.TaxCode],
    terms: Iterable[wire.Term],
    payment_methods: Iterable[wire.PaymentMethod],
    tax_rates: Iterable[wire.TaxRate] = (),
) -> Readiness:
    """The snapshot of what QuickBooks answered (sections 7.7 to 7.11). What it left out counts as off or empty."""
    sales = given(preferences.sales_forms_prefs, wire.SalesFormsPrefs())
    tax = given(preferences.tax_prefs, wire.TaxPrefs())
    currency = given(preferences.currency_prefs, wire.CurrencyPrefs())
    books = given(preferences.accounting_info_prefs, wire.AccountingInfoPrefs())
    percents = {given(rate.id, ""): given(rate.rate_value, None) for rate in tax_rates}
    codes = tuple(_tax_code(code, percents) for code in tax_codes)
    home = given(currency.home_currency, None)
    return Readiness(
        company_name=given(company.company_name, ""),
        country=given(company.country, ""),
        home_currency=home.value if home else "",
        multicurrency=given(currency.multi_currency_enabled, False),
        using_sales_tax=given(tax.using_sales_tax, False),
        automated_tax=given(tax.partner_tax_enabled, None),
        tax_code=_code_of_overrides(tax, codes),
        allow_discount=given(sales.allow_discount, False),
        custom_txn_numbers=given(sales.custom_txn_numbers, False),
        book_close_date=given(books.book_close_date, None),
        accounts=tuple(account_of(account) for account in accounts),
        payment_methods=tuple(_named(method) for method in payment_methods),
        terms=tuple(_named(term) for term in terms),
        tax_codes=codes,
    )


def account_of(account: wire.Account) -> Account:
    """The account as the snapshot keeps it."""
    name = given(account.name, "")
    return Account(
        id=given(account.id, ""),
        name=name,
        full_name=given(account.fully_qualified_name, name),
        type=given(account.account_type, ""),
        subtype=given(account.account_sub_type, ""),
        number=given(account.acct_num, ""),
        active=given(account.active, True),
    )


def _named(entry: wire.Term | wire.PaymentMethod) -> Named:
    return Named(given(entry.id, ""), given(entry.name, ""), given(entry.active, True))


def _tax_code(code: wire.TaxCode, percents: Mapping[str, Decimal | None]) -> TaxCode:
    details = given(given(code.sales_tax_rate_list, wire.TaxRateList()).tax_rate_detail, ())
    adds_up = all(given(detail.tax_type_applicable, TAX_ON_AMOUNT) == TAX_ON_AMOUNT for detail in details)
    rates = [percents.get(given(detail.tax_rate_ref, wire.Ref(value="")).value) for detail in details]
    known = [rate for rate in rates if rate is not None]
    percent = sum(known, Decimal(0)) if known and len(known) == len(rates) and adds_up else None
    return TaxCode(given(code.id, ""), given(code.name, ""), given(code.active, True), percent)


def _code_of_overrides(tax: wire.TaxPrefs, codes: Sequence[TaxCode]) -> str:
    """The company's default tax code, else the first real one: an override needs some code {F8.2-1}."""
    default = given(tax.tax_group_code_ref, None)
    if default:
        return default.value
    return next((code.id for code in codes if code.active and code.id not in PSEUDO_TAX_CODES), "")


# What QuickBooks accepts for each use, best first; a type alone means any of its sub-types {F7.7-1 to F7.7-4}.
_WANTED: dict[Use, tuple[tuple[str, str], ...]] = {
    Use.INCOME: (
        ("Income", "ServiceFeeIncome"),
        ("Income", "SalesOfProductIncome"),
        ("Income", "OtherPrimaryIncome"),
        ("Income", "NonProfitIncome"),
    ),
    Use.DISCOUNT: (("Income", "DiscountsRefundsGiven"), ("Income", "")),
    Use.DEPOSIT: (("Other Current Asset", "UndepositedFunds"), ("Bank", ""), ("Other Current Asset", "")),
}

RULES: dict[Use, str] = {
    Use.INCOME: "an active account of type Income (not one for discounts or unapplied payments)",
    Use.DISCOUNT: "an active account of type Income, best of sub-type Discounts/Refunds Given",
    Use.DEPOSIT: "an active account of type Bank or Other Current Asset",
}

NO_LIABILITY = (
    "Liabilities are not offered for deposits: money received would then stand as a debt and never reach the bank "
    "account, and QuickBooks accepts only Bank and Other Current Asset accounts there."
)


def accounts_for(snapshot: Readiness, use: Use) -> tuple[Account, ...]:
    """The accounts that QuickBooks accepts for `use`, the usual ones first, then by name."""
    ranked = [(_rank(account, use), account) for account in snapshot.accounts if account.active]
    fitting = [(rank, account) for rank, account in ranked if rank is not None]
    return tuple(account for _, account in sorted(fitting, key=lambda one: (one[0], one[1].full_name)))


def _rank(account: Account, use: Use) -> int | None:
    for rank, (kind, subtype) in enumerate(_WANTED[use]):
        if account.type == kind and subtype in ("", account.subtype):
            return rank
    return None


def tax_modes(snapshot: Readiness) -> tuple[TaxMode, ...]:
    """The ways of booking sales tax that can be chosen, the best first (design: Tax)."""
    if snapshot.using_sales_tax and snapshot.automated_tax:
        return (TaxMode.AUTOMATED, TaxMode.LINE)
    if snapshot.using_sales_tax and snapshot.automated_tax is None and code_rates(snapshot):
        return (TaxMode.CODES, TaxMode.LINE)
    return (TaxMode.LINE,)


def code_rates(snapshot: Readiness) -> dict[str, Decimal]:
    """What each tax code that may be used charges, in per cent, by its id."""
    return {
        code.id: code.percent
        for code in snapshot.tax_codes
        if code.active and code.percent is not None and not {code.id, code.name} & PSEUDO_TAX_CODES
    }


def codes_for(snapshot: Readiness, rate: Decimal) -> tuple[TaxCode, ...]:
    """The tax codes that charge just this rate."""
    fitting = {code for code, percent in code_rates(snapshot).items() if percent == rate}
    return tuple(code for code in snapshot.tax_codes if code.id in fitting)


def chosen_codes(stored: Mapping[str, str]) -> dict[Decimal, str]:
    """The codes that a person chose, by rate, from how they are stored with the connection."""
    return {Decimal(rate): code for rate, code in stored.items()}


def codes_by_rate(snapshot: Readiness, chosen: Mapping[Decimal, str]) -> dict[Decimal, str]:
    """The code that books each rate: the chosen one while it charges that, else the only one that does."""
    rates = code_rates(snapshot)
    only = {rate: found[0].id for rate in set(rates.values()) if len(found := codes_for(snapshot, rate)) == 1}
    return only | {rate: code for rate, code in chosen.items() if rates.get(code) == rate}
