"""Change capture: statement-level triggers on the tables whose values are pushed, declared on proxy models.

They alone write `Change`, and notify the workers. No write path can forget: pages, bulk updates, imports and raw SQL
all count. Rows are written in the order of their key, so that two saves never deadlock; an update that changes no
pushed column writes nothing. TRUNCATE is not seen: PostgreSQL tells such triggers no rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pgtrigger
from django.db import models

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact, ContactEmail, ContactPhone
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.quickbooks.snapshot import Kind

CHANNEL = "bluepro_changes"  # carries the workspace's id, once per transaction
FEW = 10  # a statement that changes no more records than this is taken for a person's edit, not for a backlog

MARK = f"""
WITH marked AS (
    INSERT INTO quickbooks_change AS change (workspace_id, kind, record_id, revision, dirty, fresh)
    SELECT found.workspace_id, found.kind, found.record_id, 1, true, count(*) OVER () <= {FEW}
      FROM ({{found}}) AS found (workspace_id, kind, record_id)
     GROUP BY found.workspace_id, found.kind, found.record_id
     ORDER BY found.workspace_id, found.kind, found.record_id
        ON CONFLICT (workspace_id, kind, record_id)
        DO UPDATE SET revision = change.revision + 1, dirty = true,
                      fresh = excluded.fresh OR change.dirty AND change.fresh
    RETURNING change.workspace_id
)
SELECT count(pg_notify('{CHANNEL}', workspace_id::text)) INTO woken
  FROM (SELECT DISTINCT workspace_id FROM marked) AS workspaces;
RETURN NULL;
"""


@dataclass(frozen=True)
class Capture:
    """Which records a change of a table's rows affects.

    `affected` selects (workspace id, kind, record id) from rows called `changed`; `columns` are those that are pushed.
    """

    name: str
    affected: str
    columns: Sequence[str]

    def triggers(self) -> list[pgtrigger.Trigger]:
        return [self._insert(), self._update(), self._delete()]

    def _insert(self) -> pgtrigger.Trigger:
        rows = "SELECT * FROM new_rows"
        return self._trigger("insert", pgtrigger.Insert, tables(new="new_rows"), rows)

    def _update(self) -> pgtrigger.Trigger:
        new, old = (", ".join(f"{side}.{column}" for column in self.columns) for side in ("n", "o"))
        where = f"JOIN {{other}} USING (id) WHERE ROW({new}) IS DISTINCT FROM ROW({old})"
        rows = (
            f"SELECT n.* FROM new_rows n {where.format(other='old_rows o')}"
            f" UNION ALL SELECT o.* FROM old_rows o {where.format(other='new_rows n')}"
        )
        return self._trigger("update", pgtrigger.Update, tables(old="old_rows", new="new_rows"), rows)

    def _delete(self) -> pgtrigger.Trigger:
        rows = "SELECT * FROM old_rows"
        return self._trigger("delete", pgtrigger.Delete, tables(old="old_rows"), rows)

    def _trigger(
        self, event: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing, rows: str
    ) -> pgtrigger.Trigger:
        return pgtrigger.Trigger(
            name=f"{self.name}_{event}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            declare=[("woken", "bigint")],
            func=MARK.format(found=self.affected.format(changed=f"({rows}) AS changed")),
        )


def tables(**names: str) -> pgtrigger.Referencing:
    """The transition tables of a trigger."""
    return pgtrigger.Referencing(**names)  # type: ignore[no-untyped-call]  # the library does not type it


def own(kind: Kind) -> str:
    """The changed rows are the records themselves."""
    return f"SELECT changed.workspace_id, {int(kind)}, changed.id FROM {{changed}}"


def parent(kind: Kind, table: str, column: str) -> str:
    """The changed rows belong to a record of `table`. A parent deleted in the same statement marks itself."""
    return (
        f"SELECT parent.workspace_id, {int(kind)}, parent.id FROM {{changed}}"
        f" JOIN {table} parent ON parent.id = changed.{column}"
    )


CONTACT_COLUMNS = (
    "workspace_id",
    "kind",
    "display_name",
    "company",
    "first_name",
    "last_name",
    "billing_street",
    "billing_city",
    "billing_region",
    "billing_postal_code",
    "billing_country",
    "tax_exempt",
    "tax_exempt_reason",
    "tax_exempt_certificate",
)
SERVICE_COLUMNS = (
    "workspace_id",
    "kind",
    "name",
    "sku",
    "description",
    "unit_price",
    "tax_exempt",
    "income_account",
)
INVOICE_COLUMNS = (
    "workspace_id",
    "number",
    "contact_id",
    "status",
    "issue_date",
    "due_date",
    "service_street",
    "service_city",
    "service_region",
    "service_postal_code",
    "service_country",
    "message",
    "tax_rate_percent",
    "contact_tax_exempt",
    "subtotal",
    "discount",
    "taxable_base",
    "tax",
    "total",
)
LINE_COLUMNS = (
    "invoice_id",
    "position",
    "kind",
    "service_id",
    "name",
    "description",
    "quantity",
    "unit_price",
    "amount",
    "tax_exempt",
)
PAYMENT_COLUMNS = (
    "workspace_id",
    "contact_id",
    "paid_on",
    "amount",
    "method",
    "reference",
    "description",
)

PAYMENTS_OF_INVOICE = (
    f"SELECT payment.workspace_id, {int(Kind.PAYMENT)}, payment.id FROM {{changed}}"
    " JOIN payments_allocation allocation ON allocation.invoice_id = changed.id"
    " JOIN payments_payment payment ON payment.id = allocation.payment_id"
)


class InvoiceTotals(Capture):
    """An invoice's total, contact or date affects its payments. Only updates count: a new invoice has none yet."""

    def triggers(self) -> list[pgtrigger.Trigger]:
        return [self._update()]


