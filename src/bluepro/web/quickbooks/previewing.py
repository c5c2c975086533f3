"""The preview of a first push: what would be made, linked, skipped and asked; the answers; that a person has seen it.

Shown from what was read last; reading, answering and accepting are `connect`'s.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from bluepro.common.errors import BlueProError
from bluepro.quickbooks.connect import begin, decisions
from bluepro.quickbooks.connect.asking import question
from bluepro.quickbooks.connect.match import match as read
from bluepro.quickbooks.connect.preview import BUCKETS, preview
from bluepro.quickbooks.connect.start import in_words
from bluepro.quickbooks.models import Connection, Match
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK, IDS
from bluepro.web.quickbooks.common import back, connected, show, told
from bluepro.web.quickbooks.place import deployment_for, entity_address
from bluepro.web.quickbooks.words import PLURALS
from bluepro.workspaces.roles import Action

SHOWN = 100  # questions and links on the page; what is answered makes place for more
BUTTONS = {
    decisions.Decision.LINK: "It is the same",
    decisions.Decision.CREATE: "It is another one",
    decisions.Decision.HOLD: "Hold it back",
}


@require_http_methods(["GET", "POST"])
@page(Action.ANSWER_PROBLEMS)
@connected
def preview_page(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Shows it; POST reads QuickBooks, answers a question or accepts, by which button was pressed."""
    if request.method == "GET":
        return show(request, "quickbooks/preview.html", _values(connection))
    try:
        messages.success(request, _done(request, connection))
    except BlueProError as error:
        messages.error(request, told(error))
    return back(request, "quickbooks_preview")


def _done(request: WorkspaceRequest, connection: Connection) -> str:
    """Does what the button says; answers what was done."""
    actor, place = request.actor, deployment_for(request)
    match request.POST.get("do"):
        case "read":
            read(actor, connection, place, clock=CLOCK, ids=IDS)
            return "QuickBooks was read. Nothing was changed there."
        case "accept":
            begin.accept(actor, connection, place, clock=CLOCK, ids=IDS)
            return "Accepted. Sync Data may be pressed now."
        case "all":
            choice = request.POST.get("choice", "")
            number = decisions.answer_all(actor, connection, choice, clock=CLOCK)
            return f"Answered: {number:,}."
        case _:
            asked = request.POST.get("id", "")
            row = decisions.answer(
                actor, connection, int(asked) if asked.isdecimal() and len(asked) < 19 else 0,
                request.POST.get("choice", ""), clock=CLOCK,
            )  # fmt: skip
            return f"{row.label}: {decisions.WORDS[decisions.Decision(row.answer)]}."


def _values(connection: Connection) -> dict[str, Any]:  # Any: values of a template
    values: dict[str, Any] = {"connection": connection, "begun": connection.synced_since is not None}
    if values["begun"] or connection.matched_at is None:
        return values
    found = preview(connection)
    kinds = [
        (PLURALS[kind], kind in (Kind.INVOICE, Kind.PAYMENT), [of[bucket] for bucket in BUCKETS])
        for kind, of in found.kinds.items()
    ]
    return {
        **values,
        "start_words": in_words(connection),
        "found": found,
        "kinds": kinds,
        "questions": [_shown(connection, row) for row in found.questions[:SHOWN]],
        "links": [_shown(connection, row) for row in found.linked[:SHOWN]],
        "notes": found.notes[:SHOWN],
        "buttons": [(choice.value, BUTTONS[choice]) for choice in BUTTONS],
    }


def _shown(connection: Connection, row: Match) -> dict[str, Any]:  # Any: values of a template
    """A question with its buttons; of several candidates each has one of its own."""
    allowed = decisions.choices(row)
    several = len(row.candidates) > 1 and decisions.Decision.LINK in allowed
    links = [(f"link:{one['entity_id']}", f"It is {one['name'] or one['entity_id']}") for one in row.candidates]
    one = [("link", BUTTONS[decisions.Decision.LINK])] if decisions.Decision.LINK in allowed else []
    others = [(choice.value, BUTTONS[choice]) for choice in allowed if choice is not decisions.Decision.LINK]
    theirs = ""
    if row.candidates:
        theirs = entity_address(Kind(row.kind), str(row.candidates[0]["entity_id"]), connection.realm_id)
    return {
        "row": row,
        "text": question(row),
        "choices": [*(links if several else one), *others],
        "theirs": theirs,
    }
