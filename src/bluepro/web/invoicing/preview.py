"""What an unfinished invoice amounts to while it is typed: the server's own arithmetic, patient with gaps.

Nothing is saved. What cannot be read counts as nothing yet; what the rules of amounts refuse is said in words.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from bluepro.common.money import ZERO
from bluepro.invoicing.amounts import NO_KIND, PERCENT, AmountError, check_portion
from bluepro.invoicing.choices import LineKind
from bluepro.invoicing.content import InvoiceContent, derive
from bluepro.invoicing.loading import around
from bluepro.invoicing.rules import InvoiceData, LineData
from bluepro.invoicing.status import required_deposit
from bluepro.web.forms import DayField, NumberField
from bluepro.web.invoicing.editor_form import Choices
from bluepro.web.invoicing.editor_lines import TypedLine
from bluepro.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts so far, in dollars; `problem` says why there are none. `exempt`: the customer pays no sales tax.

    `tax_missing`: lines are taxable and the customer is, rates are there, and none is chosen.
    """

    content: InvoiceContent | None
    deposit: Decimal
    problem: str
    exempt: bool
    tax_missing: bool = False


def preview(
    values: dict[str, object], lines: Sequence[TypedLine], choices: Choices, workspace: Workspace, today: date
) -> Totals:
    """Computes the totals, and notes each line's amount in it. `values` are the form's, as text or as stored."""
    kind, value = _portion(values, "discount")
    deposit_kind, deposit_value = _portion(values, "required_deposit")
    percent, rate_name = choices.rate_of(str(values.get("tax_rate") or ""))
    contact_id = choices.contact.pk if choices.contact else 0
    data = InvoiceData(
        contact_id=contact_id,
        issue_date=_day(values.get("issue_date")) or today,
        due_date=_day(values.get("due_date")),
        lines=tuple(_readable(line) for line in lines),
        discount_kind=kind,
        discount_value=value,
        tax_rate_percent=percent,
        tax_rate_name=rate_name,
    )
    try:
        content = _content(data, choices, workspace)
        check_portion("required_deposit", deposit_kind, deposit_value)
    except AmountError as error:
        _amounts_alone(data, lines, choices, workspace)
        return Totals(None, ZERO, error.message, exempt=False)
    _note_amounts(lines, content)
    deposit = required_deposit(deposit_kind, deposit_value, content.total)
    return Totals(content, deposit, "", content.contact_tax_exempt, _tax_missing(content, choices))


def _tax_missing(content: InvoiceContent, choices: Choices) -> bool:
    if choices.contact is None or content.contact_tax_exempt or content.tax_rate_percent or not choices.rates:
        return False
    return any(line.amount and not line.tax_exempt for line in content.lines)


def _note_amounts(lines: Sequence[TypedLine], content: InvoiceContent) -> None:
    for line, priced in zip(lines, content.lines, strict=True):
        line.amount = priced.amount if line.is_priced else None


def _amounts_alone(data: InvoiceData, lines: Sequence[TypedLine], choices: Choices, workspace: Workspace) -> None:
    """The lines' own amounts, where only the discount is in the way of a total."""
    with suppress(AmountError):
        _note_amounts(lines, _content(replace(data, discount_kind=NO_KIND, discount_value=ZERO), choices, workspace))


def _content(data: InvoiceData, choices: Choices, workspace: Workspace) -> InvoiceContent:
    copies = around(workspace, [data])
    copies = replace(copies, contact_tax_exempt={0: False, **copies.contact_tax_exempt})
    known = tuple(_known(line, copies.services) for line in data.lines)
    return derive(replace(data, lines=known), copies, choices.stored)


def _known(line: LineData, services: object) -> LineData:
    """A line of a service that is not there counts by what was typed."""
    there = isinstance(services, dict) and line.service_id in services
    return line if line.service_id is None or there else replace(line, kind=LineKind.CUSTOM, service_id=None)


def _readable(line: TypedLine) -> LineData:
    data = line.data(strict=False)
    return data if data.kind in LineKind.values else replace(data, kind=LineKind.TEXT)


def _portion(values: dict[str, object], what: str) -> tuple[str, Decimal]:
    kind = str(values.get(f"{what}_kind") or NO_KIND)
    value = _number(values.get(f"{what}_value"))
    return (kind, value) if value is not None and kind in (PERCENT, "amount") else (NO_KIND, ZERO)


def _number(typed: object) -> Decimal | None:
    field = NumberField(required=False)
    try:
        found = field.clean(str(typed or ""))
    except ValidationError:
        return None
    return found if isinstance(found, Decimal) else None


def _day(typed: object) -> date | None:
    if isinstance(typed, date):
        return typed
    try:
        found = DayField(required=False).clean(str(typed or ""))
    except ValidationError:
        return None
    return found if isinstance(found, date) else None
