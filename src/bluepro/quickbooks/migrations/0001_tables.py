"""The bridge to QuickBooks, as one migration in the place of sixteen: its tables here, the rest beside it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from bluepro.quickbooks.migrations._indexes import INDEXES
from bluepro.quickbooks.migrations._triggers import TRIGGERS


class Migration(migrations.Migration):
    replaces = [
        ("quickbooks", "0001_initial"),
        ("quickbooks", "0002_sign_in_attempt"),
        ("quickbooks", "0003_look_ups_and_wanted_names"),
        ("quickbooks", "0004_flat_searches"),
        ("quickbooks", "0005_lanes"),
        ("quickbooks", "0006_tax_codes"),
        ("quickbooks", "0007_drift"),
        ("quickbooks", "0008_start"),
        ("quickbooks", "0009_discount_item"),
        ("quickbooks", "0010_watch"),
        ("quickbooks", "0011_agreed_and_members"),
        ("quickbooks", "0012_notices"),
        ("quickbooks", "0013_brake"),
        ("quickbooks", "0014_restored"),
        ("quickbooks", "0015_matching"),
        ("quickbooks", "0016_held_for"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_tables"),
        ("contacts", "0001_tables"),
        ("invoicing", "0001_tables"),
        ("payments", "0001_tables"),
        ("workspaces", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm_id", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("connected", "Connected"),
                            ("paused", "Paused by a person"),
                            ("lost", "Lost: needs to be connected again"),
                            ("disconnected", "Disconnected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=500)),
                ("enabled", models.BooleanField(default=False)),
                ("company_name", models.CharField(blank=True, max_length=200)),
                ("era", models.PositiveIntegerField(default=1)),
                ("access_token", models.BinaryField()),
                ("refresh_token", models.BinaryField()),
                ("access_expires_at", models.DateTimeField()),
                ("refresh_expires_at", models.DateTimeField()),
                ("refresh_owner", models.UUIDField(null=True)),
                ("refresh_until", models.DateTimeField(null=True)),
                ("readiness", models.JSONField(default=dict)),
                ("readiness_at", models.DateTimeField(null=True)),
                ("income_account", models.CharField(blank=True, max_length=20)),
                ("discount_account", models.CharField(blank=True, max_length=20)),
                ("deposit_account", models.CharField(blank=True, max_length=20)),
                (
                    "tax_mode",
                    models.CharField(
                        blank=True,
                        choices=[("automated", "automated"), ("codes", "codes"), ("line", "line")],
                        max_length=10,
                    ),
                ),
                ("tax_code", models.CharField(blank=True, max_length=20)),
                ("tax_codes", models.JSONField(default=dict)),
                ("catch_all_item", models.CharField(blank=True, max_length=20)),
                ("tax_item", models.CharField(blank=True, max_length=20)),
                ("discount_item", models.CharField(blank=True, max_length=20)),
                (
                    "name_clash",
                    models.CharField(
                        choices=[
                            ("ask", "Ask whether it is the same"),
                            ("suffix", "It is not the same: take the next free suffix"),
                        ],
                        default="ask",
                        max_length=6,
                    ),
                ),
                (
                    "changed_there",
                    models.CharField(
                        choices=[("ask", "Ask what counts"), ("overwrite", "BluePro's values are written over it")],
                        default="ask",
                        max_length=9,
                    ),
                ),
                ("start_date", models.DateField(null=True)),
                ("brake_after", models.PositiveIntegerField(null=True)),
                ("start_chosen_at", models.DateTimeField(null=True)),
                ("start_chosen_by", models.EmailField(blank=True, max_length=254)),
                ("restored_from", models.DateTimeField(null=True)),
                ("holds", models.JSONField(default=dict)),
                ("matched_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.EmailField(blank=True, max_length=254)),
                ("unknown_after", models.PositiveIntegerField(default=135)),
                ("unlimited_rates", models.BooleanField(default=False)),
                ("synced_since", models.DateTimeField(null=True)),
                ("paused_until", models.DateTimeField(null=True)),
                ("connected_at", models.DateTimeField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connections",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("realm_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("through", models.DateTimeField()),
                ("read_at", models.DateTimeField()),
                ("ask_at", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")], null=True
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("start", models.PositiveIntegerField(default=1)),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AllocationChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("payments.allocation",),
        ),
        migrations.CreateModel(
            name="ContactChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("contacts.contact",),
        ),
        migrations.CreateModel(
            name="ContactEmailChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("contacts.contactemail",),
        ),
        migrations.CreateModel(
            name="ContactPhoneChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("contacts.contactphone",),
        ),
        migrations.CreateModel(
            name="InvoiceChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("invoicing.invoice",),
        ),
        migrations.CreateModel(
            name="InvoiceLineChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("invoicing.invoiceline",),
        ),
        migrations.CreateModel(
            name="PaymentChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("payments.payment",),
        ),
        migrations.CreateModel(
            name="ServiceChanges",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("catalogue.service",),
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lease",
                        serialize=False,
                        to="quickbooks.connection",
                    ),
                ),
                ("owner", models.UUIDField(null=True)),
                ("number", models.BigIntegerField(default=0)),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm_id", models.CharField(max_length=40)),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")]),
                ),
                ("record_id", models.BigIntegerField()),
                ("generation", models.PositiveIntegerField(default=1)),
                ("entity_id", models.CharField(max_length=40, null=True)),
                ("sync_token", models.CharField(blank=True, max_length=20)),
                ("name", models.CharField(blank=True, max_length=500)),
                ("name_key", models.CharField(blank=True, db_collation="C", max_length=500)),
                ("wanted", models.CharField(blank=True, max_length=500)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("pushed_revision", models.BigIntegerField(default=0)),
                ("owned", models.JSONField(default=dict)),
                ("lines", models.JSONField(default=list)),
                ("asked_token", models.CharField(blank=True, db_default="", default="", max_length=20)),
                ("accepted", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ("agreed", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                (
                    "refers_to",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("voided", models.BooleanField(default=False)),
                ("amount_only", models.BooleanField(default=False)),
                ("stale", models.BooleanField(default=False)),
                ("open_request", models.UUIDField(null=True)),
                ("retry_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("held_revision", models.BigIntegerField(null=True)),
                ("held_for", models.CharField(blank=True, db_default="", max_length=40)),
                ("pushed_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Drift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found_at", models.DateTimeField()),
                ("fields", models.JSONField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drifts", to="quickbooks.link"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm_id", models.CharField(max_length=40)),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")]),
                ),
                ("record_id", models.BigIntegerField()),
                ("label", models.CharField(max_length=200)),
                ("wanted", models.CharField(blank=True, max_length=500)),
                ("proposal", models.CharField(max_length=6)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("candidates", models.JSONField(default=list)),
                ("taken", models.JSONField(default=list)),
                ("answer", models.CharField(blank=True, max_length=6)),
                ("entity_id", models.CharField(blank=True, max_length=40)),
                ("answered_by", models.EmailField(blank=True, max_length=254)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentMethodMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=50)),
                ("method_id", models.CharField(blank=True, max_length=20)),
                ("deposit_account", models.CharField(blank=True, max_length=20)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="methods", to="quickbooks.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")], null=True
                    ),
                ),
                ("record_id", models.BigIntegerField(null=True)),
                ("member", models.BooleanField(db_default=False, default=False)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("cause", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=1000)),
                ("remedy", models.CharField(blank=True, max_length=500)),
                ("detail", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.EmailField(blank=True, max_length=254)),
                ("close_reason", models.CharField(blank=True, max_length=500)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="quickbooks.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(null=True)),
                ("email", models.EmailField(max_length=254)),
                ("made_at", models.DateTimeField()),
                ("taken_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="quickbooks.connection"
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="quickbooks.problem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("lease_number", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=8)),
                ("lane", models.CharField(max_length=6)),
                ("size", models.PositiveSmallIntegerField(db_default=1)),
                ("method", models.CharField(max_length=4)),
                ("path", models.CharField(max_length=200)),
                ("params", models.JSONField(default=list)),
                ("body", models.BinaryField(null=True)),
                ("content_type", models.CharField(blank=True, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Committed; may be under way"),
                            ("answered", "Answered, not yet settled"),
                            ("unknown", "Outcome unknown: to be looked up"),
                            ("settled", "Settled"),
                        ],
                        max_length=8,
                    ),
                ),
                ("committed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.BinaryField(null=True)),
                ("tid", models.CharField(blank=True, max_length=100)),
                ("elapsed_ms", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="quickbooks.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bid", models.CharField(blank=True, max_length=10)),
                ("operation", models.CharField(max_length=6)),
                ("revision", models.BigIntegerField()),
                ("changed", models.JSONField(default=list)),
                ("carried", models.BinaryField(null=True)),
                ("settled", models.BooleanField(default=False)),
                ("look_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=12)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="quickbooks.link"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="quickbooks.request"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("started_by", models.EmailField(max_length=254)),
                ("finished_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="quickbooks.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state_hash", models.CharField(max_length=64, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.membership"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TakenName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm_id", models.CharField(max_length=40)),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")]),
                ),
                ("name_key", models.CharField(db_collation="C", max_length=500)),
                ("holder", models.CharField(max_length=12)),
                ("entity_id", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("realm_id", "kind", "name_key"), name="taken_name")],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id",
                        "kind",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "contact"), (2, "service"), (3, "invoice"), (4, "payment")]),
                ),
                ("record_id", models.BigIntegerField()),
                ("revision", models.BigIntegerField()),
                ("dirty", models.BooleanField()),
                ("fresh", models.BooleanField(db_default=False)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dirty", True)),
                        fields=["workspace", "kind", "record_id"],
                        name="change_dirty",
                    ),
                    models.Index(
                        condition=models.Q(("dirty", True), ("fresh", True)),
                        fields=["workspace", "kind", "record_id"],
                        name="change_fresh",
                    ),
                ],
            },
        ),
        *INDEXES,
        *TRIGGERS,
    ]
