"""New random references of records, none of which is in use in the workspace yet. Also used for payments."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from bluepro.common.ids import Ids

M = TypeVar("M", bound=Model)


def new_references(rows: QuerySet[M], count: int, ids: Ids) -> list[str]:
    """`count` different references that none of `rows` (all of one kind in the workspace) has; one query as a rule."""
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = {ids.reference(): None for _ in range(count - len(found))}
        taken = set(rows.filter(ref__in=list(drawn)).values_list("ref", flat=True))
        found.update((ref, None) for ref in drawn if ref not in taken)
    return list(found)
