"""Between a contact's data and its four tables: fills the row, replaces e-mails, phones and service addresses.

Only `services` calls this, inside its transaction, with checked and cleaned data of locked contacts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple

from bluepro.contacts.models import Contact, ContactEmail, ContactPhone, ServiceAddress
from bluepro.contacts.rules import Address, ContactData

_TEXTS = ("kind", "display_name", "company", "first_name", "last_name", "notes")
_EXEMPTION = ("tax_exempt", "tax_exempt_reason", "tax_exempt_certificate")
_ADDRESS = ("street", "city", "region", "postal_code", "country")
COLUMNS = (*_TEXTS, *_EXEMPTION, *(f"billing_{part}" for part in _ADDRESS))


def fill(contact: Contact, data: ContactData, external_id: str | None) -> bool:
    """Puts `data` on the row; True if that changed anything. An `external_id` of None leaves the stored one."""
    values: dict[str, object] = {name: getattr(data, name) for name in (*_TEXTS, *_EXEMPTION)}
    values |= {f"billing_{part}": getattr(data.billing, part) for part in _ADDRESS}
    if external_id is not None:
        values["external_id"] = external_id
    changed = [name for name, value in values.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, values[name])
    return bool(changed)


def replace_parts(wanted: Mapping[int, ContactData]) -> set[int]:
    """Makes the e-mails, phones and service addresses of contacts what `wanted` says; the ids of those that
    differed."""
    if not wanted:
        return set()
    stored = load_parts(wanted)
    differing = {pk for pk, data in wanted.items() if stored[pk] != _parts_of(data)}
    if differing:
        for table in (ContactEmail, ContactPhone, ServiceAddress):
            table.objects.filter(contact_id__in=differing).delete()
        create_parts({pk: wanted[pk] for pk in sorted(differing)})
    return differing


Parts = tuple[tuple[str, ...], tuple[str, ...], tuple[Address, ...]]


def _parts_of(data: ContactData) -> Parts:
    return data.emails, data.phones, data.service_addresses


def load_parts(ids: Iterable[int]) -> dict[int, Parts]:
    """The e-mails, phones and service addresses of each contact, in their order; three queries."""
    wanted = list(ids)
    emails, phones, places = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list), _places(wanted)
    mails = ContactEmail.objects.filter(contact_id__in=wanted).order_by("contact_id", "position")
    for pk, address in mails.values_list("contact_id", "address"):
        emails[pk].append(address)
    numbers = ContactPhone.objects.filter(contact_id__in=wanted).order_by("contact_id", "position")
    for pk, number in numbers.values_list("contact_id", "number"):
        phones[pk].append(number)
    return {pk: (tuple(emails[pk]), tuple(phones[pk]), tuple(places[pk])) for pk in wanted}


def _places(ids: Iterable[int]) -> dict[int, list[Address]]:
    places = defaultdict[int, list[Address]](list)
    rows = ServiceAddress.objects.filter(contact_id__in=ids).order_by("contact_id", "position")
    for pk, *address in rows.values_list("contact_id", *_ADDRESS):
        places[pk].append(Address(*address))
    return places


def create_parts(wanted: Mapping[int, ContactData]) -> None:
    """Adds the e-mails, phones and service addresses of contacts that have none yet."""
    ContactEmail.objects.bulk_create(_emails(wanted), batch_size=1000)
    ContactPhone.objects.bulk_create(_phones(wanted), batch_size=1000)
    ServiceAddress.objects.bulk_create(_service_addresses(wanted), batch_size=1000)


def _emails(wanted: Mapping[int, ContactData]) -> Iterator[ContactEmail]:
    for pk, data in wanted.items():
        for position, address in enumerate(data.emails, start=1):
            yield ContactEmail(contact_id=pk, position=position, address=address)


def _phones(wanted: Mapping[int, ContactData]) -> Iterator[ContactPhone]:
    for pk, data in wanted.items():
        for position, number in enumerate(data.phones, start=1):
            yield ContactPhone(contact_id=pk, position=position, number=number)


def _service_addresses(wanted: Mapping[int, ContactData]) -> Iterator[ServiceAddress]:
    for pk, data in wanted.items():
        for position, address in enumerate(data.service_addresses, start=1):
            values = dict(zip(_ADDRESS, astuple(address), strict=True))
            yield ServiceAddress(contact_id=pk, position=position, **values)
