"""Payments, and the triggers that keep on invoices what is paid, as one migration in the place of three."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("payments", "0001_initial"), ("payments", "0002_initial"), ("payments", "0003_paid_kept_on_invoices")]

    initial = True

    dependencies = [
        ("contacts", "0001_tables"),
        ("invoicing", "0001_tables"),
        ("workspaces", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(blank=True, max_length=100, null=True)),
                ("ref", models.CharField(max_length=8)),
                ("paid_at", models.DateTimeField()),
                ("paid_on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                ("method", models.CharField(max_length=50)),
                ("description", models.CharField(blank=True, max_length=500)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="contacts.contact"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.membership",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payments", to="workspaces.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="invoicing.invoice"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="allocations", to="payments.payment"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["workspace", "paid_on", "id"], name="payment_by_date"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["workspace", "amount", "id"], name="payment_by_amount"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["workspace", "method", "paid_on", "id"], name="payment_by_method"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("workspace", "ref"), name="payment_ref"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("workspace", "external_id"), name="payment_external_id"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(fields=("payment", "invoice"), name="one_allocation_per_invoice"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="allocation_above_zero"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocation",
            trigger=pgtrigger.compiler.Trigger(
                name="paid_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH moved AS (\n                SELECT part.invoice_id, sum(part.amount) AS amount FROM (SELECT invoice_id, amount FROM new_rows) AS part GROUP BY part.invoice_id\n            ), held AS (\n                SELECT invoice.id, moved.amount\n                  FROM invoicing_invoice invoice JOIN moved ON moved.invoice_id = invoice.id\n                 WHERE moved.amount <> 0 ORDER BY invoice.id FOR NO KEY UPDATE OF invoice\n            )\n            UPDATE invoicing_invoice invoice SET paid = invoice.paid + held.amount FROM held WHERE invoice.id = held.id;\n            RETURN NULL;\n        ",
                    hash="675061117904e8dcd0fbb0c3f620726462c09da5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_paid_insert_9a45e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="payments_allocation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocation",
            trigger=pgtrigger.compiler.Trigger(
                name="paid_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH moved AS (\n                SELECT part.invoice_id, sum(part.amount) AS amount FROM (SELECT invoice_id, -amount AS amount FROM old_rows) AS part GROUP BY part.invoice_id\n            ), held AS (\n                SELECT invoice.id, moved.amount\n                  FROM invoicing_invoice invoice JOIN moved ON moved.invoice_id = invoice.id\n                 WHERE moved.amount <> 0 ORDER BY invoice.id FOR NO KEY UPDATE OF invoice\n            )\n            UPDATE invoicing_invoice invoice SET paid = invoice.paid + held.amount FROM held WHERE invoice.id = held.id;\n            RETURN NULL;\n        ",
                    hash="68f7e9070f716fc9e968c40a66f561b0b4e71aba",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_paid_delete_02585",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="payments_allocation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocation",
            trigger=pgtrigger.compiler.Trigger(
                name="paid_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH moved AS (\n                SELECT part.invoice_id, sum(part.amount) AS amount FROM (SELECT invoice_id, amount FROM new_rows UNION ALL SELECT invoice_id, -amount AS amount FROM old_rows) AS part GROUP BY part.invoice_id\n            ), held AS (\n                SELECT invoice.id, moved.amount\n                  FROM invoicing_invoice invoice JOIN moved ON moved.invoice_id = invoice.id\n                 WHERE moved.amount <> 0 ORDER BY invoice.id FOR NO KEY UPDATE OF invoice\n            )\n            UPDATE invoicing_invoice invoice SET paid = invoice.paid + held.amount FROM held WHERE invoice.id = held.id;\n            RETURN NULL;\n        ",
                    hash="a982f4f201b6056c6a922e1c43aaad23f45209ff",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_paid_update_a992d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="payments_allocation",
                    when="AFTER",
                ),
            ),
        ),
    ]
