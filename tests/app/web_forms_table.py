"""Every form of the site that belongs to a workspace: a sending that works, and which fields it has.

Values may name ids of the world in braces. `texts` are fields whose typed text must be shown again after a refusal.
"""

from dataclasses import dataclass, field

from django.urls import reverse
from web_two_worlds import Filled


@dataclass(frozen=True, slots=True)
class Form:
    """A form. `args` and `query` as in the table of pages; `others` are fields that hold no free text."""

    view: str
    valid: dict[str, str]
    texts: tuple[str, ...]
    others: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    query: str = ""
    required: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.view}{''.join(f' {one}' for one in self.args)}{self.query}"

    def address(self, filled: Filled) -> str:
        args = [filled.ids[one] for one in self.args]
        return reverse(self.view, args=[filled.world.workspace.pk, *args]) + self.query.format(**filled.ids)

    def sent(self, filled: Filled, **changes: str) -> dict[str, str]:
        """What is sent; braces in values that are ours are filled in, `changes` go as they are."""
        return {name: value.format(**filled.ids) for name, value in self.valid.items()} | changes


_CONTACT = Form(
    "contact_new",
    {
        "kind": "person",
        "display_name": "Eva Hill",
        "email": "eva@example.com",
        "phone": "555 1",
        "service_street": "1 A",
    },
    (
        "display_name",
        "company",
        "first_name",
        "last_name",
        "billing_street",
        "billing_city",
        "billing_region",
        "billing_postal_code",
        "billing_country",
        "tax_exempt_reason",
        "tax_exempt_certificate",
        "notes",
        "email",
        "phone",
        "service_street",
        "service_city",
    ),
    ("kind", "tax_exempt"),
    required=("display_name", "kind"),
)
_SERVICE = Form(
    "service_new",
    {"kind": "service", "name": "Gutters again", "unit_price": "12.50"},
    ("name", "sku", "description", "unit_price", "income_account"),
    ("kind", "tax_exempt"),
    required=("name", "unit_price", "kind"),
)
_LINE = {
    "line": "1",
    "kind-1": "custom",
    "name-1": "Work",
    "quantity-1": "2",
    "unit_price-1": "50",
    "tax_exempt-1": "0",
}
_INVOICE_TEXTS = (
    "number",
    "name",
    "message",
    "discount_value",
    "required_deposit_value",
    "name-1",
    "description-1",
    "quantity-1",
    "unit_price-1",
)
_INVOICE_OTHERS = (
    "issue_date",
    "due_date",
    "contact",
    "service_address",
    "tax_rate",
    "discount_kind",
    "kind-1",
    "line",
    "required_deposit_kind",
    "tax_exempt-1",
    "service-1",
    "suggested",
    "confirm_date",
)
_INVOICE = {"contact": "{contact}", "issue_date": "2026-11-20", "number": "N-77", "discount_kind": "amount"}
_INVOICE |= {"discount_value": "5", "required_deposit_kind": "percent", "required_deposit_value": "10", "do": "save"}
_PAYMENT = {"amount": "20.00", "paid_on": "2026-11-20", "method": "Check", "do": "save"}
_PAYMENT_TEXTS = ("amount", "method", "reference", "description")

FORMS = (
    _CONTACT,
    Form("contact_edit", {**_CONTACT.valid, "version": "1"}, _CONTACT.texts, ("kind", "version"), ("contact",)),
    _SERVICE,
    Form("service_edit", {**_SERVICE.valid, "version": "1"}, _SERVICE.texts, ("kind", "version"), ("service",)),
    Form("invoice_new", {**_INVOICE, **_LINE}, _INVOICE_TEXTS, _INVOICE_OTHERS, required=("contact", "issue_date")),
    Form(
        "invoice_edit",
        {**_INVOICE, **_LINE, "version": "1"},
        _INVOICE_TEXTS,
        (*_INVOICE_OTHERS, "version"),
        ("draft",),
        required=("contact", "issue_date"),
    ),
    Form("invoice_issue", {"issue_date": "2026-11-20", "confirm_date": "on"}, (), ("issue_date",), ("draft",)),
    Form("invoice_cancel", {"reason": "No longer"}, ("reason",), (), ("unpaid",)),
    Form("invoice_delete", {"reason": "Wrong"}, ("reason",), (), ("unpaid",), required=("reason",)),
    Form("invoice_comment", {"text": "Called."}, ("text",), (), ("invoice",), required=("text",)),
    Form(
        "payment_new", _PAYMENT, _PAYMENT_TEXTS, ("paid_on",), query="?invoice={unpaid}", required=("amount", "method")
    ),
    Form("payment_new", _PAYMENT, _PAYMENT_TEXTS, ("paid_on",), query="?contact={contact}", required=("method",)),
    Form(
        "payment_edit",
        {**_PAYMENT, "amount": "10.00", "version": "1"},
        _PAYMENT_TEXTS,
        ("paid_on", "version"),
        ("payment",),
        required=("method", "paid_on"),
    ),
    Form(
        "payment_delete",
        {"why": "bounced", "on": "2026-11-20", "note": "By the bank"},
        ("note",),
        ("why", "on"),
        ("payment",),
        required=("why", "on"),
    ),
    Form(
        "settings_company",
        {"name": "Brighter", "time_zone": "America/Chicago", "terms_days": "30"},
        ("name", "street", "city", "region", "postal_code", "country", "terms_days"),
        ("time_zone",),
        required=("name", "time_zone", "terms_days"),
    ),
    Form("settings_books", {"day": "2026-01-31"}, (), ("day",)),
    Form("settings_rates", {"name": "County", "percent": "8.5"}, ("name", "percent"), required=("name", "percent")),
    Form("settings_rate", {"name": "County 2"}, ("name",), (), ("rate",), required=("name",)),
    Form("settings_people", {"email": "new@example.com", "role": "member"}, ("email",), ("role",), required=("email",)),
    Form("settings_person", {"role": "member"}, (), ("role",), ("membership",), required=("role",)),
    Form("quickbooks_dismiss", {"reason": "Known"}, (), ("reason",), ("problem",)),
    Form("quickbooks_answer", {"answer": "same"}, (), ("answer",), ("problem",)),
    Form("quickbooks_account", {"use": "income", "name": "Sales"}, (), ("use", "name")),
    Form(
        "quickbooks_mapping", {"income": "1"}, (), ("income", "discount", "deposit", "tax_mode", "method_0", "enabled")
    ),
)
