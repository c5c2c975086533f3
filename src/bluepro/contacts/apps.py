"""Django's entry for this room."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "bluepro.contacts"
    default_auto_field = "django.db.models.BigAutoField"
