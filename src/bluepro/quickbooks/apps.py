"""Django's entry for this room."""

from django.apps import AppConfig


class QuickbooksConfig(AppConfig):
    name = "bluepro.quickbooks"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Also loads the proxy models that declare the triggers, which live in a file of their own."""
        super().import_models()
        from bluepro.quickbooks import triggers  # noqa: F401  (models may load only now)
