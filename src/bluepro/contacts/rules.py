"""What a contact may hold: the data that services take, cleaned, and every rule it breaks. Pure: no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bluepro.common.errors import FieldError
from bluepro.common.text import check_text, clean_text
from bluepro.workspaces.rules import check_email

PERSON = "person"
COMPANY = "company"
MOST_EMAILS = 20
MOST_PHONES = 20
MOST_SERVICE_ADDRESSES = 1000


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; every part may be empty, region and country are free text."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def cleaned(self) -> "Address":
        return Address(
            street=clean_text(self.street),
            city=clean_text(self.city),
            region=clean_text(self.region),
            postal_code=clean_text(self.postal_code),
            country=clean_text(self.country),
        )


NO_ADDRESS = Address()


@dataclass(frozen=True, slots=True)
class ContactData:
    """All that a person may enter about a contact. `kind` is "person" or "company"; the first e-mail and phone are
    the main ones."""

    kind: str
    display_name: str
    company: str = ""
    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    billing: Address = field(default_factory=Address)
    service_addresses: tuple[Address, ...] = ()
    notes: str = ""
    tax_exempt: bool = False
    tax_exempt_reason: str = ""
    tax_exempt_certificate: str = ""


def clean_contact(data: ContactData) -> ContactData:
    """The data as it is stored: text cleaned, empty and repeated e-mails, phones and addresses dropped."""
    return replace(
        data,
        display_name=clean_text(data.display_name),
        company=clean_text(data.company),
        first_name=clean_text(data.first_name),
        last_name=clean_text(data.last_name),
        emails=_unlike(data.emails),
        phones=_unlike(data.phones),
        billing=data.billing.cleaned(),
        service_addresses=_used(data.service_addresses),
        notes=clean_text(data.notes),
        tax_exempt_reason=clean_text(data.tax_exempt_reason),
        tax_exempt_certificate=clean_text(data.tax_exempt_certificate),
    )


def _unlike(texts: Iterable[str]) -> tuple[str, ...]:
    """The clean, not empty texts, each once (upper and lower case alike), in their order."""
    kept: dict[str, str] = {}
    for text in texts:
        clean = clean_text(text)
        if clean:
            kept.setdefault(clean.casefold(), clean)
    return tuple(kept.values())


def _used(addresses: Iterable[Address]) -> tuple[Address, ...]:
    cleaned = (address.cleaned() for address in addresses)
    return tuple(dict.fromkeys(address for address in cleaned if address != NO_ADDRESS))


def check_contact(data: ContactData) -> list[FieldError]:
    """Everything that is wrong with an already cleaned contact; field names are those of the import format."""
    return [
        *_check_kind(data),
        *check_text("display_name", data.display_name, limit=500, required=True),
        *check_text("company", data.company, limit=100),
        *check_text("first_name", data.first_name, limit=100),
        *check_text("last_name", data.last_name, limit=100),
        *_check_emails(data.emails),
        *_check_phones(data.phones),
        *check_address("billing_", data.billing),
        *_check_service_addresses(data.service_addresses),
        *check_text("notes", data.notes, lines=True),
        *check_text("tax_exempt_reason", data.tax_exempt_reason, limit=100),
        *check_text("tax_exempt_certificate", data.tax_exempt_certificate, limit=50),
    ]


def _check_kind(data: ContactData) -> Iterator[FieldError]:
    if data.kind not in (PERSON, COMPANY):
        yield FieldError("kind", "choice", f"{data.kind!r} is neither {PERSON} nor {COMPANY}.")
    if data.kind == COMPANY and not data.company:
        yield FieldError("company", "required", "A company contact needs the company's name.")


def check_address(prefix: str, address: Address) -> Iterator[FieldError]:
    """What is wrong with a cleaned address; its fields are named with `prefix`, such as "billing_"."""
    yield from check_text(f"{prefix}street", address.street, limit=500, lines=True)
    yield from check_text(f"{prefix}city", address.city, limit=255)
    yield from check_text(f"{prefix}region", address.region, limit=255)
    yield from check_text(f"{prefix}postal_code", address.postal_code, limit=30)
    yield from check_text(f"{prefix}country", address.country, limit=255)


def _check_emails(emails: tuple[str, ...]) -> Iterator[FieldError]:
    yield from _check_count("email", "e-mail addresses", len(emails), MOST_EMAILS)
    for address in emails:
        yield from check_email("email", address)


def _check_phones(phones: tuple[str, ...]) -> Iterator[FieldError]:
    yield from _check_count("phone", "phone numbers", len(phones), MOST_PHONES)
    for number in phones:
        yield from check_text("phone", number, limit=50)


def _check_service_addresses(addresses: tuple[Address, ...]) -> Iterator[FieldError]:
    yield from _check_count("service_address", "service addresses", len(addresses), MOST_SERVICE_ADDRESSES)
    for address in addresses:
        yield from check_address("service_", address)


def _check_count(name: str, things: str, count: int, most: int) -> Iterator[FieldError]:
    if count > most:
        yield FieldError(name, "too_many", f"A contact may have at most {most:,} {things}, not {count:,}.")
