"""The external ids that an export gives to records which have none, and how an import knows them again.

`bp-<tag>-<id>`: the tag is the workspace's own, so that a file exported elsewhere never meets a record here by chance.
Nothing is written: the same record gets the same id in every export, until it gets a real external id.
"""

import hashlib
from dataclasses import dataclass

from bluepro.workspaces.models import Workspace

_TAG_LENGTH = 10


@dataclass(frozen=True, slots=True)
class OwnIds:
    """Ids of one workspace's records."""

    prefix: str

    def of(self, record_id: int, external_id: str | None) -> str:
        """What stands in the files for a record."""
        return f"{self.prefix}{record_id}" if external_id is None else external_id


def own_ids(workspace: Workspace) -> OwnIds:
    """The ids of `workspace`; the tag follows from its id and the microsecond of its making, so it never changes."""
    made = f"{workspace.pk} {workspace.created_at.isoformat()}"
    tag = hashlib.sha256(made.encode()).hexdigest()[:_TAG_LENGTH]
    return OwnIds(f"bp-{tag}-")
