"""E-mails about the sync: their words, and how they leave. Plain text, never an amount, with the link to the page.

Whom to tell what is decided in `quickbooks.notices`. A mail that fails is tried again later and holds up nothing else.
"""

import logging
import smtplib
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from bluepro.common.clock import Clock
from bluepro.quickbooks import notices
from bluepro.quickbooks.notices import Told
from bluepro.quickbooks.together import BRAKE
from bluepro.web.quickbooks.causes import Cause, cause_of

log = logging.getLogger(__name__)

MOST = 50  # mails of one look; the rest goes with the next


def deliver(clock: Clock) -> int:
    """Sends what is to be told now; answers how many mails left. Does nothing where no mail server is set."""
    return _deliver(clock, notices.find)


def deliver_daily(clock: Clock) -> int:
    """The same, with what is told once a day."""
    return _deliver(clock, notices.find_daily)


def _deliver(clock: Clock, find: Callable[..., None]) -> int:
    if not settings.EMAIL_HOST:
        return 0
    find(clock.now())
    count = 0
    while count < MOST and (told := notices.take(clock.now())) is not None:
        if not _sent(told, clock):
            break  # the server may be away: the others are tried at the next look
        count += 1
    return count


def _sent(told: Told, clock: Clock) -> bool:
    """Whether it left. What is logged names no person."""
    try:
        _message(told).send()
    except (OSError, smtplib.SMTPException) as error:
        notices.failed(told.id, clock.now())
        log.warning("mail failed", extra={"action": "mail_failed", "reason": type(error).__name__})
        return False
    notices.sent(told.id, clock.now())
    log.info("mail sent", extra={"action": "mail_sent", "workspace": told.workspace_id})
    return True


def _message(told: Told) -> EmailMessage:
    """The same notice has the same message id, should it ever leave twice."""
    subject, body = at_once(told) if told.at_once else daily(told)
    name = f"<bluepro-notice-{told.id}@{settings.PUBLIC_URL.partition('//')[2].partition(':')[0]}>"
    return EmailMessage(" ".join(subject.split()), body, None, [told.email], headers={"Message-ID": name})


def at_once(told: Told) -> tuple[str, str]:
    """Subject and text: nothing is sent to QuickBooks any more (or much waits), why, and who can change that where."""
    cause = cause_of(told.causes[0][0])
    if cause.code == BRAKE:
        return _braked(told, cause)
    return (
        f"BluePro sends nothing to QuickBooks any more: {told.workspace}",
        f"Sending from {told.workspace} to {told.company or 'QuickBooks'} has stopped.\n\n"
        f"Why: {cause.title}.\n"
        f"{cause.who} can fix this here:\n{_link(told)}\n\n"
        "Nothing is lost: what changes meanwhile follows by itself once this is settled.\n" + _why(told),
    )


def _braked(told: Told, cause: Cause) -> tuple[str, str]:
    return (
        f"BluePro asks before it changes much in QuickBooks: {told.workspace}",
        f"Many invoices or payments of {told.workspace} that stand in {told.company or 'QuickBooks'} would be changed "
        "or removed there within ten minutes. These wait, in case this was not meant; everything else goes on.\n\n"
        f"{cause.who} can look at them and decide here:\n{_link(told)}\n" + _why(told),
    )


def daily(told: Told) -> tuple[str, str]:
    """Subject and text: how many things of which kind wait for a person."""
    number = sum(count for _, count in told.causes)
    things = "1 thing needs" if number == 1 else f"{number:,} things need"
    lines = "".join(f"{count:>6,}  {cause_of(cause).title}\n" for cause, count in told.causes)
    return (
        f"{things} somebody before QuickBooks has all: {told.workspace}",
        f"{things} somebody before all of {told.workspace} is in {told.company or 'QuickBooks'}:\n\n{lines}\n"
        f"What each is, and the button that fixes it:\n{_link(told)}\n\n"
        "Everything else goes on meanwhile. This mail comes once a day while something is open.\n" + _why(told),
    )


def _link(told: Told) -> str:
    return f"{settings.PUBLIC_URL}{reverse('quickbooks_problems', args=[told.workspace_id])}"


def _why(told: Told) -> str:
    return f"\nYou get it as Owner, Admin or Bookkeeper of {told.workspace} on BluePro.\n"
