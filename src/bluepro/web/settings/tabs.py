"""The tabs of the settings: each with the page it opens, and who sees it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from bluepro.web.access import WorkspaceRequest
from bluepro.workspaces.roles import Action

TABS = (
    ("settings", "Overview", Action.SEE),
    ("settings_company", "Company", Action.EDIT_COMPANY),
    ("settings_rates", "Sales tax", Action.EDIT_COMPANY),
    ("settings_people", "People", Action.SEE),
    ("settings_books", "Books locked", Action.ANSWER_PROBLEMS),
    ("settings_import", "Import", Action.IMPORT),
    ("settings_export", "Export", Action.SEE_TOTALS),
    ("quickbooks", "QuickBooks", Action.SEE),
)


def shown(
    request: WorkspaceRequest, tab: str, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the settings under its tabs; `tab` is the view name of the one that is open."""
    tabs = [(name, label, name == tab) for name, label, action in TABS if request.actor.may(action)]
    return render(request, f"settings/{template}.html", {"tabs": tabs, **context}, status=status)
