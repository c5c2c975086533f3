"""The table of fault codes has the fact sheet's codes (section 9.3), each once, and no others."""

import re
from collections.abc import Iterator

from recordings import SHARED

from bluepro.quickbooks.rulings import RULINGS

SHEET = SHARED / "reference" / "quickbooks-online.md"
_CODE = re.compile(r"\d+")


def codes_of_the_sheet() -> Iterator[str]:
    """The first cell of each row; "3001 / 003001" is one code in two spellings."""
    section = SHEET.read_text(encoding="utf-8").partition("### 9.3 Codes")[2].partition("\nNotes\n")[0]
    for line in section.splitlines():
        if line.startswith("| ") and _CODE.match(line[2:]):
            yield from (code for code in _CODE.findall(line.split("|")[1]) if not code.startswith("00"))


def test_the_table_of_codes_is_the_sheets() -> None:
    found = list(codes_of_the_sheet())
    assert len(found) > 80 and len(found) == len(set(found))
    assert set(RULINGS) == set(found)
