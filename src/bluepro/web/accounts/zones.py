"""Time zones to choose from: the business zones of the United States first, then the rest of the world."""

from functools import lru_cache
from zoneinfo import available_timezones

UNITED_STATES = (
    ("America/New_York", "Eastern (New York)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Mountain without daylight saving (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
)
_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
Choices = list[tuple[str, list[tuple[str, str]]]]


def zone_choices(present: str = "") -> Choices:
    """Options in groups for a form's choice; `present` is among them even if it is none of the usual names."""
    known = {name for name, _ in (*UNITED_STATES, *_others())}
    extra = [(present, present)] if present and present not in known else []
    return [("United States", [*extra, *UNITED_STATES]), ("Elsewhere", list(_others()))]


@lru_cache(maxsize=1)
def _others() -> tuple[tuple[str, str], ...]:
    listed = {name for name, _ in UNITED_STATES}
    names = sorted(name for name in available_timezones() if name.split("/")[0] in _REGIONS and name not in listed)
    return (*((name, name.replace("_", " ").replace("/", " / ")) for name in names), ("UTC", "UTC"))
