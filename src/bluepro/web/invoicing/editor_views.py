"""The invoice editor: new and existing invoices, saved as drafts or issued, and the parts that it loads while open."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluepro.catalogue.queries import list_services
from bluepro.common.errors import Conflict, NotAllowed, NotFound, Refused
from bluepro.contacts.queries import list_contacts
from bluepro.invoicing.life_rules import OPEN_FOR_EDITING
from bluepro.invoicing.loading import stale_copies
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.invoicing.rules import InvoiceEdit, check_invoice, cleaned
from bluepro.invoicing.services import save_invoices
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.invoicing.editor import (
    FOUND,
    Editor,
    choices_for,
    new_line,
    open_new,
    open_stored,
    rearrange,
    typed,
)
from bluepro.web.invoicing.editor_form import InvoiceForm
from bluepro.web.invoicing.editor_lines import typed_lines
from bluepro.web.invoicing.facts import offered_actions
from bluepro.web.invoicing.preview import preview
from bluepro.web.invoicing.stale_words import in_words
from bluepro.web.once import once
from bluepro.web.present import CLOCK, IDS
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action

SAVING = ("save", "issue")


@page(Action.EDIT_OWN_DRAFTS)
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new invoice."""
    if request.method != "POST":
        return open_new(request).answer()
    return _sent(request, None)


@page(Action.EDIT_OWN_DRAFTS)
def edit(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """An invoice that is there already."""
    try:
        editor = open_stored(request, invoice_id)
    except NotFound:
        raise Http404 from None
    if editor.row is None or not offered_actions(request.actor, editor.row).edit:
        return refused(request, "This invoice cannot be changed by you: it is cancelled, issued, or somebody else's.")
    if request.method == "POST":
        return _sent(request, invoice_id)
    if editor.row.status in OPEN_FOR_EDITING and "keep" not in request.GET:
        editor.stale = in_words(stale_copies(request.workspace, invoice_id))
    return editor.answer()


def _sent(request: WorkspaceRequest, invoice_id: int | None) -> HttpResponse:
    command = request.POST.get("do", "save")
    if command in SAVING:
        return _save(request, typed(request, invoice_id, bound=True), issue=command == "issue")
    editor = typed(request, invoice_id, bound=False)
    rearrange(editor, command)
    return editor.answer()


def _save(request: WorkspaceRequest, editor: Editor, *, issue: bool) -> HttpResponse:
    form, lines = editor.form, editor.lines
    stored = editor.row.status if editor.row else InvoiceStatus.DRAFT
    try:
        if form.is_valid():
            data = form.data_with(lines, InvoiceStatus.ISSUED if issue else stored)
            if not any(line.errors for line in lines):
                change = InvoiceEdit(data, id=editor.row.pk if editor.row else None, version=_version(form))
                return HttpResponseRedirect(_write(request, change, form), status=303)
            # Numbers that cannot be read keep the rest from being saved, not from being checked.
            form.refuse(Refused(check_invoice(cleaned(data))), lines)
        else:
            for line in lines:
                line.data()
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    except Refused as error:
        editor.ask_date = any(one.rule == "earlier_month" for one in error.errors)
        form.refuse(error, lines)
    except Conflict:
        _say_conflict(editor)
    if any(line.errors for line in lines):
        form.add_error(None, "See the marked lines.")
    return editor.answer(status=422)


def _version(form: InvoiceForm) -> int | None:
    return form.cleaned_data["version"] or 0


def _write(request: WorkspaceRequest, change: InvoiceEdit, form: InvoiceForm) -> str:
    confirm = form.cleaned_data["confirm_date"]

    def work() -> str:
        saved = save_invoices(request.actor, [change], clock=CLOCK, ids=IDS, confirm_date=confirm)
        row = Invoice.objects.get(pk=saved.ids[0])
        messages.success(request, _said(row))
        return reverse("invoice", args=[request.workspace.pk, row.pk])

    return once(request, work, clock=CLOCK) if change.id is None else work()


def _said(row: Invoice) -> str:
    how = {"draft": "saved as a draft", "scheduled": "saved; it stays scheduled", "issued": "saved and issued"}
    return f"Invoice {row.number} is {how.get(row.status, 'saved')}."


def _say_conflict(editor: Editor) -> None:
    """Keeps what was typed; saving once more means it, now that the newest version was offered."""
    if editor.row is None:
        return
    sent = {**editor.form.data, "version": str(editor.row.version)}
    editor.form = InvoiceForm(initial=sent, choices=editor.choices)
    editor.notices.append("conflict")


@require_GET
@page(Action.EDIT_OWN_DRAFTS)
def customers(request: WorkspaceRequest) -> HttpResponse:
    """The customers found while somebody types."""
    found = list_contacts(request.workspace.pk, search=_searched(request, "find_customer"), limit=FOUND)
    return render(request, "invoicing/parts/customers.html", {"customers": found})


@require_GET
@page(Action.EDIT_OWN_DRAFTS)
def services(request: WorkspaceRequest) -> HttpResponse:
    """The services found while somebody types."""
    found = list_services(request.workspace.pk, search=_searched(request, "find_service"), limit=FOUND)
    return render(request, "invoicing/parts/services.html", {"services": found})


def _searched(request: WorkspaceRequest, name: str) -> str:
    return request.GET.get(name, "")[:100].replace("\x00", "")


@require_GET
@page(Action.EDIT_OWN_DRAFTS)
def customer(request: WorkspaceRequest) -> HttpResponse:
    """The customer's part of the editor, once one was picked."""
    choices = choices_for(request, request.GET.get("contact"), None)
    if choices.contact is None:
        raise Http404
    values = {"contact": choices.contact.pk, "service_address": choices.address_now()}
    form = InvoiceForm(initial=values, choices=choices)
    context = {"form": form, "contact": choices.contact, "rate_used": choices.rate_used()}
    return render(request, "invoicing/parts/customer.html", context)


@require_GET
@page(Action.EDIT_OWN_DRAFTS)
def line(request: WorkspaceRequest) -> HttpResponse:
    """One new line for the editor."""
    added = new_line(request, IDS.reference(), request.GET.get("add", ""))
    if added is None:
        raise Http404
    return render(request, "invoicing/parts/line.html", {"line": added})


@require_POST
@page(Action.EDIT_OWN_DRAFTS)
def totals(request: WorkspaceRequest) -> HttpResponse:
    """What was typed amounts to: each line's amount by its key, and the totals as they are shown."""
    invoice = request.POST.get("invoice", "")
    invoice_id = int(invoice) if invoice.isascii() and invoice.isdigit() and len(invoice) < 19 else None
    try:
        editor = typed(request, invoice_id, bound=False)
    except NotFound:
        raise Http404 from None
    lines = typed_lines(request.POST)
    day = today(request.workspace, CLOCK)
    found = preview(dict(request.POST.items()), lines, editor.choices, request.workspace, day)
    amounts = {one.key: f"{one.amount:,.2f}" for one in lines if one.amount is not None}
    shown = render_to_string("invoicing/parts/totals.html", {"totals": found}, request)
    return JsonResponse({"amounts": amounts, "totals": shown})
