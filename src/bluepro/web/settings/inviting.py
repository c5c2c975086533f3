"""The link of an invitation, and the mail that carries it where this installation can send mail."""

import logging
import smtplib

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.urls import reverse

from bluepro.web.access import WorkspaceRequest
from bluepro.workspaces.invitations import secret_of
from bluepro.workspaces.models import Invitation

log = logging.getLogger(__name__)


def link_of(request: WorkspaceRequest, invitation: Invitation) -> str:
    """The address to send to the person invited."""
    return request.build_absolute_uri(reverse("invitation", args=[secret_of(invitation)]))


def mail_invitation(request: WorkspaceRequest, invitation: Invitation) -> None:
    """Mails the link, if a mail server is set; tells the inviter in any case how the link gets to the person."""
    email = invitation.email
    if not settings.EMAIL_HOST:
        messages.success(request, f"The invitation for {email} is ready. Copy its link below and send it.")
        return
    try:
        send_mail(f"Join {request.workspace.name} on BluePro", _text(request, invitation), None, [email])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail failed", extra={"action": "invitation_mail", "reason": type(error).__name__})
        messages.warning(request, f"The mail to {email} could not be sent. Copy the link below and send it yourself.")
    else:
        messages.success(request, f"The invitation was mailed to {email}.")


def _text(request: WorkspaceRequest, invitation: Invitation) -> str:
    inviter = invitation.invited_by.user
    return (
        f"{inviter.name or inviter.email} invites you to work in {request.workspace.name} on BluePro.\n\n"
        f"Open this link to join; it works once, for 14 days:\n{link_of(request, invitation)}\n\n"
        "If you did not expect this, ignore it.\n"
    )
