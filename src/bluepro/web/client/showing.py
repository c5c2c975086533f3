"""What a customer is shown of an invoice: who sends it, to whom, lines, totals, payments. Nothing internal."""

from bluepro.invoicing.queries import InvoiceView
from bluepro.invoicing.status import required_deposit
from bluepro.payments.queries import payments_of_invoice
from bluepro.workspaces.models import Workspace


def shown_to_customer(workspace: Workspace, view: InvoiceView) -> dict[str, object]:
    """The values of the customer's page (one query more)."""
    row = view.invoice
    deposit = required_deposit(row.required_deposit_kind, row.required_deposit_value, row.total)
    return {
        "company": workspace,
        "invoice": row,
        "view": view,
        "payments": payments_of_invoice(workspace.pk, row.pk),
        "deposit_due": max(deposit - view.paid, deposit * 0),
        "due": max(row.total - view.paid, row.total * 0),
    }
