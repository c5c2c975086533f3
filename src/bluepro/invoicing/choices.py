"""The fixed sets of values of an invoice: stored statuses, kinds of amounts and of lines. Needs no database."""

from django.db.models.enums import TextChoices


class InvoiceStatus(TextChoices):
    """What is stored. What people see (Paid, Overdue, ...) follows from payments and dates."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    ISSUED = "issued", "Issued"
    CANCELLED = "cancelled", "Cancelled"


class AmountKind(TextChoices):
    """How a discount or a required deposit is given; empty means that there is none."""

    PERCENT = "percent", "Percent"
    AMOUNT = "amount", "Amount"


class LineKind(TextChoices):
    SERVICE = "service", "Service"
    CUSTOM = "custom", "Custom"
    HEADING = "heading", "Heading"
    TEXT = "text", "Text"
