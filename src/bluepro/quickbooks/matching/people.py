"""Contacts beside the customers there. Only one whose name and one more thing are the same is linked without asking."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from bluepro.quickbooks.matching.proposals import (
    MOST_SHOWN,
    Candidate,
    Proposal,
    Proposed,
    Taken,
    Trait,
    likelihood,
    names_taken,
    plain,
)
from bluepro.quickbooks.snapshot import Address, ContactRecord, Kind
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate.outcome import Held
from qbo_client import wire
from qbo_client.wire import given

PHONE_DIGITS = 10  # of a phone number: what remains without the country's code


class People:
    """The customers there, found by what a contact has; vendors and employees only by the names that they hold."""

    def __init__(
        self,
        customers: Iterable[wire.Customer],
        others: Iterable[wire.Vendor | wire.Employee] = (),
        linked: Collection[str] = (),
    ) -> None:
        self._by: dict[tuple[str, str], list[wire.Customer]] = defaultdict(list)
        self._names: dict[str, Taken] = {}
        for customer in customers:
            self._names[_name_key(customer)] = Taken(_name_key(customer), "customer", given(customer.id, ""))
            if given(customer.id, "") not in linked:
                for trait in _traits_of_customer(customer):
                    self._by[trait].append(customer)
        for other in others:
            holder = "vendor" if isinstance(other, wire.Vendor) else "employee"
            key = names.key(given(other.display_name, ""))
            self._names.setdefault(key, Taken(key, holder, given(other.id, "")))

    def match(self, contact: ContactRecord) -> Proposed:
        """What is proposed for a contact, looked at alone."""
        found: dict[str, tuple[wire.Customer, list[str]]] = {}
        for trait in _traits_of_contact(contact):
            for customer in self._by.get(trait, ()):
                evidence = found.setdefault(given(customer.id, ""), (customer, []))[1]
                if trait[0] not in evidence:
                    evidence.append(trait[0])
        candidates = [_customer_candidate(customer, evidence) for customer, evidence in found.values()]
        likely = sorted((one for one in candidates if one.evidence != ("address",)), key=likelihood)
        return Proposed(
            Kind.CONTACT,
            contact.id,
            contact.display_name[:200],
            _contact_proposal(likely),
            tuple(likely[:MOST_SHOWN]),
            self._note(contact) if not likely else "",
            self._taken(contact),
            plain(names.wanted_name(contact)),
        )

    def _taken(self, contact: ContactRecord) -> tuple[Taken, ...]:
        return names_taken(names.wanted_name(contact), self._names)

    def _note(self, contact: ContactRecord) -> str:
        wanted = names.wanted_name(contact)
        held = None if isinstance(wanted, Held) else self._names.get(names.key(wanted))
        if held is None or held.holder == "customer" or isinstance(wanted, Held):
            return ""
        ours = names.with_suffix(wanted, names.OTHER_LIST_SUFFIX)
        return f"{_a(held.holder)} has this name in QuickBooks, so the customer is called {ours}."


def _a(holder: str) -> str:
    return f"{'An' if holder[0] in 'aeiou' else 'A'} {holder}"


def _name_key(customer: wire.Customer) -> str:
    return names.key(given(customer.display_name, ""))


def _customer_candidate(customer: wire.Customer, evidence: Sequence[str]) -> Candidate:
    notes = []
    if not given(customer.active, True):
        notes.append("inactive")
    if given(customer.job, False):
        notes.append(f"the sub-customer {given(customer.fully_qualified_name, '')}")
    name = given(customer.display_name, "")
    return Candidate(given(customer.id, ""), given(customer.sync_token, "0"), name, tuple(evidence), ", ".join(notes))


def _contact_proposal(likely: Sequence[Candidate]) -> Proposal:
    if not likely:
        return Proposal.CREATE
    sure = [one for one in likely if "name" in one.evidence and len(one.evidence) > 1 and not one.note]
    return Proposal.LINK if len(sure) == 1 else Proposal.ASK


def _traits_of_contact(contact: ContactRecord) -> list[Trait]:
    wanted = names.wanted_name(contact)
    return [
        *([] if isinstance(wanted, Held) else [("name", names.key(wanted))]),
        *(("e-mail", _email(one)) for one in contact.emails if _email(one)),
        *(("phone", _phone(one)) for one in contact.phones if _phone(one)),
        *_address_traits(contact.billing),
    ]


def _traits_of_customer(customer: wire.Customer) -> list[Trait]:
    email = _email(given(given(customer.primary_email_addr, wire.EmailAddress()).address, ""))
    numbers = (customer.primary_phone, customer.alternate_phone, customer.mobile)
    phones = [_phone(given(given(one, wire.TelephoneNumber()).free_form_number, "")) for one in numbers]
    place = given(customer.bill_addr, wire.PhysicalAddress())
    street, code = given(place.line1, ""), given(place.postal_code, "")
    cleaned = names.clean_name(given(customer.display_name, ""))
    return [
        ("name", names.key(cleaned)),
        *([("e-mail", email)] if email else []),
        *(("phone", one) for one in dict.fromkeys(phones) if one),
        *_address_traits(Address(street=street, postal_code=code)),
    ]


def _email(text: str) -> str:
    return text.strip().casefold() if "@" in text else ""


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def _address_traits(address: Address) -> list[Trait]:
    street = " ".join(re.findall(r"\w+", address.street.splitlines()[0].casefold())) if address.street.strip() else ""
    return [("address", f"{street}|{address.postal_code.strip()[:5]}")] if street and address.postal_code else []
