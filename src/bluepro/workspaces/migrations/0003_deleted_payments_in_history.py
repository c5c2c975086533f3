"""An index for the payments deleted from an invoice, which its page tells of: else it reads all history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_invitations_and_failed_sign_ins"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(
                condition=models.Q(("action", "deleted"), ("kind", "payment")),
                fields=["workspace"],
                name="history_deleted_payments",
            ),
        ),
    ]
