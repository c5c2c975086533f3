"""How a record stands towards QuickBooks, for templates: a whole section for its own page, a badge for lists.

`{% sync_state "invoice" invoice.pk %}` on a detail page; in lists `{% sync_badges "invoice" rows as syncs %}`
once, then `{% sync_badge syncs row.pk %}` in each row (a fixed number of queries for all rows). A list of fifty
says it quietly, by a dot and a word; only what needs somebody stands out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bluepro.quickbooks.queries import record_sync, sync_states
from bluepro.quickbooks.standing import SyncState
from bluepro.web.present import CLOCK
from bluepro.web.quickbooks.record import record_context

register = template.Library()


@register.inclusion_tag("quickbooks/record.html", takes_context=True)
def sync_state(context: template.Context, kind: str, record_id: int) -> dict[str, Any]:  # Any: values of a template
    """The section "QuickBooks" of a record's page. `kind`: contact, service, invoice or payment."""
    request = context["request"]
    found = record_sync(request.workspace.pk, kind, record_id, now=CLOCK.now())
    return record_context(request, kind, found)


@register.simple_tag(takes_context=True)
def sync_badges(context: template.Context, kind: str, rows: Iterable[Any]) -> dict[int, SyncState]:
    """How each row stands; rows are ids, records, or things that hold a record under the kind's name."""
    ids = [_id_of(row, kind) for row in rows]
    return sync_states(context["request"].workspace.pk, kind, ids, now=CLOCK.now()) if ids else {}


def _id_of(row: Any, kind: str) -> int:  # Any: whatever a list shows
    held = getattr(row, kind, row)
    return int(getattr(held, "pk", held))


@register.simple_tag
def sync_badge(states: Mapping[int, SyncState], record_id: int) -> SafeString | str:
    """The state in a word, from what `sync_badges` gave."""
    state = states.get(record_id)
    if state is None:
        return ""
    return format_html('<span class="state state-{}" title="{}">{}</span>', state.tone, state.reason, state.where.value)
