"""Invoices, as one migration in the place of four."""

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("invoicing", "0001_initial"),
        ("invoicing", "0002_initial"),
        ("invoicing", "0003_wider_values"),
        ("invoicing", "0004_lists_by_balance_and_customers_page"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_tables"),
        ("contacts", "0001_tables"),
        ("workspaces", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(blank=True, max_length=100, null=True)),
                ("ref", models.CharField(max_length=8)),
                ("number", models.CharField(max_length=30)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("scheduled", "Scheduled"),
                            ("issued", "Issued"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("issue_date", models.DateField()),
                ("due_date", models.DateField()),
                ("service_street", models.CharField(blank=True, max_length=500)),
                ("service_city", models.CharField(blank=True, max_length=255)),
                ("service_region", models.CharField(blank=True, max_length=255)),
                ("service_postal_code", models.CharField(blank=True, max_length=30)),
                ("service_country", models.CharField(blank=True, max_length=255)),
                (
                    "discount_kind",
                    models.CharField(blank=True, choices=[("percent", "Percent"), ("amount", "Amount")], max_length=7),
                ),
                ("discount_value", models.DecimalField(decimal_places=5, default=0, max_digits=18)),
                ("tax_rate_name", models.CharField(blank=True, max_length=100)),
                ("tax_rate_percent", models.DecimalField(decimal_places=5, default=0, max_digits=8)),
                ("contact_tax_exempt", models.BooleanField(default=False)),
                (
                    "required_deposit_kind",
                    models.CharField(blank=True, choices=[("percent", "Percent"), ("amount", "Amount")], max_length=7),
                ),
                ("required_deposit_value", models.DecimalField(decimal_places=5, default=0, max_digits=18)),
                ("message", models.TextField(blank=True)),
                ("subtotal", models.DecimalField(decimal_places=2, max_digits=15)),
                ("discount", models.DecimalField(decimal_places=2, max_digits=15)),
                ("taxable_base", models.DecimalField(decimal_places=2, max_digits=15)),
                ("tax", models.DecimalField(decimal_places=2, max_digits=15)),
                ("total", models.DecimalField(decimal_places=2, max_digits=15)),
                ("paid", models.DecimalField(db_default=0, decimal_places=2, default=0, editable=False, max_digits=15)),
                (
                    "balance",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                status="issued",
                                then=django.db.models.expressions.CombinedExpression(
                                    models.F("total"), "-", models.F("paid")
                                ),
                            ),
                            default=models.Value(0),
                            output_field=models.DecimalField(decimal_places=2, max_digits=15),
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=15),
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="contacts.contact"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="invoices", to="workspaces.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.membership",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="invoicing.invoice"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "Service"),
                            ("custom", "Custom"),
                            ("heading", "Heading"),
                            ("text", "Text"),
                        ],
                        max_length=7,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=500)),
                ("description", models.TextField(blank=True)),
                ("quantity", models.DecimalField(decimal_places=5, default=0, max_digits=15)),
                ("unit_price", models.DecimalField(decimal_places=5, default=0, max_digits=18)),
                ("tax_exempt", models.BooleanField(default=False)),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="invoicing.invoice"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoicePage",
            fields=[
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="page",
                        serialize=False,
                        to="invoicing.invoice",
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.membership",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["workspace", "issue_date", "id"], name="invoice_by_date"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["workspace", "due_date", "id"], name="invoice_by_due_date"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["workspace", "total", "id"], name="invoice_by_total"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["workspace", "balance", "id"], name="invoice_by_balance"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["workspace", "status", "issue_date", "id"], name="invoice_by_status"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.text.Length("number"),
                django.db.models.functions.text.Lower("number"),
                models.F("id"),
                name="invoice_in_number_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                models.F("workspace"), django.db.models.functions.text.Lower("number"), name="invoice_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("workspace", "ref"), name="invoice_ref"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("workspace", "external_id"), name="invoice_external_id"),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("invoice", "position"),
                name="invoice_line_position",
            ),
        ),
    ]
