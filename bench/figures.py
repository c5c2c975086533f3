"""What a row measured: lines of the table, and all of it as JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

Say = Callable[[str], None]
"""Tells how far a row has come."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `kept` is None where there is no budget; `python_quickbooks` is "" where it has nothing
    to set beside."""

    what: str
    budget: str
    measured: str
    kept: bool | None
    python_quickbooks: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines of one row, and the numbers behind them."""

    lines: tuple[Line, ...]
    numbers: dict[str, Any] = field(default_factory=dict)  # Any: JSON

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)