CAPTURES: dict[type[models.Model], Sequence[Capture]] = {
    Contact: [Capture("contact", own(Kind.CONTACT), CONTACT_COLUMNS)],
    ContactEmail: [
        Capture(
            "email",
            parent(Kind.CONTACT, "contacts_contact", "contact_id"),
            ("contact_id", "position", "address"),
        )
    ],
    ContactPhone: [
        Capture(
            "phone",
            parent(Kind.CONTACT, "contacts_contact", "contact_id"),
            ("contact_id", "position", "number"),
        )
    ],
    Service: [Capture("service", own(Kind.SERVICE), SERVICE_COLUMNS)],
    Invoice: [
        Capture("invoice", own(Kind.INVOICE), INVOICE_COLUMNS),
        InvoiceTotals("invoice_totals", PAYMENTS_OF_INVOICE, ("total", "contact_id", "issue_date")),
    ],
    InvoiceLine: [Capture("line", parent(Kind.INVOICE, "invoicing_invoice", "invoice_id"), LINE_COLUMNS)],
    Payment: [Capture("payment", own(Kind.PAYMENT), PAYMENT_COLUMNS)],
    Allocation: [
        Capture(
            "allocation",
            parent(Kind.PAYMENT, "payments_payment", "payment_id"),
            ("payment_id", "invoice_id", "amount"),
        )
    ],
}


def _triggers(model: type[models.Model]) -> Iterator[pgtrigger.Trigger]:
    for capture in CAPTURES[model]:
        yield from capture.triggers()


class ContactChanges(Contact):
    class Meta:
        proxy = True
        triggers = list(_triggers(Contact))


class ContactEmailChanges(ContactEmail):
    class Meta:
        proxy = True
        triggers = list(_triggers(ContactEmail))


class ContactPhoneChanges(ContactPhone):
    class Meta:
        proxy = True
        triggers = list(_triggers(ContactPhone))


class ServiceChanges(Service):
    class Meta:
        proxy = True
        triggers = list(_triggers(Service))


class InvoiceChanges(Invoice):
    class Meta:
        proxy = True
        triggers = list(_triggers(Invoice))


class InvoiceLineChanges(InvoiceLine):
    class Meta:
        proxy = True
        triggers = list(_triggers(InvoiceLine))


class PaymentChanges(Payment):
    class Meta:
        proxy = True
        triggers = list(_triggers(Payment))


class AllocationChanges(Allocation):
    class Meta:
        proxy = True
        triggers = list(_triggers(Allocation))
