"""A form sent twice by an impatient click is done once: the second answer is where the first one led.

Every form that creates something carries a one-time key (`{% once %}`). The key is inserted in the same transaction as
the work, so that two at once wait for each other, and a refusal leaves the key unused.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.web.models import Submission

FIELD = "once"
INCOMPLETE = "This form is incomplete. Reload the page and send it again."
KEPT = timedelta(days=1)


def once(request: HttpRequest, work: Callable[[], str], *, clock: Clock) -> str:
    """Does `work` and answers the address that it gives; for a key already used, the address it led to then.

    Raises Refused for a form without a key, and whatever `work` raises (then the key stays unused).
    """
    key, user_id, now = _key(request), _user_id(request), clock.now()
    try:
        with transaction.atomic():
            Submission.objects.filter(at__lt=now - KEPT).delete()
            row = Submission.objects.create(key=key, user_id=user_id, at=now)
            row.location = work()
            row.save(update_fields=["location"])
            return row.location
    except IntegrityError:
        done = Submission.objects.filter(key=key, user_id=user_id).first()
        if done is not None:
            return done.location
        if Submission.objects.filter(key=key).exists():  # somebody else's
            raise refuse("form", "incomplete", INCOMPLETE) from None
        raise


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        raise refuse("form", "incomplete", INCOMPLETE) from None


def _user_id(request: HttpRequest) -> int:
    if request.user.pk is None:
        raise refuse("form", "signed_out", "Sign in again, then send the form once more.")
    return int(request.user.pk)
