"""Where QuickBooks is for these pages: the deployment with the pages' own redirect address, and links to entities."""

import os
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse

from bluepro.quickbooks.connect.deployment import (
    API_URL,
    ENVIRONMENT,
    REDIRECT_URI,
    Deployment,
    from_environment,
)
from bluepro.quickbooks.snapshot import Kind

_APPS = {"production": "https://app.qbo.intuit.com", "sandbox": "https://app.sandbox.qbo.intuit.com"}
_PATHS: Mapping[Kind, tuple[str, str]] = {
    Kind.CONTACT: ("/app/customerdetail", "nameId"),
    Kind.SERVICE: ("/app/items", "itemId"),
    Kind.INVOICE: ("/app/invoice", "txnId"),
    Kind.PAYMENT: ("/app/recvpayment", "txnId"),
}


def deployment_for(request: HttpRequest) -> Deployment:
    """The QuickBooks of this installation; sign-ins come back to these pages. Raises DeploymentError."""
    found = from_environment(os.environ)
    return replace(found, credentials=replace(found.credentials, redirect_uri=redirect_uri(request)))


def redirect_uri(request: HttpRequest) -> str:
    """The configured address if it is this page's, for it must equal a registered one exactly; else as it was asked."""
    own = reverse("quickbooks_callback")
    configured = os.environ.get(REDIRECT_URI, "").strip()
    return configured if urlsplit(configured).path == own else request.build_absolute_uri(own)


def entity_address(kind: Kind, entity_id: str, realm_id: str) -> str:
    """The page of an entity in QuickBooks, or in the local one; "" if it is not known where that is."""
    base = _APPS.get(os.environ.get(ENVIRONMENT, "").strip().lower()) or os.environ.get(API_URL, "").strip()
    if not base or not entity_id:
        return ""
    path, name = _PATHS[kind]
    return f"{base.rstrip('/')}{path}?{urlencode({name: entity_id, 'companyId': realm_id})}"
