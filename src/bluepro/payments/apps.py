"""Django's entry for this room."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "bluepro.payments"
    default_auto_field = "django.db.models.BigAutoField"
