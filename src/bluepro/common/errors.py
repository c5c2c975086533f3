"""What a person is told when something is refused: the field, the rule and the way out. No HTTP, no database."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong: `field` as people know it, `rule` a short stable name, `message` a whole sentence.

    `record` is the position (from 0) of the record within the call, for services that save many at once.
    """

    field: str
    rule: str
    message: str
    record: int = 0

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class BlueProError(Exception):
    """Base of all errors that are meant for people."""


class Refused(BlueProError):
    """Data or an action that the rules refuse; carries every reason at once."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = tuple(errors)


class NotAllowed(Refused):
    """The acting membership's role may not do this."""


class NotFound(BlueProError):
    """The thing named does not exist in this workspace."""


class Conflict(BlueProError):
    """Someone else changed the record since it was read."""


def refuse(field: str, rule: str, message: str) -> Refused:
    """A refusal with a single reason."""
    return Refused([FieldError(field, rule, message)])
