"""The only writer of the catalogue. Many at once: all are checked, then all are written in a few statements, or none
is.

Invoice lines copy what they need, so no change here moves an invoice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from bluepro.catalogue.models import Service
from bluepro.catalogue.rules import ServiceData, check_service, clean_service
from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, Refused, refuse
from bluepro.common.saved import Saved
from bluepro.workspaces.edits import check_external_ids, check_targets, check_versions
from bluepro.workspaces.roles import Action, Actor, require
from bluepro.workspaces.rows import all_of, set_archived, touch

_COLUMNS = ("kind", "name", "sku", "description", "unit_price", "tax_exempt", "income_account")


@dataclass(frozen=True, slots=True)
class ServiceEdit:
    """A new service (`id` None) or the whole new content of one.

    `version`: refuse unless the service still has it. `external_id`: its id in the system it came from; None leaves
    what is stored.
    """

    data: ServiceData
    id: int | None = None
    version: int | None = None
    external_id: str | None = None


@transaction.atomic
def save_services(actor: Actor, edits: Sequence[ServiceEdit], *, clock: Clock) -> Saved:
    """Creates and changes services and products, all or none.

    Raises Refused with every broken rule (`record` = position in `edits`), Conflict for a service that was changed
    since the version given, NotAllowed by role. A service that an edit leaves as it is is not written at all.
    """
    require(actor, Action.EDIT_CATALOGUE)
    cleaned = [clean_service(edit.data) for edit in edits]
    errors = [
        FieldError(error.field, error.rule, error.message, record)
        for record, data in enumerate(cleaned)
        for error in check_service(data)
    ]
    stored = _stored(actor, edits)
    errors += check_targets(edits, stored, "service")
    errors += check_external_ids(Service.objects.filter(workspace_id=actor.workspace_id), edits, "service")
    if errors:
        raise Refused(errors)
    check_versions(edits, stored)
    changed = _change(edits, cleaned, stored, clock)
    created = _create(actor, edits, cleaned, clock)
    ids = tuple(edit.id or created[record].pk for record, edit in enumerate(edits))
    return Saved(ids, len(created), changed, len(edits) - len(created) - changed)


def _stored(actor: Actor, edits: Sequence[ServiceEdit]) -> dict[int, Service]:
    ids = [edit.id for edit in edits if edit.id is not None]
    return {service.pk: service for service in _locked(actor, ids)} if ids else {}


def _locked(actor: Actor, ids: Collection[int]) -> QuerySet[Service]:
    found = Service.objects.filter(workspace_id=actor.workspace_id, pk__in=ids)
    return found.select_for_update(no_key=True).order_by("id")


def _fill(service: Service, data: ServiceData, external_id: str | None) -> bool:
    """Puts `data` on the row; True if that changed anything. An `external_id` of None leaves the stored one."""
    values: dict[str, object] = {name: getattr(data, name) for name in _COLUMNS}
    if external_id is not None:
        values["external_id"] = external_id
    changed = [name for name, value in values.items() if getattr(service, name) != value]
    for name in changed:
        setattr(service, name, values[name])
    return bool(changed)


def _change(
    edits: Sequence[ServiceEdit], cleaned: Sequence[ServiceData], stored: dict[int, Service], clock: Clock
) -> int:
    rows = []
    for edit, data in zip(edits, cleaned, strict=True):
        if edit.id is not None and _fill(stored[edit.id], data, edit.external_id):
            rows.append(stored[edit.id])
    rows.sort(key=lambda service: service.pk)
    touch(rows, [*_COLUMNS, "external_id"], clock)
    return len(rows)


def _create(
    actor: Actor, edits: Sequence[ServiceEdit], cleaned: Sequence[ServiceData], clock: Clock
) -> dict[int, Service]:
    """The new services by their position in the call."""
    now = clock.now()
    new: dict[int, Service] = {}
    for record, edit in enumerate(edits):
        if edit.id is None:
            new[record] = Service(workspace_id=actor.workspace_id, created_at=now, updated_at=now)
            _fill(new[record], cleaned[record], edit.external_id)
    Service.objects.bulk_create(new.values(), batch_size=1000)
    return new


@transaction.atomic
def archive_services(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Hides services from choice; the lines that name them stay. Answers how many were not archived yet."""
    require(actor, Action.EDIT_CATALOGUE)
    return set_archived(_all_of(actor, ids), True, clock)


@transaction.atomic
def unarchive_services(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Brings archived services back. Answers how many were archived."""
    require(actor, Action.EDIT_CATALOGUE)
    return set_archived(_all_of(actor, ids), False, clock)


@transaction.atomic
def delete_service(actor: Actor, service_id: int) -> None:
    """Deletes a service or product for good. Refused while invoice lines name it; archive it instead."""
    require(actor, Action.EDIT_CATALOGUE)
    service = _all_of(actor, [service_id])[0]
    try:
        service.delete()
    except ProtectedError as error:
        count = len(error.protected_objects)
        message = f"{service.name} is on {count:,} invoice lines; archive it instead."
        raise refuse("service", "in_use", message) from error


def _all_of(actor: Actor, ids: Collection[int]) -> list[Service]:
    return all_of(_locked(actor, ids), ids, "service")
