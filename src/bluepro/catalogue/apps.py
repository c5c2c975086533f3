"""Django's entry for this room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "bluepro.catalogue"
    default_auto_field = "django.db.models.BigAutoField"
