"""The five files of the import format: their names, columns and keys. Says nothing of what a value must look like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One file. `key` is the column that says which record a row belongs to; with `several_rows`, rows of the same
    key make up one record, else a key may be there once."""

    file: str
    kind: str
    columns: tuple[str, ...]
    required: frozenset[str]
    key: str
    several_rows: bool = False

    @property
    def table(self) -> str:
        """The temporary table that the file's rows are staged in."""
        return f"import_{self.file.removesuffix('.csv')}"


CONTACTS = Format(
    file="contacts.csv",
    kind="contacts",
    columns=(
        "external_id",
        "display_name",
        "company",
        "first_name",
        "last_name",
        "email",
        "phone",
        "billing_street",
        "billing_city",
        "billing_region",
        "billing_postal_code",
        "billing_country",
        "notes",
        "tax_exempt",
        "tax_exempt_reason",
        "tax_exempt_certificate",
    ),
    required=frozenset({"external_id", "display_name"}),
    key="external_id",
)
SERVICES = Format(
    file="services.csv",
    kind="services",
    columns=("external_id", "name", "kind", "description", "unit_price", "tax_exempt", "sku", "income_account"),
    required=frozenset({"external_id", "name", "kind", "unit_price", "tax_exempt"}),
    key="external_id",
)
INVOICES = Format(
    file="invoices.csv",
    kind="invoices",
    columns=(
        "external_id",
        "number",
        "name",
        "contact_external_id",
        "issue_date",
        "due_date",
        "status",
        "discount_kind",
        "discount_value",
        "tax_rate_percent",
        "message",
        "required_deposit_kind",
        "required_deposit_value",
        "service_street",
        "service_city",
        "service_region",
        "service_postal_code",
        "service_country",
    ),
    required=frozenset({"external_id", "number", "contact_external_id", "issue_date", "status"}),
    key="external_id",
)
LINES = Format(
    file="invoice_lines.csv",
    kind="invoices",
    columns=(
        "invoice_external_id",
        "position",
        "kind",
        "service_external_id",
        "name",
        "description",
        "quantity",
        "unit_price",
        "tax_exempt",
    ),
    required=frozenset({"invoice_external_id", "position", "kind"}),
    key="invoice_external_id",
    several_rows=True,
)
PAYMENTS = Format(
    file="payments.csv",
    kind="payments",
    columns=("external_id", "invoice_external_id", "paid_at", "amount", "method", "description", "reference"),
    required=frozenset({"external_id", "invoice_external_id", "paid_at", "amount", "method"}),
    key="external_id",
    several_rows=True,
)
FORMATS = (CONTACTS, SERVICES, INVOICES, LINES, PAYMENTS)
KINDS = ("contacts", "services", "invoices", "payments")
REFERENCES = frozenset({"external_id", "contact_external_id", "service_external_id", "invoice_external_id"})
