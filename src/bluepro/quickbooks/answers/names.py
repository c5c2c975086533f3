"""A name is held in QuickBooks: whether its holder is the same customer or item."""

from bluepro.common.errors import refuse
from bluepro.quickbooks.answers.asked import Asked
from bluepro.quickbooks.models import Link, Problem, TakenName
from bluepro.quickbooks.translate import names


def same(asked: Asked) -> None:
    """The customer or item that holds the name is this record: they are linked, which writes nothing by itself.

    Raises Refused if nobody was to be seen under the name, if the record has an entity already or is just being sent,
    or if another record has that one.
    """
    link, detail = asked.idle_link(), asked.problem.detail
    entity_id = str(detail.get("entity_id", ""))
    _refuse_to_link(asked.problem, link, entity_id)
    name, revision = str(detail["name"]), link.held_revision
    asked.take_as_sent(link)
    Link.objects.filter(id=link.id).update(
        entity_id=entity_id,
        sync_token=detail.get("sync_token") or "0",
        name=name,
        name_key=names.key(name),
        held_revision=None,
        retry_at=None,
        attempts=0,
        pushed_revision=revision or 0,
        pushed_at=asked.now,
    )
    TakenName.objects.filter(realm_id=link.realm_id, kind=link.kind, name_key=names.key(name)).delete()


def not_same(asked: Asked) -> None:
    """Whoever holds the name is another one: it is remembered as taken, and the record gets the next free suffix."""
    link, detail = asked.link(), asked.problem.detail
    TakenName.objects.update_or_create(
        realm_id=link.realm_id,
        kind=link.kind,
        name_key=names.key(str(detail["name"])),
        defaults={"holder": detail.get("holder", "unknown"), "entity_id": detail.get("entity_id", "")},
    )
    Link.objects.filter(id=link.id).update(held_revision=None, retry_at=None, attempts=0)


def _refuse_to_link(problem: Problem, link: Link, entity_id: str) -> None:
    if not entity_id or problem.detail.get("holder") not in ("customer", "item"):
        message = "QuickBooks shows no customer or item that it could be linked to. Answer not_same, or rename it here."
        raise refuse("answer", "nobody_there", message)
    if link.entity_id:
        message = (
            f"{problem.label} is in QuickBooks already, under another id. Give it another name, or answer not_same."
        )
        raise refuse("answer", "has_entity", message)
    other = Link.objects.filter(realm_id=link.realm_id, kind=link.kind, entity_id=entity_id).first()
    if other is not None:
        message = f"That one is linked to {other.name or other.record_id!r} already. Answer not_same."
        raise refuse("answer", "linked_elsewhere", message)
