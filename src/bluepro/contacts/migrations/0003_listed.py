"""Indexes for the list of contacts: sorted by name without regard to case, and by age."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_initial")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index("workspace", Lower("display_name"), "id", name="contact_listed"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["workspace", "created_at", "id"], name="contact_by_age"),
        ),
    ]
