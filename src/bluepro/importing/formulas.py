"""Cells that a spreadsheet would run as a formula: written with an apostrophe in front, which reading takes off again.

A customer may name himself `=HYPERLINK(...)`; whoever opens the export must not run it. Numbers and phone numbers,
which may begin with a sign, stay as they are.
"""

import re

_BEGINS = re.compile(r"'*[=+\-@\t\r]")
_FIGURES = re.compile(r"[+\-][0-9 ().,/\-]*")


def guarded(cell: str) -> str:
    """The cell as it may stand in a file."""
    return f"'{cell}" if _is_formula(cell) else cell


def plain(cell: str) -> str:
    """The cell as it was before `guarded`; any other cell is left alone."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return _BEGINS.match(cell) is not None and _FIGURES.fullmatch(cell.lstrip("'")) is None
