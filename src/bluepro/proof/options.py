"""What a rehearsal is asked for, and the error that ends one. No logic."""

from dataclasses import dataclass
from pathlib import Path

from bluepro.common.errors import BlueProError

TIME_ZONE = "America/New_York"  # of the rehearsed workspace


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `bluepro rehearse`. `company` is fresh, sample or uk, `limits` documented or none.

    `quickbooks` are settings of the local QuickBooks and of its company, by name, as written; `faults` is the part of
    all calls that fail in random ways, drawn from `seed`, until the first Sync Data is through.
    """

    folder: Path
    json_file: Path | None = None
    keep: bool = False
    company: str = "fresh"
    limits: str = "none"
    kills: int = 0
    seed: int = 0
    quickbooks: tuple[tuple[str, str], ...] = ()
    faults: float = 0

    @property
    def unlimited(self) -> bool:
        """Whether neither side keeps to Intuit's rates."""
        return self.limits == "none"


class RehearsalFailed(BlueProError):
    """A rehearsal could not be brought to its end; the message says what to do."""
