import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quickbooks", "0003_look_ups_and_wanted_names"),
    ]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="name_key",
            field=models.CharField(blank=True, db_collation="C", max_length=500),
        ),
        migrations.AlterField(
            model_name="takenname",
            name="name_key",
            field=models.CharField(db_collation="C", max_length=500),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("retry_at__isnull", False)),
                fields=["workspace", "realm_id", "retry_at"],
                name="link_retry",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("kind", 4), ("removed_at", None)),
                fastupdate=False,
                fields=["refers_to"],
                name="link_refers_to",
            ),
        ),
    ]
