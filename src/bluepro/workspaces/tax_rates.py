"""The only writer of a workspace's named sales tax rates. Invoices copy the percentage, so no change here
moves them."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from bluepro.common.errors import FieldError, NotFound, Refused
from bluepro.common.text import check_text, clean_text
from bluepro.workspaces.models import TaxRate
from bluepro.workspaces.roles import Action, Actor, require
from bluepro.workspaces.rules import check_percent, rate_name


@transaction.atomic
def save_tax_rate(
    actor: Actor, name: str, percent: Decimal, *, rate_id: int | None = None, active: bool = True
) -> TaxRate:
    """Creates or changes a named rate; `percent` 8.25 means 8.25%. Names are unique, upper and lower case
    alike."""
    require(actor, Action.EDIT_COMPANY)
    rate = _rate(actor, rate_id)
    rate.name, rate.percent, rate.active = clean_text(name), percent, active
    taken = TaxRate.objects.filter(workspace_id=actor.workspace_id, name__iexact=rate.name).exclude(pk=rate.pk)
    errors = [*check_text("name", rate.name, limit=100, required=True), *check_percent("percent", percent)]
    if taken.exists():
        errors.append(FieldError("name", "taken", f"There is a tax rate {rate.name!r} already."))
    if errors:
        raise Refused(errors)
    rate.save()
    return rate


def _rate(actor: Actor, rate_id: int | None) -> TaxRate:
    if rate_id is None:
        return TaxRate(workspace_id=actor.workspace_id)
    found = TaxRate.objects.filter(workspace_id=actor.workspace_id, pk=rate_id).first()
    if found is None:
        raise NotFound("There is no such tax rate in this workspace.")
    return found


@transaction.atomic
def ensure_tax_rates(actor: Actor, percents: Iterable[Decimal]) -> dict[Decimal, TaxRate]:
    """For each percentage above 0 the workspace's rate, made and named after it ("8.25%") where there is
    none.

    Needs the right to import or to change the company. Raises Refused for percentages outside 0 to 100.
    """
    if not actor.may(Action.IMPORT):
        require(actor, Action.EDIT_COMPANY)
    wanted = {percent.normalize() for percent in percents}
    errors = [error for percent in sorted(wanted) for error in check_percent("tax_rate_percent", percent)]
    if errors:
        raise Refused(errors)
    rates = list(TaxRate.objects.filter(workspace_id=actor.workspace_id).order_by("active", "-id"))
    found = {rate.percent.normalize(): rate for rate in rates}
    names = {rate.name.lower() for rate in rates}
    for percent in sorted(wanted - found.keys()):
        found[percent] = TaxRate.objects.create(
            workspace_id=actor.workspace_id, name=_free_name(percent, names), percent=percent
        )
    return {percent: found[percent] for percent in wanted}


def _free_name(percent: Decimal, taken: set[str]) -> str:
    name, count = rate_name(percent), 1
    while name.lower() in taken:
        count += 1
        name = f"{rate_name(percent)} ({count})"
    taken.add(name.lower())
    return name
