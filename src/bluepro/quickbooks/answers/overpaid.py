"""A payment is larger than what is open in QuickBooks: whether it is the same money as was applied there."""

from bluepro.common.errors import refuse
from bluepro.quickbooks.answers.asked import Asked
from bluepro.quickbooks.models import Link


def same(asked: Asked) -> None:
    """The payment that was entered there is this one: they are linked, which writes nothing by itself.

    Raises Refused if another record has that one, or if the payment is just being sent.
    """
    link, detail = asked.idle_link(), asked.problem.detail
    entity_id, revision = str(detail["entity_id"]), link.held_revision
    other = Link.objects.filter(realm_id=link.realm_id, kind=link.kind, entity_id=entity_id).first()
    if other is not None:
        raise refuse("answer", "linked_elsewhere", "That payment belongs to another one here. Choose otherwise.")
    asked.take_as_sent(link)
    Link.objects.filter(id=link.id).update(
        entity_id=entity_id,
        sync_token=detail.get("sync_token") or "0",
        held_revision=None,
        retry_at=None,
        attempts=0,
        pushed_revision=revision or 0,
        pushed_at=asked.now,
    )


def credit(asked: Asked) -> None:
    """It is another payment: as much is applied as is open there, and the rest stays the customer's credit."""
    link = asked.link()
    agreed = {**link.agreed, "applied": asked.problem.detail["applied"]}
    Link.objects.filter(id=link.id).update(agreed=agreed, held_revision=None, retry_at=None, attempts=0)
