"""Reads of the catalogue: lists to search and page through, single services. The number of queries is fixed."""

from collections.abc import Collection, Mapping

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from bluepro.catalogue.models import Service
from bluepro.catalogue.rules import ServiceData
from bluepro.common.errors import NotFound

PAGE = 50


def list_services(
    workspace_id: int,
    *,
    search: str = "",
    archived: bool = False,
    after: tuple[str, int] | None = None,
    limit: int = PAGE,
) -> list[Service]:
    """A page of services and products by name (one query).

    `search` finds every word in name, SKU or description. The next page starts `after` the last row's (name, id).
    """
    found = Service.objects.filter(workspace_id=workspace_id, archived_at__isnull=not archived)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(description__icontains=word))
    if after is not None:
        name, pk = after
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    return list(found.order_by("name", "pk")[:limit])


SORTS = ("name", "price", "sku")
_KEYS: Mapping[str, Lower | F] = {"name": Lower("name"), "price": F("unit_price"), "sku": Lower("sku")}


def found_services(
    workspace_id: int, *, search: str = "", archived: bool = False, kind: str = "", sort: str = "name"
) -> QuerySet[Service]:
    """The services of a list (one query when read), sorted by one of SORTS ("-" in front turns it round).

    `kind` "" means both; `search` as in `list_services`.
    """
    found = Service.objects.filter(workspace_id=workspace_id, archived_at__isnull=not archived)
    if kind:
        found = found.filter(kind=kind)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(description__icontains=word))
    key = OrderBy(_KEYS[sort.removeprefix("-")], descending=sort.startswith("-"))
    return found.order_by(key, "-pk" if sort.startswith("-") else "pk")


def any_services(workspace_id: int) -> bool:
    """Whether the workspace has any service or product, archived ones too."""
    return Service.objects.filter(workspace_id=workspace_id).exists()


def get_service(workspace_id: int, service_id: int) -> Service:
    """One service; NotFound if it is not in this workspace."""
    service = Service.objects.filter(workspace_id=workspace_id, pk=service_id).first()
    if service is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    return service


def service_data(workspace_id: int, ids: Collection[int]) -> dict[int, ServiceData]:
    """What is stored of these services, in the shape that `save_services` takes (one query)."""
    rows = Service.objects.filter(workspace_id=workspace_id, pk__in=ids).order_by("pk")
    return {row.pk: _data(row) for row in rows}


def _data(row: Service) -> ServiceData:
    return ServiceData(
        kind=row.kind,
        name=row.name,
        unit_price=row.unit_price,
        tax_exempt=row.tax_exempt,
        sku=row.sku,
        description=row.description,
        income_account=row.income_account,
    )
