"""The address that Intuit's webhooks come to: checked, noted and answered at once; what they tell of is read later.

Whatever is signed is answered with 200, also what cannot be read or is about nobody here: Intuit would send it again
and again, and everything later would wait behind it {F6-9}.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bluepro.quickbooks import hooks
from bluepro.quickbooks.connect.reading import outdate
from bluepro.quickbooks.store import watching
from bluepro.web.present import CLOCK

MOST = 256 * 1024  # bytes; a notification holds ids only
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 for what Intuit signed; 404 where webhooks are not set up, 401 for another signature, 413 if too large."""
    verifier: str = settings.QBO_WEBHOOK_VERIFIER
    if not verifier:
        return _refused(404, "not set up")
    body = request.read(MOST + 1)
    if len(body) > MOST:
        return _refused(413, "too large")
    if not hooks.is_signed(body, request.headers.get("intuit-signature", ""), verifier):
        return _refused(401, "signature")
    told = hooks.read(body)
    if told is None:
        log.warning("unreadable webhook", extra={"action": "webhook", "reason": "unreadable", "count": 0})
        return HttpResponse(status=200)
    _note(told)
    return HttpResponse(status=200)


def _refused(status: int, reason: str) -> HttpResponse:
    log.warning("webhook refused", extra={"action": "webhook_refused", "reason": reason, "status": status})
    return HttpResponse(status=status)


@transaction.atomic
def _note(told: tuple[hooks.Told, ...]) -> None:
    count = watching.ask_soon(hooks.newest(told), CLOCK.now())
    outdate(hooks.preferences(told))
    log.info("webhook", extra={"action": "webhook", "count": count})
