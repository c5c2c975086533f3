"""What a call that saves many records at once answers: their ids and how many changed. Nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saved:
    """`ids` in the order of the call's edits; `created` + `changed` + `unchanged` is their number."""

    ids: tuple[int, ...]
    created: int
    changed: int
    unchanged: int
