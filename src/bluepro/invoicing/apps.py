"""Django's entry for this room."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    name = "bluepro.invoicing"
    default_auto_field = "django.db.models.BigAutoField"
