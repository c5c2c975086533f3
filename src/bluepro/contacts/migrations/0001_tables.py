"""Contacts, as one migration in the place of three."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("contacts", "0001_initial"), ("contacts", "0002_initial"), ("contacts", "0003_listed")]

    initial = True

    dependencies = [
        ("workspaces", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(blank=True, max_length=100, null=True)),
                ("kind", models.CharField(choices=[("person", "Person"), ("company", "Company")], max_length=8)),
                ("display_name", models.CharField(max_length=500)),
                ("company", models.CharField(blank=True, max_length=100)),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("last_name", models.CharField(blank=True, max_length=100)),
                ("billing_street", models.CharField(blank=True, max_length=500)),
                ("billing_city", models.CharField(blank=True, max_length=255)),
                ("billing_region", models.CharField(blank=True, max_length=255)),
                ("billing_postal_code", models.CharField(blank=True, max_length=30)),
                ("billing_country", models.CharField(blank=True, max_length=255)),
                ("notes", models.TextField(blank=True)),
                ("tax_exempt", models.BooleanField(default=False)),
                ("tax_exempt_reason", models.CharField(blank=True, max_length=100)),
                ("tax_exempt_certificate", models.CharField(blank=True, max_length=50)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="workspaces.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactEmail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("address", models.CharField(max_length=254)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="emails", to="contacts.contact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactPhone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("number", models.CharField(max_length=50)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phones", to="contacts.contact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("street", models.CharField(blank=True, max_length=500)),
                ("city", models.CharField(blank=True, max_length=255)),
                ("region", models.CharField(blank=True, max_length=255)),
                ("postal_code", models.CharField(blank=True, max_length=30)),
                ("country", models.CharField(blank=True, max_length=255)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="service_addresses",
                        to="contacts.contact",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["workspace", "display_name"], name="contact_by_name"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.text.Lower("display_name"),
                models.F("id"),
                name="contact_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["workspace", "created_at", "id"], name="contact_by_age"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(fields=("workspace", "external_id"), name="contact_external_id"),
        ),
        migrations.AddConstraint(
            model_name="contactemail",
            constraint=models.UniqueConstraint(fields=("contact", "position"), name="contact_email_position"),
        ),
        migrations.AddConstraint(
            model_name="contactphone",
            constraint=models.UniqueConstraint(fields=("contact", "position"), name="contact_phone_position"),
        ),
        migrations.AddConstraint(
            model_name="serviceaddress",
            constraint=models.UniqueConstraint(fields=("contact", "position"), name="service_address_position"),
        ),
    ]
