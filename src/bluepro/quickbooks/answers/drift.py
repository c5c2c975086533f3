"""What was changed in QuickBooks: whether BluePro's values count, or those that are there."""

from typing import Any

from django.db import transaction

from bluepro.quickbooks import drift
from bluepro.quickbooks.answers.asked import Asked
from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.due import Scope


def ours(asked: Asked) -> None:
    """All that is owned is sent again, or the removal goes through: over what was changed there, and what is now."""
    link = asked.link()
    Link.objects.filter(id=link.id).update(
        agreed={**link.agreed, "overwrite": True}, accepted={}, fingerprint="", stale=True, **_answered(asked, link)
    )


def theirs(asked: Asked) -> None:
    """It is left as it is there, and taken for right; what waits here is not sent, the next change here is."""
    link, detail = asked.link(), asked.problem.detail
    Link.objects.filter(id=link.id).update(
        accepted={**link.accepted, **drift.accepted(detail.get("fields", {}))}, **_answered(asked, link)
    )
    _take_as_sent(asked, link)


def keep(asked: Asked) -> None:
    """What was to be removed stays there, and is nobody's any more."""
    link = asked.link()
    Link.objects.filter(id=link.id).update(removed_at=asked.now, stale=False, held_revision=None)
    _take_as_sent(asked, link)


def leave(asked: Asked) -> None:
    """It stays as it is: held at this revision, so that a change made here asks anew."""
    asked.link()


def _answered(asked: Asked, link: Link) -> dict[str, Any]:  # Any: columns of many types
    """The question is settled, and what it was about is known: its sync token is taken over."""
    token = asked.problem.detail.get("sync_token") or link.sync_token
    return {"sync_token": token, "asked_token": "", "held_revision": None, "retry_at": None, "attempts": 0}


def _take_as_sent(asked: Asked, link: Link) -> None:
    """The change that waits for the answer needs nothing any more."""
    if link.held_revision is None:
        return
    done = [Acknowledged(Kind(link.kind), link.record_id, link.held_revision)]
    scope = Scope(asked.workspace_id, asked.realm_id, asked.now)
    transaction.on_commit(lambda: acknowledge(scope, done))
