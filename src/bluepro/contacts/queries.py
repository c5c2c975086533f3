"""Reads of contacts: lists to search and page through, one contact with all its parts. The number of queries is
fixed."""

from collections.abc import Collection

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from bluepro.common.errors import NotFound
from bluepro.contacts.models import Contact, ContactEmail, ContactPhone
from bluepro.contacts.parts import load_parts
from bluepro.contacts.rules import Address, ContactData

PAGE = 50


def list_contacts(
    workspace_id: int,
    *,
    search: str = "",
    archived: bool = False,
    after: tuple[str, int] | None = None,
    limit: int = PAGE,
) -> list[Contact]:
    """A page of contacts by name, with e-mails and phones loaded (three queries).

    `search` finds every word in name, company, person's names, an e-mail or a phone. The next page starts `after` the
    last row's (display_name, id).
    """
    found = Contact.objects.filter(workspace_id=workspace_id, archived_at__isnull=not archived)
    for word in search.split():
        found = found.filter(_has(workspace_id, word))
    if after is not None:
        name, pk = after
        found = found.filter(Q(display_name__gt=name) | Q(display_name=name, pk__gt=pk))
    return list(_with_parts(found).order_by("display_name", "pk")[:limit])


SORTS = ("name", "added")


def found_contacts(
    workspace_id: int, *, search: str = "", archived: bool = False, kind: str = "", sort: str = "name"
) -> QuerySet[Contact]:
    """The contacts of a list, with e-mails and phones (three queries when read), sorted by one of SORTS ("-" in front
    turns it round). `kind` "" means both; `search` as in `list_contacts`."""
    found = Contact.objects.filter(workspace_id=workspace_id, archived_at__isnull=not archived)
    if kind:
        found = found.filter(kind=kind)
    for word in search.split():
        found = found.filter(_has(workspace_id, word))
    key = Lower("display_name") if sort.removeprefix("-") == "name" else F("created_at")
    ordered = (key.desc(), "-pk") if sort.startswith("-") else (key.asc(), "pk")
    return _with_parts(found).order_by(*ordered)


def any_contacts(workspace_id: int) -> bool:
    """Whether the workspace has any contact, archived ones too."""
    return Contact.objects.filter(workspace_id=workspace_id).exists()


def _has(workspace_id: int, word: str) -> Q:
    own = Q(display_name__icontains=word) | Q(company__icontains=word)
    person = Q(first_name__icontains=word) | Q(last_name__icontains=word)
    here = {"contact__workspace_id": workspace_id}
    emails = ContactEmail.objects.filter(address__icontains=word, **here).values("contact_id")
    phones = ContactPhone.objects.filter(number__icontains=word, **here).values("contact_id")
    return own | person | Q(pk__in=emails) | Q(pk__in=phones)


def _with_parts(found: QuerySet[Contact]) -> QuerySet[Contact]:
    return found.prefetch_related("emails", "phones")


def get_contact(workspace_id: int, contact_id: int) -> Contact:
    """One contact with e-mails, phones and service addresses loaded (four queries); NotFound if it is not here."""
    found = _with_parts(Contact.objects.filter(workspace_id=workspace_id, pk=contact_id))
    contact = found.prefetch_related("service_addresses").first()
    if contact is None:
        raise NotFound(f"There is no contact {contact_id} in this workspace.")
    return contact


def contact_data(workspace_id: int, ids: Collection[int]) -> dict[int, ContactData]:
    """What is stored of these contacts, in the shape that `save_contacts` takes (four queries)."""
    rows = list(Contact.objects.filter(workspace_id=workspace_id, pk__in=ids).order_by("pk"))
    parts = load_parts([row.pk for row in rows])
    return {row.pk: _data(row, *parts[row.pk]) for row in rows}


def _data(
    row: Contact, emails: tuple[str, ...], phones: tuple[str, ...], service_addresses: tuple[Address, ...]
) -> ContactData:
    return ContactData(
        kind=row.kind,
        display_name=row.display_name,
        company=row.company,
        first_name=row.first_name,
        last_name=row.last_name,
        emails=emails,
        phones=phones,
        billing=Address(
            row.billing_street, row.billing_city, row.billing_region, row.billing_postal_code, row.billing_country
        ),
        service_addresses=service_addresses,
        notes=row.notes,
        tax_exempt=row.tax_exempt,
        tax_exempt_reason=row.tax_exempt_reason,
        tax_exempt_certificate=row.tax_exempt_certificate,
    )
