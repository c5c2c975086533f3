"""When a write was done, by QuickBooks' clock: tells what it moved with it from what somebody changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Null for what was settled before."""

    dependencies = [("quickbooks", "0001_tables")]

    operations = [migrations.AddField("requestitem", "done_there_at", models.DateTimeField(null=True))]
