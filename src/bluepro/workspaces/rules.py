"""What may be entered about a company, a person's role or a tax rate. Pure: no database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bluepro.common.errors import FieldError
from bluepro.common.text import check_text, clean_text

EMAIL_LENGTH = 254
LONGEST_TERMS = 365
HIGHEST_TAX = Decimal(100)
TAX_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace's settings. `time_zone` is an IANA name, `terms_days` the days from issue to due date."""

    name: str
    time_zone: str
    terms_days: int = 30
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def cleaned(self) -> Self:
        return replace(
            self,
            name=clean_text(self.name),
            time_zone=clean_text(self.time_zone),
            street=clean_text(self.street),
            city=clean_text(self.city),
            region=clean_text(self.region),
            postal_code=clean_text(self.postal_code),
            country=clean_text(self.country),
        )


def check_company(company: Company) -> list[FieldError]:
    """Everything that is wrong with an already cleaned company."""
    return [
        *check_text("name", company.name, limit=100, required=True),
        *check_time_zone(company.time_zone),
        *_check_terms(company.terms_days),
        *check_text("street", company.street, limit=500, lines=True),
        *check_text("city", company.city, limit=255),
        *check_text("region", company.region, limit=255),
        *check_text("postal_code", company.postal_code, limit=30),
        *check_text("country", company.country, limit=255),
    ]


def check_time_zone(name: str) -> Iterator[FieldError]:
    """Refuses what is not a name of the IANA time zone database, such as America/New_York."""
    if name not in _zones():
        message = f"There is no time zone {name!r}; give a name such as America/New_York."
        yield FieldError("time_zone", "unknown", message)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _check_terms(days: int) -> Iterator[FieldError]:
    if not 0 <= days <= LONGEST_TERMS:
        yield FieldError("terms_days", "range", f"Terms must be 0 to {LONGEST_TERMS} days, not {days}.")


def clean_email(address: str) -> str:
    """The address as it is stored for people who sign in: trimmed, lower case."""
    return clean_text(address).lower()


def check_email(field: str, address: str) -> Iterator[FieldError]:
    """Refuses what does not look like one e-mail address or is longer than 254 characters."""
    if len(address) > EMAIL_LENGTH:
        message = f"This has {len(address):,} characters; at most {EMAIL_LENGTH} are allowed."
        yield FieldError(field, "too_long", message)
        return
    try:
        validate_email(address)
    except ValidationError:
        yield FieldError(field, "email", f"{address!r} is not an e-mail address.")


def check_percent(field: str, percent: Decimal) -> Iterator[FieldError]:
    """Refuses tax rates that are not above 0 and up to 100, or have more than 5 decimals."""
    if not percent.is_finite() or not 0 < percent <= HIGHEST_TAX:
        yield FieldError(field, "range", f"A tax rate must be above 0 and at most {HIGHEST_TAX} percent.")
    elif decimals(percent) > TAX_DECIMALS:
        yield FieldError(field, "decimals", f"A tax rate may have at most {TAX_DECIMALS} decimals.")


def decimals(number: Decimal) -> int:
    """How many decimals a finite number really has: 2 for 1.2500."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rate_name(percent: Decimal) -> str:
    """What a rate is called that was never named: "8.25%"."""
    return f"{percent.normalize():f}%"
