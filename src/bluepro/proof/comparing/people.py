"""Contacts against customers, services against items: which fields of a pair differ. Pure."""

from collections.abc import Iterator

from bluepro.proof.comparing.result import Mismatch
from bluepro.proof.comparing.sameness import (
    same_email,
    same_name,
    same_part_of_name,
    same_phone,
    same_short,
    same_text,
    says_address,
    shown,
)
from bluepro.quickbooks.snapshot import Address, ContactRecord, ServiceRecord
from qbo_client import wire

CERTIFICATE_LIMIT, SKU_LIMIT = 16, 100


def contact_mismatches(record: ContactRecord, customer: wire.Customer) -> Iterator[Mismatch]:
    """The fields of a contact that its customer does not have as they are here."""
    theirs = wire.given(customer.display_name, "")
    if not same_name(record.display_name, theirs):
        yield Mismatch("display name", record.display_name, theirs)
    yield from _parts_of_name(record, customer)
    email = wire.given(wire.given(customer.primary_email_addr, wire.EmailAddress()).address, "")
    if not same_email(record.emails, email):
        yield Mismatch("e-mail", ", ".join(record.emails), email)
    phone = wire.given(wire.given(customer.primary_phone, wire.TelephoneNumber()).free_form_number, "")
    if not same_phone(record.phones[0] if record.phones else "", phone):
        yield Mismatch("phone", ", ".join(record.phones), phone)
    if not says_address(spelled(record.billing), customer.bill_addr):
        yield Mismatch("billing address", spelled(record.billing), "another one")
    yield from _exemption(record, customer)


def _parts_of_name(record: ContactRecord, customer: wire.Customer) -> Iterator[Mismatch]:
    parts = (
        ("company", record.company, customer.company_name),
        ("first name", record.first_name, customer.given_name),
        ("last name", record.last_name, customer.family_name),
    )
    for field, ours, theirs in parts:
        if not same_part_of_name(ours, wire.given(theirs, "")):
            yield Mismatch(field, ours, wire.given(theirs, ""))


def _exemption(record: ContactRecord, customer: wire.Customer) -> Iterator[Mismatch]:
    """An exemption here must stand there; one that was set there is theirs and no difference."""
    if not record.tax_exempt:
        return
    if wire.given(customer.taxable, True):
        yield Mismatch("tax exemption", "exempt", "taxable")
    ours, theirs = record.tax_exempt_certificate, wire.given(customer.resale_num, "")
    if len(ours) <= CERTIFICATE_LIMIT and not same_text(ours, theirs):
        yield Mismatch("exemption certificate", ours, theirs)


def service_mismatches(record: ServiceRecord, item: wire.Item) -> Iterator[Mismatch]:
    """The fields of a service that its item does not have as they are here."""
    theirs = wire.given(item.name, "")
    if not same_name(record.name, theirs):
        yield Mismatch("name", record.name, theirs)
    kind = "NonInventory" if record.is_product else "Service"
    if wire.given(item.type, "") != kind:
        yield Mismatch("kind", kind, wire.given(item.type, ""))
    if not same_short(record.sku, wire.given(item.sku, ""), SKU_LIMIT):
        yield Mismatch("SKU", record.sku, wire.given(item.sku, ""))
    if not same_text(record.description, wire.given(item.description, "")):
        yield Mismatch("description", record.description, wire.given(item.description, ""))
    price = wire.given(item.unit_price, None)
    if (price or 0) != record.unit_price:
        yield Mismatch("unit price", shown(record.unit_price), shown(price))
    if wire.given(item.taxable, False) == record.tax_exempt:
        yield Mismatch("taxable", _yes(not record.tax_exempt), _yes(record.tax_exempt))


def spelled(address: Address) -> str:
    """An address in one line."""
    parts = (address.street, address.city, address.region, address.postal_code, address.country)
    return " ".join(part for part in parts if part)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
