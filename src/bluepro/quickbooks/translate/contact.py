"""A contact as a QuickBooks customer. The display name is given: that it is free is the plan's work."""

from bluepro.quickbooks.snapshot import ContactRecord, LinkState
from bluepro.quickbooks.translate.address import physical_address
from bluepro.quickbooks.translate.names import clean_name, wanted_name
from bluepro.quickbooks.translate.outcome import Held, Payload
from bluepro.quickbooks.translate.owned import build
from bluepro.quickbooks.translate.text import CERTIFICATE, clean_line, is_email, length, phone
from qbo_client import wire


def translate_contact(
    record: ContactRecord, link: LinkState | None, *, name: str, resend: bool = False
) -> Payload[wire.Customer] | Held:
    """The customer for `record` under the display `name`; Held if no name can be made of it.

    Taxable is written as false only, and as true only to take back our own false (policy Tax). Invalid e-mail
    addresses, telephone numbers beyond 20 characters and certificates beyond 16 are left out with a warning.
    """
    if not name:
        wanted = wanted_name(record)
        return wanted if isinstance(wanted, Held) else Held("name_missing", "display name", "No name was chosen.")
    warnings: list[str] = []
    phones = _phones(record, warnings)
    customer = wire.Customer(
        display_name=name,
        company_name=clean_name(record.company) or wire.UNSET,
        given_name=clean_name(record.first_name) or wire.UNSET,
        family_name=clean_name(record.last_name) or wire.UNSET,
        primary_email_addr=_email(record, warnings),
        primary_phone=phones[0],
        alternate_phone=phones[1],
        bill_addr=physical_address(record.billing),
        taxable=False if record.tax_exempt else wire.UNSET,
        resale_num=_certificate(record, warnings),
    )
    return build(customer, link, resend=resend, warnings=warnings)


def _email(record: ContactRecord, warnings: list[str]) -> wire.Maybe[wire.EmailAddress]:
    """The first address that QuickBooks takes; a warning for each before it."""
    for address in (address.strip() for address in record.emails):
        if is_email(address):
            return wire.EmailAddress(address=address)
        if address:
            warnings.append(f"The e-mail address {address!r} is not one that QuickBooks takes; it was left out.")
    return wire.UNSET


def _phones(record: ContactRecord, warnings: list[str]) -> tuple[wire.Maybe[wire.TelephoneNumber], ...]:
    """The main and the second number."""
    shown: list[wire.Maybe[wire.TelephoneNumber]] = []
    for number in record.phones[:2]:
        short = phone(number)
        if number.strip() and not short:
            warnings.append(f"The telephone number {number!r} is longer than QuickBooks takes; it was left out.")
        shown.append(wire.TelephoneNumber(free_form_number=short) if short else wire.UNSET)
    return (*shown, wire.UNSET, wire.UNSET)


def _certificate(record: ContactRecord, warnings: list[str]) -> wire.Maybe[str]:
    certificate = clean_line(record.tax_exempt_certificate, 1000)
    if not record.tax_exempt or not certificate:
        return wire.UNSET
    if length(certificate) > CERTIFICATE:
        warnings.append(f"The certificate number {certificate!r} is longer than {CERTIFICATE}; it was left out.")
        return wire.UNSET
    return certificate
