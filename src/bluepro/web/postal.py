"""How a postal address reads, the same on every page: its lines as on an envelope. Pure."""

from collections.abc import Sequence

PARTS = ("street", "city", "region", "postal_code", "country")


def address_lines(street: str, city: str, region: str, postal_code: str, country: str = "") -> Sequence[str]:
    """Street lines, then "Rye, NY 10580", then the country; what is empty is left out."""
    place = ", ".join(part for part in (city, " ".join(filter(None, (region, postal_code)))) if part)
    return [line for line in (*street.splitlines(), place, country) if line.strip()]
