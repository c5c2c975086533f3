"""The table of fault codes as people read it. `python tests/unit/errors_table.py` writes it into the docs anew."""

from collections.abc import Iterator
from pathlib import Path

from bluepro.quickbooks.rulings import RULINGS, Family, Ruling

DOCUMENT = Path(__file__).parents[2] / "docs" / "quickbooks-errors.md"
BEGIN, END = "<!-- table of codes: tests/unit/errors_table.py -->\n", "<!-- end -->\n"
FAMILIES = {
    Family.RETRY: "tried again",
    Family.RESOLVE: "read, then decided",
    Family.NEEDS_FIX: "needs a person",
    Family.RECONNECT: "the connection stops or waits",
    Family.BUG: "a fault of ours",
}


def table() -> str:
    """All codes in order, in Markdown."""
    head = "| code | what happened | what BluePro does | who can fix it, and how | button |\n|---|---|---|---|---|\n"
    return head + "".join(_row(code, RULINGS[code]) for code in sorted(RULINGS, key=int))


def _row(code: str, rule: Ruling) -> str:
    cells = (code, rule.text, FAMILIES[rule.family], rule.remedy, "; ".join(rule.buttons))
    return "| " + " | ".join(cells) + " |\n"


def parts(document: str) -> Iterator[str]:
    """What stands before the table, the table, and what stands after it."""
    before, _, rest = document.partition(BEGIN)
    inside, _, after = rest.partition(END)
    yield from (before, inside, after)


def main() -> None:
    before, _, after = parts(DOCUMENT.read_text(encoding="utf-8"))
    DOCUMENT.write_text(before + BEGIN + table() + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
