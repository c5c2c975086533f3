"""What was asked and answered, for people and tests who look on; the control API shows it. Bounded in number and
size.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any  # an entry as JSON

MOST = 20_000
LONGEST_BODY = 20_000
MOST_CHARACTERS = 50_000_000  # of all bodies together


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `kind` is write, batch, read, query, token or other; bodies are cut at LONGEST_BODY characters.

    `status` 0: the connection was lost before an answer. `notes`: faults that were injected, the limit that refused.
    """

    n: int
    at: str
    kind: str
    method: str
    path: str
    query: str
    status: int
    elapsed_ms: float
    realm_id: str
    intuit_tid: str
    request_body: str
    response_body: str
    notes: str = ""

    def size(self) -> int:
        """Characters of both bodies."""
        return len(self.request_body) + len(self.response_body)


def cut(body: bytes) -> str:
    """A body as text, no longer than is kept."""
    return body[: LONGEST_BODY * 4].decode("utf-8", "replace")[:LONGEST_BODY]


class RequestLog:
    """The newest entries, and counts of all since the last clearing."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self._entries: deque[Entry] = deque()
        self._characters = 0
        self._counts: Counter[str] = Counter()
        self._last = 0

    def next_number(self) -> int:
        """Numbers go on after a clearing, so that `since` keeps its meaning."""
        self._last += 1
        return self._last

    def add(self, entry: Entry) -> None:
        """Count a call, and keep it if the log is on."""
        self._counts["throttled" if entry.status == 429 else entry.kind] += 1
        if self.enabled:
            self._entries.append(entry)
            self._characters += entry.size()
            while len(self._entries) > MOST or self._characters > MOST_CHARACTERS:
                self._characters -= self._entries.popleft().size()

    def since(self, number: int, limit: int) -> list[dict[str, Any]]:
        """Entries after a number, oldest first."""
        found = (entry for entry in self._entries if entry.n > number)
        return [asdict(entry) for entry in islice(found, limit)]

    def summary(self) -> dict[str, int]:
        """Counts by kind; a throttled call counts as throttled only."""
        kinds = {"write": "writes", "batch": "batches", "read": "reads", "query": "queries", "token": "token_calls"}
        counted = {name: self._counts[kind] for kind, name in kinds.items()}
        return {**counted, "throttled": self._counts["throttled"], "other": self._counts["other"]}

    def clear(self) -> None:
        """Forget entries and counts."""
        self._entries.clear()
        self._characters = 0
        self._counts.clear()
