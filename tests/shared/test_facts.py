"""Every fact of the sheet has its row in docs/quickbooks-behaviour.md, and every row a test or a reason.

That the named tests pass is seen where they stand; `make facts SHEET=...` runs just these.
"""

import os
from pathlib import Path

from facts_table import faults_of

SHARED = Path(os.environ.get("BLUEPRO_SHARED") or Path(__file__).parents[3] / "shared")
SHEET = SHARED / "reference" / "quickbooks-online.md"


def test_the_table_of_facts_is_the_sheets() -> None:
    assert list(faults_of(SHEET)) == []
