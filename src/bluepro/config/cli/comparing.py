"""The command `compare`: all records here against all of QuickBooks, per kind, month and record."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from bluepro.config.cli.common import here
from bluepro.proof.compare import run_compare
from bluepro.proof.comparing.result import Comparison
from bluepro.proof.outcome import KINDS
from bluepro.proof.report import months_table, records_table, show_differences, totals_table
from bluepro.workspaces.roles import Action, require


def compare(options: argparse.Namespace) -> int:
    """0 only if everything is equal to the cent."""
    place = here(options)
    require(place.actor, Action.SEE_TOTALS)
    found = run_compare(place.workspace.pk, place.deployment(), clock=place.clock, ids=place.ids)
    if options.json:
        print(json.dumps(as_json(found), indent=2, default=str))
    else:
        for table in (records_table(found), totals_table(found), months_table(found)):
            place.console.print(table)
        show_differences(place.console, found)
        place.console.print("Everything is equal." if found.is_equal else "Not equal.")
    return 0 if found.is_equal else 1


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON can hold it, amounts as decimal strings."""
    return {
        "equal": found.is_equal,
        "records": {name: asdict(found.counts[kind]) for kind, name in KINDS.items()},
        "totals": asdict(found.totals),
        "months": {month: asdict(sides) for month, sides in found.months.items()},
        "differences": [
            {**asdict(one), "kind": one.kind.name.lower(), "verdict": str(one.verdict)} for one in found.differences
        ],
    }
