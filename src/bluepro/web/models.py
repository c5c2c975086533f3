"""What the pages remember themselves: which forms were already sent, and the imports that people uploaded."""

from django.conf import settings
from django.db import models

from bluepro.workspaces.models import Membership, Workspace


class Submission(models.Model):
    """A form that was sent: its one-time key, by whom, and where its success led. Kept for a day."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    location = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return str(self.key)


class ImportState(models.TextChoices):
    WAITING = "waiting", "Waiting for a worker"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class ImportRun(models.Model):
    """Uploaded files and how far their check or import is. `file` is a .zip, dropped when it is imported.

    `done` of `total` rows (None: not known yet) in the `stage` that is going on; `heard_at` is the last sign of life.
    `report` is what came of it, as `runs.as_json` writes it; `reason` why it was refused as a whole.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    file = models.BinaryField(null=True)
    file_name = models.CharField(max_length=200)
    dry_run = models.BooleanField()
    skip_bad = models.BooleanField()
    state = models.CharField(max_length=8, choices=ImportState.choices)
    stage = models.CharField(max_length=100, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    report = models.JSONField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    uploaded_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"
