"""Checks that every "save many at once" of the rooms shares: does each edit name a record that is there, once, in the
version that was read, with an external id that nobody else has? Reads only; what a record may hold is each room's rule.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from django.db.models import Model, QuerySet

from bluepro.common.errors import Conflict, FieldError
from bluepro.common.text import first_control

EXTERNAL_ID_LENGTH = 100

M = TypeVar("M", bound=Model)


class Edit(Protocol):
    """A new record (`id` None) or the whole new content of one."""

    @property
    def id(self) -> int | None: ...

    @property
    def version(self) -> int | None: ...

    @property
    def external_id(self) -> str | None: ...


class Versioned(Protocol):
    """A stored record that counts its changes."""

    version: int


def check_targets(edits: Sequence[Edit], stored: Container[int], noun: str) -> Iterator[FieldError]:
    """Refuses edits of records that are not among those found in the workspace, and two edits of one record."""
    seen = set[int]()
    for record, edit in enumerate(edits):
        if edit.id is None:
            continue
        if edit.id not in stored:
            message = f"There is no {noun} {edit.id} in this workspace."
            yield FieldError(noun, "unknown", message, record)
        elif edit.id in seen:
            message = f"The {noun} {edit.id} is changed twice at once."
            yield FieldError(noun, "twice", message, record)
        seen.add(edit.id)


def check_external_ids(rows: QuerySet[M], edits: Sequence[Edit], noun: str) -> Iterator[FieldError]:
    """Refuses external ids that are empty, too long, or another record's, in `rows` (all of the workspace's) or in
    the same call; one query at most."""
    names = {edit.external_id for edit in edits if edit.external_id}
    given = {name for name in names if not first_control(name, lines=False)}
    found = rows.filter(external_id__in=given).values_list("external_id", "pk") if given else ()
    owners: dict[str, int | None] = dict(found)
    seen = set[str]()
    for record, edit in enumerate(edits):
        name = edit.external_id
        if name is None:
            continue
        if not name.strip() or len(name) > EXTERNAL_ID_LENGTH:
            message = f"An external id has 1 to {EXTERNAL_ID_LENGTH} characters."
            yield FieldError("external_id", "length", message, record)
        elif first_control(name, lines=False):
            yield FieldError("external_id", "control_character", "This contains a control character.", record)
        elif name in seen or owners.get(name, edit.id) != edit.id:
            message = f"Another {noun} has the external id {name!r}."
            yield FieldError("external_id", "taken", message, record)
        seen.add(name)


def check_versions(edits: Sequence[Edit], stored: Mapping[int, Versioned]) -> None:
    """Raises Conflict for the first record that changed since the version that its edit was made from."""
    for edit in edits:
        if edit.id is None or edit.version is None:
            continue
        if stored[edit.id].version != edit.version:
            raise Conflict(f"{stored[edit.id]} was changed by someone else meanwhile; look at it again.")
