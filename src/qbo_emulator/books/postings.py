"""What a transaction posts to which accounts: double entry, derived from the transaction alone.

A debit is above 0, a credit below; the postings of a transaction add up to 0. Amounts are Decimal, to the cent. Which
account a priced line goes to stands in the line (ItemAccountRef), so that a later change of the item moves no old sale.
Cost of goods and stock are not modelled, so nothing is posted for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_emulator.books.state import value
from qbo_emulator.books.wire import ZERO, Obj

if TYPE_CHECKING:
    from qbo_emulator.books.company import Company


@value
@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on an account (its id): a debit if above 0, a credit if below."""

    account: str
    amount: Decimal


Entry = tuple[str, Decimal]  # account id, debit above 0


def _receivables(company: Company, data: Obj) -> str:
    """The A/R account: the one named, else the company's (F7.4-10)."""
    named = data.get("ARAccountRef")
    account = named["value"] if named else company.settings.receivables_account
    if account is None:
        raise LookupError(f"company {company.realm_id} has no receivables account")
    return str(account)


def _cash(_company: Company, data: Obj) -> str:
    """Where the money lies: undeposited funds or a bank account (F7.4-9)."""
    return str(data["DepositToAccountRef"]["value"])


def _tax(company: Company, data: Obj) -> Iterator[Entry]:
    """Booked tax per agency, as credits (F7.9-5)."""
    for line in (data.get("TxnTaxDetail") or {}).get("TaxLine", []):
        rate = company.row("TaxRate", line["TaxLineDetail"]["TaxRateRef"]["value"]).data
        yield company.tax_accounts[rate["AgencyRef"]["value"]], -line["Amount"]


def _sold(company: Company, data: Obj) -> Iterator[Entry]:
    """What a sales form brings in: income of its lines and tax as credits, the discount as a debit."""
    for line in data["Line"]:
        if line["DetailType"] == "SalesItemLineDetail":
            yield line["SalesItemLineDetail"]["ItemAccountRef"]["value"], -line["Amount"]
        elif line["DetailType"] == "DiscountLineDetail":
            yield line["DiscountLineDetail"]["DiscountAccountRef"]["value"], line["Amount"]
    yield from _tax(company, data)


def _sale(against: Callable[[Company, Obj], str]) -> Callable[[Company, Obj], Iterator[Entry]]:
    """Goods go out: income and tax against what is owed or received."""

    def rule(company: Company, data: Obj) -> Iterator[Entry]:
        yield against(company, data), data["TotalAmt"]
        yield from _sold(company, data)

    return rule


def _return(against: Callable[[Company, Obj], str]) -> Callable[[Company, Obj], Iterator[Entry]]:
    """The reverse of a sale."""
    sale = _sale(against)

    def rule(company: Company, data: Obj) -> Iterator[Entry]:
        return ((account, -amount) for account, amount in sale(company, data))

    return rule


def _invoice(company: Company, data: Obj) -> Iterator[Entry]:
    """A sale on account; a deposit is money at once (F7.3-16)."""
    yield from _sale(_receivables)(company, data)
    if data.get("Deposit"):
        yield _cash(company, data), data["Deposit"]
        yield _receivables(company, data), -data["Deposit"]


def _deposit(company: Company, data: Obj) -> Iterator[Entry]:
    """Money goes from Undeposited Funds to the bank."""
    yield _cash(company, data), data["TotalAmt"]
    for line in data["Line"]:
        yield str(company.settings.default_deposit_account), -line["Amount"]


def _payment(company: Company, data: Obj) -> Iterator[Entry]:
    """Money for what is owed; what is not applied stays on A/R as a credit."""
    yield _cash(company, data), data["TotalAmt"]
    yield _receivables(company, data), -data["TotalAmt"]


_RULES: dict[str, Callable[[Company, Obj], Iterator[Entry]]] = {
    "Invoice": _invoice,
    "SalesReceipt": _sale(_cash),
    "CreditMemo": _return(_receivables),
    "RefundReceipt": _return(_cash),
    "Payment": _payment,
    "Deposit": _deposit,
}


def postings_of(company: Company, entity: str, data: Obj) -> tuple[Posting, ...]:
    """The postings of a transaction, one per account, accounts without an amount left out.

    Empty for what was voided: its amounts are 0. Raises KeyError for a kind of transaction without a rule, and
    ArithmeticError if debits and credits differ.
    """
    sums: dict[str, Decimal] = {}
    for account, amount in _RULES[entity](company, data):
        sums[account] = sums.get(account, ZERO) + amount
    if sum(sums.values(), ZERO):
        raise ArithmeticError(f"{entity} {data['Id']} does not balance: {sums}")
    return tuple(Posting(account, amount) for account, amount in sums.items() if amount)
