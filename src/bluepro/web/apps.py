"""Django's entry for the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bluepro.web"
    default_auto_field = "django.db.models.BigAutoField"
