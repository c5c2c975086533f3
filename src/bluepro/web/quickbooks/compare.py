"""Compare with QuickBooks, on demand: reads both sides and shows every difference with its cause.

The comparison itself is `proof.compare`'s. It reads all of QuickBooks, so large books are left to the command.
"""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from bluepro.common.errors import BlueProError
from bluepro.proof.compare import run_compare
from bluepro.proof.comparing.result import Comparison
from bluepro.quickbooks.models import Connection, Link
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK, IDS
from bluepro.web.quickbooks.common import connected, show, told
from bluepro.web.quickbooks.place import deployment_for
from bluepro.web.quickbooks.words import PLURALS
from bluepro.workspaces.roles import Action

MOST = 20_000  # records; a page cannot wait longer than reading these takes
SHOWN = 200  # differences
_FIGURES = ("invoiced", "discount", "tax", "paid", "open_balance")


@require_http_methods(["GET", "POST"])
@page(Action.SEE_TOTALS)
@connected
def compare(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Explains what it reads; POST compares."""
    pushed = Link.objects.filter(workspace=request.workspace, realm_id=connection.realm_id, removed_at=None).count()
    values: dict[str, Any] = {"pushed": pushed, "too_many": pushed > MOST, "reads": pushed // 1000 + 6}
    if request.method == "POST" and pushed <= MOST:
        try:
            found = run_compare(request.workspace.pk, deployment_for(request), clock=CLOCK, ids=IDS)
        except BlueProError as error:
            return show(request, "quickbooks/compare.html", {**values, "error": told(error)}, status=502)
        values |= _result(found)
    return show(request, "quickbooks/compare.html", values)


def _result(found: Comparison) -> dict[str, Any]:
    return {
        "found": found,
        "kinds": [(PLURALS[kind], counts) for kind, counts in found.counts.items()],
        "sums": [
            (name.replace("_", " ").capitalize(), getattr(found.totals.bluepro, name), theirs)
            for name in _FIGURES
            for theirs in [getattr(found.totals.quickbooks, name)]
        ],
        "months": sorted(found.months.items(), reverse=True),
        "differences": found.differences[:SHOWN],
        "more": max(0, len(found.differences) - SHOWN),
    }
