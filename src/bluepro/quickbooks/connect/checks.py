"""What stands in the way of a sync, as a list of checks with remedies (pure): the readiness, seen with a mapping.

Only blocking checks keep a connection from being enabled; the others tell what will happen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bluepro.common.errors import FieldError
from bluepro.common.words import day_in_words
from bluepro.quickbooks.connect.readiness import (
    NO_LIABILITY,
    RULES,
    Readiness,
    Use,
    accounts_for,
    code_rates,
    codes_by_rate,
    codes_for,
    tax_modes,
)
from bluepro.quickbooks.snapshot import TaxMode


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """How a payment method of BluePro is booked; ids in QuickBooks, "" for none and for the mapped Deposit account."""

    method: str
    method_id: str = ""
    deposit_account: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose: ids of accounts, methods, the way of booking tax, the tax codes of rates (per cent: id).

    "" means not chosen yet.
    """

    income: str = ""
    discount: str = ""
    deposit: str = ""
    methods: tuple[MethodChoice, ...] = ()
    tax_mode: str = ""
    tax_codes: Mapping[Decimal, str] = field(default_factory=dict)

    def account(self, use: Use) -> str:
        """The account chosen for `use`, or ""."""
        return {Use.INCOME: self.income, Use.DISCOUNT: self.discount, Use.DEPOSIT: self.deposit}[use]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `text` says what is, `remedy` what to do ("" if nothing); `blocking` only counts where not `ok`."""

    code: str
    ok: bool
    text: str
    remedy: str = ""
    blocking: bool = False


def check(snapshot: Readiness, choices: Choices, rates: Sequence[Decimal] = ()) -> tuple[Check, ...]:
    """All checks, in the order in which a person would go through them; `rates` are the tax rates of the workspace."""
    return (
        *check_company(snapshot),
        *(_account_check(snapshot, choices, use) for use in Use),
        _methods(snapshot, choices),
        _tax(snapshot, choices, rates),
        _discounts(snapshot),
        _numbers(snapshot),
        _closed_books(snapshot),
    )


def check_company(snapshot: Readiness) -> tuple[Check, ...]:
    """Whether this company can be connected at all: US companies with USD as home currency (design: Companies)."""
    country, currency = snapshot.country or "an unknown country", snapshot.home_currency or "an unknown currency"
    remedy = "Connect a US company whose home currency is USD; others cannot be connected yet."
    return (
        Check("country", snapshot.country == "US", f"The company is in {country}.", remedy, True),
        Check("currency", snapshot.home_currency == "USD", f"Its home currency is {currency}.", remedy, True),
    )


def choice_errors(snapshot: Readiness, choices: Choices) -> list[FieldError]:
    """What is wrong with what was chosen, by field; what is not chosen yet is not wrong."""
    return [
        *(error for use in Use for error in _account_error(snapshot, choices.account(use), use, str(use))),
        *(error for choice in choices.methods for error in _method_errors(snapshot, choice)),
        *_tax_mode_errors(snapshot, choices.tax_mode),
        *(error for rate, code in choices.tax_codes.items() for error in _tax_code_errors(snapshot, rate, code)),
    ]


def _account_error(snapshot: Readiness, account_id: str, use: Use, field: str) -> Iterator[FieldError]:
    if not account_id or any(account.id == account_id for account in accounts_for(snapshot, use)):
        return
    account = snapshot.account(account_id)
    if account is None:
        yield FieldError(field, "unknown", f"There is no account {account_id!r} in this QuickBooks company.")
    elif not account.active:
        message = f"The account {account.name!r} is inactive in QuickBooks: make it active there, or choose another."
        yield FieldError(field, "inactive", message)
    else:
        why = f" {NO_LIABILITY}" if use is Use.DEPOSIT and "Liability" in account.type else ""
        message = f"The account {account.full_name!r} is of type {account.type}; this needs {RULES[use]}.{why}"
        yield FieldError(field, "account_type", message)


def _method_errors(snapshot: Readiness, choice: MethodChoice) -> Iterator[FieldError]:
    field = f"method {choice.method}"
    if not choice.method.strip():
        yield FieldError("method", "required", "A payment method's name may not be empty.")
    if choice.method_id:
        known = next((method for method in snapshot.payment_methods if method.id == choice.method_id), None)
        if known is None:
            yield FieldError(field, "unknown", f"There is no payment method {choice.method_id!r} in QuickBooks.")
        elif not known.active:
            yield FieldError(field, "inactive", f"The payment method {known.name!r} is inactive in QuickBooks.")
    yield from _account_error(snapshot, choice.deposit_account, Use.DEPOSIT, field)


def _tax_mode_errors(snapshot: Readiness, tax_mode: str) -> Iterator[FieldError]:
    if not tax_mode:
        return
    if tax_mode not in list(TaxMode):
        yield FieldError("tax_mode", "unknown", f"{tax_mode!r} is none of: {', '.join(TaxMode)}.")
    elif TaxMode(tax_mode) not in tax_modes(snapshot):
        yield FieldError("tax_mode", "not_available", f"{_why_not(snapshot, TaxMode(tax_mode))} Choose line instead.")


def _tax_code_errors(snapshot: Readiness, rate: Decimal, code: str) -> Iterator[FieldError]:
    field, known = f"tax rate {percent(rate)}", code_rates(snapshot)
    if code not in known:
        yield FieldError(field, "unknown", f"There is no active tax code {code!r} in QuickBooks whose rate is known.")
    elif known[code] != rate:
        message = f"The tax code {code!r} charges {percent(known[code])}, not {percent(rate)}."
        yield FieldError(field, "rate_differs", message)


def percent(rate: Decimal) -> str:
    """A rate as people write it, such as 8.25%."""
    return f"{rate.normalize():f}%"


def _why_not(snapshot: Readiness, mode: TaxMode) -> str:
    if mode is TaxMode.CODES and snapshot.automated_tax is not None and snapshot.using_sales_tax:
        return "Tax codes are of the older sales tax; this QuickBooks company computes tax by itself."
    if mode is TaxMode.CODES and snapshot.using_sales_tax:
        return "This QuickBooks company has no tax code that could be used."
    return _why_not_automated(snapshot)


def _why_not_automated(snapshot: Readiness) -> str:
    if not snapshot.using_sales_tax:
        return "Sales tax is switched off in this QuickBooks company, so it would drop the tax of every invoice."
    if snapshot.automated_tax is None:
        return (
            "This QuickBooks company has the older sales tax, which computes tax by its own codes and takes no amount "
            "from outside."
        )
    return "Automated sales tax is not set up yet in this QuickBooks company."


def _account_check(snapshot: Readiness, choices: Choices, use: Use) -> Check:
    code, chosen = f"{use}_account", choices.account(use)
    if not chosen:
        text, remedy = f"No {use} account is chosen.", f"Choose {RULES[use]}."
        return Check(code, False, text, remedy, True)
    errors = list(_account_error(snapshot, chosen, use, str(use)))
    if errors:
        return Check(code, False, errors[0].message, f"Choose {RULES[use]}.", True)
    account = snapshot.account(chosen)
    return Check(code, True, f"{use.capitalize()} account: {account.full_name if account else chosen}.")


def _methods(snapshot: Readiness, choices: Choices) -> Check:
    errors = [error for choice in choices.methods for error in _method_errors(snapshot, choice)]
    if errors:
        return Check("methods", False, str(errors[0]), "Map this payment method anew.", True)
    return Check("methods", True, f"Payment methods mapped: {len(choices.methods)}; others go without one.")


def _tax(snapshot: Readiness, choices: Choices, rates: Sequence[Decimal]) -> Check:
    modes = tax_modes(snapshot)
    errors = list(_tax_mode_errors(snapshot, choices.tax_mode))
    if errors:
        return Check("tax", False, errors[0].message, "Choose how sales tax is booked: line.", True)
    if choices.tax_mode == TaxMode.LINE:
        text = "Sales tax is booked as a last line on a liability account; QuickBooks' own tax reports stay empty."
        return Check("tax", True, text)
    if TaxMode.CODES in modes:
        return _tax_by_codes(snapshot, choices, rates)
    if choices.tax_mode == TaxMode.AUTOMATED or TaxMode.AUTOMATED in modes:
        return Check("tax", True, "Sales tax is sent to QuickBooks' automated sales tax as an exact amount.")
    remedy = "Set up sales tax in QuickBooks and read it anew, or choose to book tax as a line: line."
    return Check("tax", False, _why_not_automated(snapshot), remedy, True)


def _tax_by_codes(snapshot: Readiness, choices: Choices, rates: Sequence[Decimal]) -> Check:
    """Every rate needs one code. In the way only until somebody has chosen: then just what has none is held back."""
    codes, names = codes_by_rate(snapshot, choices.tax_codes), {one.id: one.name for one in snapshot.tax_codes}
    missing = [rate for rate in rates if rate not in codes]
    if not missing:
        mapped = ", ".join(f"{percent(rate)} by {names[codes[rate]]}" for rate in rates) or "no rate is in use yet"
        return Check("tax", True, f"Sales tax is computed by QuickBooks' tax codes: {mapped}.")
    remedy = (
        "Choose a tax code for it, or set one up in QuickBooks and read it anew; or book tax as a line: line. Until "
        "then invoices with this tax are held back."
    )
    text = " ".join(_unmapped_rate(snapshot, rate) for rate in missing)
    return Check("tax", False, text, remedy, choices.tax_mode != TaxMode.CODES)


def _unmapped_rate(snapshot: Readiness, rate: Decimal) -> str:
    found = ", ".join(f"{one.name} ({one.id})" for one in codes_for(snapshot, rate))
    if found:
        return f"Several tax codes of QuickBooks charge {percent(rate)}: {found}."
    return f"No tax code of QuickBooks charges {percent(rate)}."


def suggested_tax_mode(snapshot: Readiness, choices: Choices, rates: Sequence[Decimal]) -> TaxMode:
    """The best way of booking tax that holds back no invoice."""
    best = tax_modes(snapshot)[0]
    covered = best is not TaxMode.CODES or not set(rates) - set(codes_by_rate(snapshot, choices.tax_codes))
    return best if covered else TaxMode.LINE


def _discounts(snapshot: Readiness) -> Check:
    if snapshot.allow_discount:
        return Check("discounts", True, "Discounts are switched on.")
    text = (
        "Discounts are switched off in QuickBooks, so a discount goes as lines below 0 on the item Discount (BluePro), "
        "one for what is taxed and one for what is not."
    )
    remedy = (
        "To have discount lines instead, switch them on in QuickBooks: Account and settings > Sales > Sales form "
        "content > Discount; then read it anew."
    )
    return Check("discounts", False, text, remedy)


def _numbers(snapshot: Readiness) -> Check:
    if snapshot.custom_txn_numbers:
        return Check("numbers", True, "Invoices keep their numbers: custom transaction numbers are switched on.")
    text = (
        "QuickBooks numbers transactions by itself. Our numbers are sent all the same, and its own numbering may go on "
        "from ours."
    )
    remedy = "Switch on Custom transaction numbers in QuickBooks if invoices are also written there by hand."
    return Check("numbers", False, text, remedy)


def _closed_books(snapshot: Readiness) -> Check:
    if snapshot.book_close_date is None:
        return Check("closed_books", True, "The books are open.")
    closed = day_in_words(snapshot.book_close_date)
    text = f"The books are closed through {closed}: what is dated until then is held back."
    return Check("closed_books", True, text)
