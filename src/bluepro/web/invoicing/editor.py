"""One opening of the invoice editor: what is stored, what was typed, what is offered, and the buttons that change only
what is shown (add, move, remove, find). Saving is in `editor_views`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bluepro.catalogue.models import Service
from bluepro.catalogue.queries import list_services
from bluepro.common.errors import NotFound
from bluepro.contacts.models import Contact
from bluepro.contacts.queries import get_contact, list_contacts
from bluepro.invoicing.choices import LineKind
from bluepro.invoicing.content import InvoiceContent
from bluepro.invoicing.loading import content_of
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.invoicing.queries import next_numbers
from bluepro.invoicing.rules import MAX_LINES
from bluepro.web.access import WorkspaceRequest
from bluepro.web.invoicing.editor_form import Choices, InvoiceForm, new_values, stored_values
from bluepro.web.invoicing.editor_lines import TypedLine, move, new_key, service_line, stored_lines, typed_lines
from bluepro.web.invoicing.preview import preview
from bluepro.web.present import CLOCK
from bluepro.workspaces.queries import tax_rates, today

FOUND = 8


@dataclass
class Editor:
    """`row` is the stored invoice, None for a new one. `notices` are said above the form."""

    request: WorkspaceRequest
    row: Invoice | None
    choices: Choices
    form: InvoiceForm
    lines: list[TypedLine]
    customers: list[Contact] | None = None
    services: list[Service] | None = None
    ask_date: bool = False
    notices: list[str] = field(default_factory=list)
    stale: list[dict[str, str]] = field(default_factory=list)

    def answer(self, *, status: int = 200) -> HttpResponse:
        """The page, with totals as far as they can be computed."""
        day = today(self.request.workspace, CLOCK)
        values = {name: self.form[name].value() for name in self.form.fields}
        context: dict[str, Any] = {  # Any: plain values for a template
            "editor": self,
            "form": self.form,
            "lines": self.lines,
            "totals": preview(values, self.lines, self.choices, self.request.workspace, day),
            "contact": self.choices.contact,
            "may_issue": self.row is None or self.row.status in ("draft", "scheduled"),
            "searched": values_searched(self.request),
            "full": len(self.lines) >= MAX_LINES,
        }
        return render(self.request, "invoicing/edit.html", context, status=status)


def values_searched(request: HttpRequest) -> dict[str, str]:
    """What was typed into the two searches of the editor."""
    return {name: request.POST.get(name, "")[:100].replace("\x00", "") for name in ("find_customer", "find_service")}


def choices_for(request: WorkspaceRequest, contact_id: str | int | None, stored: InvoiceContent | None) -> Choices:
    """What the editor offers for this customer (none where there is no such one)."""
    rates = tax_rates(request.workspace.pk)
    return Choices(rates, contact_or_none(request, contact_id), stored)


def contact_or_none(request: WorkspaceRequest, contact_id: str | int | None) -> Contact | None:
    """The workspace's contact of that id, if there is one."""
    text = str(contact_id or "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    try:
        return get_contact(request.workspace.pk, int(text))
    except NotFound:
        return None


def stored_invoice(request: WorkspaceRequest, invoice_id: int) -> tuple[Invoice, InvoiceContent]:
    """The invoice and what it says. Raises NotFound."""
    row = Invoice.objects.filter(workspace=request.workspace, pk=invoice_id).first()
    if row is None:
        raise NotFound(f"There is no invoice {invoice_id} in this workspace.")
    return row, content_of(row, InvoiceLine.objects.filter(invoice=row).order_by("position"))


def open_new(request: WorkspaceRequest) -> Editor:
    """An empty editor; the address may name the customer."""
    choices = choices_for(request, request.GET.get("contact"), None)
    number = next_numbers(request.workspace, 1)[0]
    values = new_values(number, today(request.workspace, CLOCK), choices)
    return Editor(request, None, choices, InvoiceForm(initial=values, choices=choices), [])


def open_stored(request: WorkspaceRequest, invoice_id: int) -> Editor:
    """The editor with what the invoice says. Raises NotFound."""
    row, content = stored_invoice(request, invoice_id)
    choices = choices_for(request, content.contact_id, content)
    form = InvoiceForm(initial=stored_values(content, row.version, choices), choices=choices)
    return Editor(request, row, choices, form, stored_lines(content.lines))


def typed(request: WorkspaceRequest, invoice_id: int | None, *, bound: bool) -> Editor:
    """The editor with what was sent: `bound` to be checked and saved, else only to be shown again."""
    row, content = stored_invoice(request, invoice_id) if invoice_id is not None else (None, None)
    choices = choices_for(request, request.POST.get("contact"), content)
    sent = request.POST.dict()
    form = InvoiceForm(sent, choices=choices) if bound else InvoiceForm(initial=sent, choices=choices)
    return Editor(request, row, choices, form, typed_lines(request.POST))


def rearrange(editor: Editor, command: str) -> None:
    """Carries out a button that changes only what is shown: `add:custom`, `up:3`, `find_customer`, `pick:17` ..."""
    verb, _, what = command.partition(":")
    searched = values_searched(editor.request)
    if verb == "find_customer":
        editor.customers = list_contacts(editor.request.workspace.pk, search=searched["find_customer"], limit=FOUND)
    elif verb == "find_service":
        editor.services = list_services(editor.request.workspace.pk, search=searched["find_service"], limit=FOUND)
    elif verb == "pick":
        _pick(editor, what)
    elif verb in ("up", "down"):
        move(editor.lines, what, -1 if verb == "up" else 1)
    elif verb == "remove":
        editor.lines[:] = [line for line in editor.lines if line.key != what]
    elif verb == "add":
        add_line(editor, what)


def _pick(editor: Editor, contact_id: str) -> None:
    editor.choices = choices_for(editor.request, contact_id, editor.choices.stored)
    values = {**editor.form.initial, "contact": contact_id, "service_address": editor.choices.address_now()}
    if editor.row is None and not values.get("tax_rate"):
        values["tax_rate"] = editor.choices.rate_used()
    editor.form = InvoiceForm(initial=values, choices=editor.choices)


def add_line(editor: Editor, what: str) -> None:
    """Adds a line: of a service by its id, or of one of the other kinds by its name."""
    line = new_line(editor.request, new_key(editor.lines), what)
    if line is not None and len(editor.lines) < MAX_LINES:
        editor.lines.append(line)


def new_line(request: WorkspaceRequest, key: str, what: str) -> TypedLine | None:
    """A new line of the kind or the service's id `what`; None if there is no such one."""
    if what in (LineKind.CUSTOM, LineKind.HEADING, LineKind.TEXT):
        return TypedLine(key, kind=what, quantity="1" if what == LineKind.CUSTOM else "", tax_exempt="0")
    if not (what.isascii() and what.isdigit() and len(what) < 19):
        return None
    found = Service.objects.filter(workspace=request.workspace, pk=int(what), archived_at=None).first()
    return service_line(key, found) if found is not None else None
