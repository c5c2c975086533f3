"""What was changed in QuickBooks: whether BluePro's values count, or those that are there."""

from typing import Any

from bluepro.quickbooks import drift
from bluepro.quickbooks.answers.asked import Asked
from bluepro.quickbooks.models import Link
from bluepro.quickbooks.translate.owned import fingerprint


def ours(asked: Asked) -> None:
    """All that is owned is sent again, or the removal goes through: over what was changed there, and what is now."""
    link = asked.link()
    Link.objects.filter(id=link.id).update(
        agreed={**link.agreed, "overwrite": True}, accepted={}, fingerprint="", stale=True, **_answered(asked, link)
    )


def theirs(asked: Asked) -> None:
    """What was changed there is left as it is, and taken for right until it is changed here; the rest goes."""
    link, fields = asked.link(), asked.problem.detail.get("fields", {})
    owned = drift.as_sent(link.owned, fields)
    Link.objects.filter(id=link.id).update(
        accepted={**link.accepted, **drift.accepted(fields)},
        owned=owned,
        fingerprint=fingerprint(owned),
        **_answered(asked, link),
    )


def keep(asked: Asked) -> None:
    """What was to be removed stays there, and is nobody's any more: without a link there is nothing to remove."""
    link = asked.link()
    Link.objects.filter(id=link.id).update(removed_at=asked.now, stale=False, held_revision=None)


def leave(asked: Asked) -> None:
    """It stays as it is: held at this revision, so that a change made here asks anew. Who pays it hears of that."""
    link = asked.link()
    if link.asked_token:
        Link.objects.filter(id=link.id).update(agreed={**link.agreed, "left": True})


def _answered(asked: Asked, link: Link) -> dict[str, Any]:  # Any: columns of many types
    """The question is settled, and what it was about is known: its sync token is taken over."""
    token = asked.problem.detail.get("sync_token") or link.sync_token
    return {"sync_token": token, "asked_token": "", "held_revision": None, "retry_at": None, "attempts": 0}
