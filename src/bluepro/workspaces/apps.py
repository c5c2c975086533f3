"""Django's entry for this room."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "bluepro.workspaces"
    default_auto_field = "django.db.models.BigAutoField"
