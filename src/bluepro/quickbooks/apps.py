"""Django's entry for this room."""

from django.apps import AppConfig


class QuickbooksConfig(AppConfig):
    name = "bluepro.quickbooks"
    default_auto_field = "django.db.models.BigAutoField"
