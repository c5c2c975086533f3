"""The customer's page of an invoice, open to whoever has its address: never indexed, never cached, read only."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluepro.common.errors import NotFound
from bluepro.invoicing.sharing import shared_invoice
from bluepro.web.client.showing import shown_to_customer
from bluepro.web.present import CLOCK

_TOKEN = re.compile(r"[0-9a-f]{32}")


@require_GET
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """An issued or cancelled invoice; any other address, and a draft's, is not there."""
    if _TOKEN.fullmatch(token) is None:
        raise Http404
    try:
        workspace, view, _ = shared_invoice(token, clock=CLOCK)
    except NotFound:
        raise Http404 from None
    response = render(request, "client/invoice.html", shown_to_customer(workspace, view))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
