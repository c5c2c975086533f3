"""Services and products, as one migration in the place of three."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("catalogue", "0001_initial"), ("catalogue", "0002_initial"), ("catalogue", "0003_listed")]

    initial = True

    dependencies = [
        ("workspaces", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(blank=True, max_length=100, null=True)),
                ("kind", models.CharField(choices=[("service", "Service"), ("product", "Product")], max_length=8)),
                ("name", models.CharField(max_length=500)),
                ("sku", models.CharField(blank=True, max_length=100)),
                ("description", models.TextField(blank=True)),
                ("unit_price", models.DecimalField(decimal_places=5, max_digits=18)),
                ("tax_exempt", models.BooleanField()),
                ("income_account", models.CharField(blank=True, max_length=100)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="services", to="workspaces.workspace"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "name"], name="service_by_name"),
                    models.Index(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        models.F("id"),
                        name="service_listed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "external_id"), name="service_external_id")
                ],
            },
        ),
    ]
