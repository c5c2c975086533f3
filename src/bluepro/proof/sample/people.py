"""The sample business's contacts: households and firms, some exempt, some of the same name. Written as CSV rows."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bluepro.proof.sample.words import (
    EXEMPT_FIRMS,
    EXEMPT_REASONS,
    FIRM_HEADS,
    FIRM_TRADES,
    FIRST_NAMES,
    LAST_NAMES,
    NOTES,
    STREETS,
    TOWNS,
    Town,
)

Row = dict[str, str]
N = TypeVar("N")
NAMESAKES = 6  # contacts who bear the name of an earlier one


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact as the other parts need it: its row, where work is done, and whether it is a firm."""

    row: Row
    town: Town
    is_firm: bool
    exempt: bool

    @property
    def external_id(self) -> str:
        return self.row["external_id"]


def make_customers(chance: random.Random, count: int) -> list[Customer]:
    """`count` contacts: seven in ten are people, the rest firms, of which a few are exempt from sales tax."""
    exempt_firms = EXEMPT_FIRMS[: max(1, count * len(EXEMPT_FIRMS) // 400)]
    firms = [*exempt_firms, *_firm_names(chance, count * 3 // 10 - len(exempt_firms))]
    people = _people_names(chance, count - len(firms))
    named: list[tuple[str, str, str]] = [("", first, last) for first, last in people]
    named += [(firm, chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)) for firm in firms]
    chance.shuffle(named)
    return [
        _customer(chance, position, *names, exempt=names[0] in exempt_firms) for position, names in enumerate(named, 1)
    ]


def _firm_names(chance: random.Random, count: int) -> list[str]:
    every = [f"{head} {trade}" for head in FIRM_HEADS for trade in FIRM_TRADES]
    return _drawn(chance, every, count, lambda name, again: f"{name} No. {again}")


def _people_names(chance: random.Random, count: int) -> list[tuple[str, str]]:
    every = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    namesakes = min(NAMESAKES, count // 10)
    people = _drawn(chance, every, count - namesakes, lambda name, again: (name[0], f"{name[1]} {again}"))
    return people + people[:namesakes]


def _drawn(chance: random.Random, every: list[N], count: int, numbered: Callable[[N, int], N]) -> list[N]:
    """`count` different names; beyond all that there are, they come again with a number from 2."""
    drawn: list[N] = []
    again = 1
    while len(drawn) < count:
        names = chance.sample(every, min(count - len(drawn), len(every)))
        drawn += names if again == 1 else [numbered(name, again) for name in names]
        again += 1
    return drawn


def _customer(chance: random.Random, position: int, firm: str, first: str, last: str, *, exempt: bool) -> Customer:
    town = chance.choice(TOWNS)
    row = {
        "external_id": f"C{position:04}",
        "display_name": firm or f"{first} {last}",
        "company": firm,
        "first_name": first,
        "last_name": last,
        "email": _email(chance, firm, first, last),
        "phone": f"({chance.choice(('914', '212', '201'))}) 555-{chance.randint(100, 199):04}",
        "billing_street": f"{chance.randint(1, 480)} {chance.choice(STREETS)}",
        "billing_city": town.name,
        "billing_region": town.region,
        "billing_postal_code": town.postal_code,
        "billing_country": "USA",
        "notes": chance.choice(NOTES) if chance.random() < 0.15 else "",
        "tax_exempt": "true" if exempt else "false",
        "tax_exempt_reason": chance.choice(EXEMPT_REASONS) if exempt else "",
        "tax_exempt_certificate": f"EX-{chance.randint(100000, 999999)}" if exempt else "",
    }
    return Customer(row, town, bool(firm), exempt)


def _email(chance: random.Random, firm: str, first: str, last: str) -> str:
    if chance.random() < 0.12:
        return ""
    domain = f"{_plain(firm)[:40]}.example" if firm else chance.choice(("example.com", "example.net", "example.org"))
    return f"{_plain(first)}.{_plain(last)}@{domain}"


def _plain(text: str) -> str:
    """ASCII letters and digits of `text`, lower case: what an e-mail address can be made of."""
    spelled = text.replace("æ", "ae").translate(str.maketrans("ıŁłø", "iLlo"))
    folded = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "".join(char for char in folded.lower() if char.isalnum())
