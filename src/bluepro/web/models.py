"""What the pages remember themselves: which forms were already sent."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """A form that was sent: its one-time key, by whom, and where its success led. Kept for a day."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    location = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return str(self.key)
