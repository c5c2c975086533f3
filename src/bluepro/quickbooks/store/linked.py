"""Who has, or had, an entity: asked before one is adopted (one entity, at most one record) or another one is made."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Max

from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.work import RecordKey


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


def generations(scope: Scope, keys: Iterable[RecordKey]) -> dict[RecordKey, int]:
    """The highest generation of each of `keys` that ever had a link in the realm: the next entity is one more."""
    ids: dict[Kind, list[int]] = defaultdict(list)
    for kind, record_id in keys:
        ids[kind].append(record_id)
    return {
        (kind, record_id): highest
        for kind in ids
        for record_id, highest in Link.objects.filter(
            workspace=scope.workspace_id, realm_id=scope.realm_id, kind=int(kind), record_id__in=ids[kind]
        )
        .values_list("record_id")
        .annotate(highest=Max("generation"))
    }
