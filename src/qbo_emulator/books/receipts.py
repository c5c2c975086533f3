"""Sales receipts and refund receipts: money changes hands at once, so nothing stays open (7.6)."""

from __future__ import annotations

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_forms import SalesForm
from qbo_emulator.books.transactions import MONEY_ACCOUNTS, Kind
from qbo_emulator.books.wire import Obj


def _settle_sale(company: Company, draft: Obj, sent: Obj) -> None:
    """Money goes to Undeposited Funds unless told otherwise, as with payments (F7.4-9)."""
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    references.account(company, draft, sent, "DepositToAccountRef", MONEY_ACCOUNTS)
    if not draft.get("DepositToAccountRef"):
        draft["DepositToAccountRef"] = references.named_account(company, company.settings.default_deposit_account)


def _settle_refund(company: Company, draft: Obj, sent: Obj) -> None:
    """The account that the money comes from is required."""
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    if not draft.get("DepositToAccountRef"):
        raise faults.missing("DepositToAccountRef")
    references.account(company, draft, sent, "DepositToAccountRef", MONEY_ACCOUNTS)
    _settle_printing(draft, sent)


def _settle_printing(draft: Obj, sent: Obj) -> None:
    """PaymentRefNum is the number of the printed cheque: needed once it is printed, not there before."""
    number = draft.get("PaymentRefNum")
    if number and not sent.get("PrintStatus") and draft["PrintStatus"] == "NeedToPrint":
        draft["PrintStatus"] = "NotSet"
    if draft["PrintStatus"] == "PrintComplete" and not number:
        raise faults.missing("PaymentRefNum")
    if draft["PrintStatus"] == "NeedToPrint" and number:
        raise faults.of(
            "2600", text="PaymentRefNum and PrintStatus NeedToPrint exclude each other.", name="PrintStatus"
        )


_SALE = SalesForm("SalesReceipt", _settle_sale, goods=-1, any_customer=True)
_REFUND = SalesForm("RefundReceipt", _settle_refund, goods=1, any_customer=True)
SALES_RECEIPT = Kind("SalesReceipt", _SALE.save, delete=_SALE.delete, void=_SALE.void, mailed=True)
REFUND_RECEIPT = Kind("RefundReceipt", _REFUND.save, delete=_REFUND.delete, mailed=True)
