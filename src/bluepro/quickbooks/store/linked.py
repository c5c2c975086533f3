"""Which records have these entities already: asked before one is adopted (one entity, at most one record)."""

from collections import defaultdict
from collections.abc import Iterable

from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind


def owners(realm_id: str, entities: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], int]:
    """The record of each of `entities` (kind and id there) that has one; former generations count too."""
    ids: dict[Kind, list[str]] = defaultdict(list)
    for kind, entity_id in entities:
        ids[kind].append(entity_id)
    return {
        (kind, str(entity_id)): record_id
        for kind in ids
        for entity_id, record_id in Link.objects.filter(
            realm_id=realm_id, kind=int(kind), entity_id__in=ids[kind]
        ).values_list("entity_id", "record_id")
    }
