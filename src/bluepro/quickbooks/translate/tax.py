"""How an invoice's sales tax is booked: the way, which stays that of its first push, and the older model's code."""

from decimal import Decimal

from bluepro.quickbooks.snapshot import Books, InvoiceRecord, LinkState, TaxMode
from bluepro.quickbooks.translate.outcome import Held, Who
from qbo_client import wire


def tax_mode(books: Books, link: LinkState | None) -> TaxMode:
    """How this invoice's tax is booked: as at its first push, else as the workspace has it now."""
    if link is None or "Line" not in link.owned:
        return books.tax_mode
    detail = link.owned.get("TxnTaxDetail")
    if isinstance(detail, dict) and "TotalTax" in detail:
        return TaxMode.AUTOMATED
    return TaxMode.CODES if "ApplyTaxAfterDiscount" in link.owned else TaxMode.LINE


def tax_code(record: InvoiceRecord, books: Books, link: LinkState | None) -> str:
    """The code under which QuickBooks computes the tax {F8.1-2}; "" if there is none for the rate.

    The one of the last push stays while it charges the invoice's rate, and where nothing is taxed.
    """
    last = _last_code(link)
    if last and (not record.tax_rate_percent or books.code_rates.get(last) == record.tax_rate_percent):
        return last
    return books.tax_codes.get(record.tax_rate_percent, last if not record.tax else "")


def own_tax(mode: TaxMode, code: str, tax: Decimal) -> wire.Maybe[wire.TxnTaxDetail]:
    """What we own of the tax: our amount, or the code by which QuickBooks computes it."""
    match mode:
        case TaxMode.AUTOMATED:
            return wire.TxnTaxDetail(total_tax=tax)
        case TaxMode.CODES if code:
            return wire.TxnTaxDetail(txn_tax_code_ref=wire.Ref(value=code))
        case _:
            return wire.UNSET


def no_code(record: InvoiceRecord) -> Held:
    """No code of QuickBooks charges the rate, or several do and nobody chose."""
    rate = f"{record.tax_rate_percent.normalize():f}"
    message = (
        f"Invoice {record.number} is taxed at {rate}%, and no tax code of QuickBooks is mapped to that rate. Map one, "
        "set it up in QuickBooks, or book sales tax as a line."
    )
    return Held("no_tax_code", "sales tax", message, Who.MAPPER)


def _last_code(link: LinkState | None) -> str:
    detail = link.owned.get("TxnTaxDetail") if link else None
    ref = detail.get("TxnTaxCodeRef") if isinstance(detail, dict) else None
    return str(ref.get("value", "")) if isinstance(ref, dict) else ""
