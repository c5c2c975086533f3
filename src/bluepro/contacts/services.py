"""The only writer of contacts. Many at once: all are checked, then all are written in a few statements, or none is.

Does not know invoices: that a contact with invoices cannot be deleted follows from the database's references.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, Refused, refuse
from bluepro.common.saved import Saved
from bluepro.contacts import parts
from bluepro.contacts.models import Contact
from bluepro.contacts.rules import ContactData, check_contact, clean_contact
from bluepro.workspaces.edits import check_external_ids, check_targets, check_versions
from bluepro.workspaces.roles import Action, Actor, require
from bluepro.workspaces.rows import all_of, set_archived, touch


@dataclass(frozen=True, slots=True)
class ContactEdit:
    """A new contact (`id` None) or the whole new content of one.

    `version`: refuse unless the contact still has it. `external_id`: its id in the system it came from; None leaves
    what is stored.
    """

    data: ContactData
    id: int | None = None
    version: int | None = None
    external_id: str | None = None


@transaction.atomic
def save_contacts(actor: Actor, edits: Sequence[ContactEdit], *, clock: Clock) -> Saved:
    """Creates and changes contacts, all or none.

    Raises Refused with every broken rule (`record` = position in `edits`), Conflict for a contact that was changed
    since the version given, NotAllowed by role. A contact that an edit leaves as it is is not written at all.
    """
    require(actor, Action.EDIT_CONTACTS)
    cleaned = [clean_contact(edit.data) for edit in edits]
    errors = [
        FieldError(error.field, error.rule, error.message, record)
        for record, data in enumerate(cleaned)
        for error in check_contact(data)
    ]
    stored = _stored(actor, edits)
    errors += check_targets(edits, stored, "contact")
    errors += check_external_ids(Contact.objects.filter(workspace_id=actor.workspace_id), edits, "contact")
    if errors:
        raise Refused(errors)
    check_versions(edits, stored)
    changed = _change(edits, cleaned, stored, clock)
    created = _create(actor, edits, cleaned, clock)
    ids = tuple(edit.id or created[record].pk for record, edit in enumerate(edits))
    return Saved(ids, len(created), changed, len(edits) - len(created) - changed)


def _stored(actor: Actor, edits: Sequence[ContactEdit]) -> dict[int, Contact]:
    ids = [edit.id for edit in edits if edit.id is not None]
    return {contact.pk: contact for contact in _locked(actor, ids)} if ids else {}


def _locked(actor: Actor, ids: Collection[int]) -> QuerySet[Contact]:
    found = Contact.objects.filter(workspace_id=actor.workspace_id, pk__in=ids)
    return found.select_for_update(no_key=True).order_by("id")


def _change(
    edits: Sequence[ContactEdit], cleaned: Sequence[ContactData], stored: dict[int, Contact], clock: Clock
) -> int:
    wanted = {edit.id: data for edit, data in zip(edits, cleaned, strict=True) if edit.id is not None}
    changed = [stored[pk] for pk in parts.replace_parts(wanted)]
    for edit in edits:
        if edit.id is not None and parts.fill(stored[edit.id], wanted[edit.id], edit.external_id):
            changed.append(stored[edit.id])
    rows = sorted(set(changed), key=lambda contact: contact.pk)
    touch(rows, [*parts.COLUMNS, "external_id"], clock)
    return len(rows)


def _create(
    actor: Actor, edits: Sequence[ContactEdit], cleaned: Sequence[ContactData], clock: Clock
) -> dict[int, Contact]:
    """The new contacts by their position in the call."""
    now = clock.now()
    new: dict[int, Contact] = {}
    for record, edit in enumerate(edits):
        if edit.id is None:
            contact = Contact(
                workspace_id=actor.workspace_id, created_by_id=actor.membership_id, created_at=now, updated_at=now
            )
            parts.fill(contact, cleaned[record], edit.external_id)
            new[record] = contact
    Contact.objects.bulk_create(new.values(), batch_size=1000)
    parts.create_parts({contact.pk: cleaned[record] for record, contact in new.items()})
    return new


@transaction.atomic
def archive_contacts(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Hides contacts from choice; what they have stays. Answers how many were not archived yet."""
    require(actor, Action.EDIT_CONTACTS)
    return set_archived(_all_of(actor, ids), True, clock)


@transaction.atomic
def unarchive_contacts(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Brings archived contacts back. Answers how many were archived."""
    require(actor, Action.EDIT_CONTACTS)
    return set_archived(_all_of(actor, ids), False, clock)


@transaction.atomic
def delete_contact(actor: Actor, contact_id: int) -> None:
    """Deletes a contact for good. Refused while it has invoices or payments; archive it instead."""
    require(actor, Action.EDIT_CONTACTS)
    contact = _all_of(actor, [contact_id])[0]
    try:
        contact.delete()
    except ProtectedError as error:
        count = len(error.protected_objects)
        message = f"{contact.display_name} has {count:,} invoices or payments; archive the contact instead."
        raise refuse("contact", "in_use", message) from error


def _all_of(actor: Actor, ids: Collection[int]) -> list[Contact]:
    return all_of(_locked(actor, ids), ids, "contact")
