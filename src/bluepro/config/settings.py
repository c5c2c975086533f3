"""Django's settings, read from the environment. A bad value fails at start with a message that names the variable.

`DATABASE_URL` names the PostgreSQL server; the command line sets it to the embedded one where nobody did.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database(url: str) -> dict[str, Any]:
    """Django's entry for `postgresql://user:password@host:port/name?option=value`; a socket's folder by `?host=`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql://; BluePro runs on PostgreSQL 15 or later only"
        )
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": options.pop("user", "") or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


BASE_DIR = Path(__file__).resolve().parent.parent

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///bluepro"))}

# Pages come later and read their own secret from the data folder; until then nothing signs with this key.
SECRET_KEY = os.environ.get("BLUEPRO_SECRET_KEY", "") or os.urandom(32).hex()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "pgtrigger",
    "procrastinate.contrib.django",
    "bluepro.workspaces.apps.WorkspacesConfig",
    "bluepro.contacts.apps.ContactsConfig",
    "bluepro.catalogue.apps.CatalogueConfig",
    "bluepro.invoicing.apps.InvoicingConfig",
    "bluepro.payments.apps.PaymentsConfig",
    "bluepro.quickbooks.apps.QuickbooksConfig",
]
AUTH_USER_MODEL = "workspaces.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

MIDDLEWARE: list[str] = []

# Our own triggers are installed by migrations; pgtrigger must not create or drop any on its own.
PGTRIGGER_MIGRATIONS = True
