"""Shortens a failing story: leaves out whatever it fails without, in ever smaller pieces (delta debugging)."""

from collections.abc import Callable
from dataclasses import replace

from sim_broken import Broken
from sim_story import Entry, Story

Fails = Callable[[Story], Broken | None]
Tell = Callable[[str], None]


def shrink(story: Story, fails: Fails, tell: Tell, most: int = 400) -> Story:
    """A story as short as can be found within `most` plays that still breaks the same promise."""
    broken = fails(story)
    if broken is None:
        raise ValueError("the story does not fail")
    plays = _Plays(fails, broken.promise, most, tell)
    entries = list(story.entries)
    entries = _shorten(story, entries, plays)
    return _plainer(story.with_entries(entries), plays)


class _Plays:
    """Plays of shorter stories, counted."""

    def __init__(self, fails: Fails, promise: str, left: int, tell: Tell) -> None:
        self._fails, self._promise, self._tell = fails, promise, tell
        self.left = left

    def still_fail(self, story: Story) -> bool:
        """Whether the same promise is broken. False once enough has been played."""
        if self.left <= 0:
            return False
        self.left -= 1
        broken = self._fails(story)
        still = broken is not None and broken.promise == self._promise
        if still:
            self._tell(f"{len(story.entries)} entries still fail")
        return still


def _shorten(story: Story, entries: list[Entry], plays: _Plays) -> list[Entry]:
    size = max(len(entries) // 2, 1)
    while size and plays.left > 0:
        start = 0
        while start < len(entries):
            fewer = entries[:start] + entries[start + size :]
            if plays.still_fail(story.with_entries(fewer)):
                entries = fewer
            else:
                start += size
        size //= 2
    return entries


def _plainer(story: Story, plays: _Plays) -> Story:
    """The same with a plainer world, where it fails there too."""
    for name, value in {"companies": 1, "workers": 1, "limits": "none", "latency": "off", "lag": 0}.items():
        plainer = replace(story, options=replace(story.options, **{name: value}))  # type: ignore[arg-type]
        if plainer != story and plays.still_fail(plainer):
            story = plainer
    return story
