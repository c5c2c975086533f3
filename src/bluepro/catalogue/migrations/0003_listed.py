"""An index for the list of services: sorted by name without regard to case."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_initial")]

    operations = [
        migrations.AddIndex(
            model_name="service",
            index=models.Index("workspace", Lower("name"), "id", name="service_listed"),
        ),
    ]
