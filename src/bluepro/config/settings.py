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


def number(variable: str, default: int) -> int:
    """A whole number from 0 that the environment may give."""
    given = os.environ.get(variable, "").strip()
    if given and not given.isdecimal():
        raise ImproperlyConfigured(f"{variable} must be a whole number from 0, not {given!r}")
    return int(given) if given else default


BASE_DIR = Path(__file__).resolve().parent.parent

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///bluepro"))}

# Signs sessions. `bluepro web` reads a lasting one from the data folder's keys; other commands need none that lasts.
SECRET_KEY = os.environ.get("BLUEPRO_SECRET_KEY", "") or os.urandom(32).hex()

DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("BLUEPRO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")]
HTTPS = os.environ.get("BLUEPRO_HTTPS", "") == "1"  # set where a proxy ends TLS in front of the pages

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django_htmx",
    "bluepro.workspaces.apps.WorkspacesConfig",
    "bluepro.contacts.apps.ContactsConfig",
    "bluepro.catalogue.apps.CatalogueConfig",
    "bluepro.invoicing.apps.InvoicingConfig",
    "bluepro.payments.apps.PaymentsConfig",
    "bluepro.quickbooks.apps.QuickbooksConfig",
    "bluepro.web.apps.WebConfig",
]
AUTH_USER_MODEL = "workspaces.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a list of 50 rows with all its parts stays under 100 KB
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bluepro.web.headers.HeadersMiddleware",
]
ROOT_URLCONF = "bluepro.config.urls"
WSGI_APPLICATION = "bluepro.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000  # every address carries a mark of the file's content

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "workspaces"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # an invoice may have 740 lines

# The verifier token of the app's webhooks, from Intuit's developer pages; without one no webhook is taken.
QBO_WEBHOOK_VERIFIER = os.environ.get("BLUEPRO_QBO_WEBHOOK_VERIFIER", "").strip()

# What Intuit lets one deployment read in a month on its free tier; more where it is paid for.
QBO_READS_A_MONTH = number("BLUEPRO_QBO_READS_A_MONTH", 500_000)

# Mail goes out only where a server is named; else nothing is mailed (Django's own words would go to the console).
EMAIL_HOST = os.environ.get("BLUEPRO_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("BLUEPRO_EMAIL_PORT", "") or 587)
EMAIL_HOST_USER = os.environ.get("BLUEPRO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BLUEPRO_EMAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
# Where people open the pages: what links in mails begin with.
PUBLIC_URL = os.environ.get("BLUEPRO_URL", "").rstrip("/") or "http://localhost:8000"
DEFAULT_FROM_EMAIL = os.environ.get("BLUEPRO_EMAIL_FROM", "") or "BluePro <bluepro@localhost>"

# Our own triggers are installed by migrations; pgtrigger must not create or drop any on its own.
PGTRIGGER_MIGRATIONS = True
