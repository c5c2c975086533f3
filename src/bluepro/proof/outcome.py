"""What a rehearsal found, as data and as the JSON that `--json` writes. Its keys are a promise to other programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bluepro.proof.comparing.result import Comparison, Counts
from bluepro.proof.counting import Asked
from bluepro.quickbooks.snapshot import Kind

KINDS = {Kind.CONTACT: "contacts", Kind.SERVICE: "services", Kind.INVOICE: "invoices", Kind.PAYMENT: "payments"}
TOTALS = ("invoiced", "discount", "tax", "paid", "open_balance")


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem that is left: `kind` such as "invoice" ("connection" for the whole), `record` its number or name."""

    kind: str
    record: str
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """How other programs get into the local QuickBooks of a kept rehearsal."""

    base_url: str
    realm_id: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal that came to its end. `asked` and `second` count the calls of the first and the second sync.

    `staying`: invoices that by policy are not sent; it is told to people and is not in the JSON.
    """

    comparison: Comparison
    asked: Asked
    second: Asked
    kills: int
    problems: tuple[OpenProblem, ...]
    seconds: float
    quickbooks: Tokens
    staying: int = 0

    @property
    def reads_per_record(self) -> float:
        """Reads of the second sync for each record that belongs in QuickBooks."""
        records = sum(counts.bluepro for counts in self.comparison.counts.values())
        return self.second.reads / records if records else 0.0


def to_json(found: Rehearsed) -> dict[str, Any]:
    """The outcome with the keys that are documented; amounts as decimal strings."""
    totals = found.comparison.totals
    return {
        "records": {name: asdict(found.comparison.counts.get(kind, Counts())) for kind, name in KINDS.items()},
        "totals": {
            name: {"bluepro": str(getattr(totals.bluepro, name)), "quickbooks": str(getattr(totals.quickbooks, name))}
            for name in TOTALS
        },
        "requests": asdict(found.asked),
        "seconds": round(found.seconds, 1),
        "kills": found.kills,
        "problems": [asdict(problem) for problem in found.problems],
        "second_sync": {
            "writes": found.second.writes + found.second.batches,
            "reads_per_record": round(found.reads_per_record, 6),
        },
        "quickbooks": asdict(found.quickbooks),
    }


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write the file, whole or not at all, readable by its owner only: it may hold tokens. Raises OSError."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
