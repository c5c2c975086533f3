"""One invoice: its facts, lines, payments, history and comments, and the customer's page as the customer sees it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.contacts.models import Contact
from bluepro.invoicing.comments import add_comment, delete_comment
from bluepro.invoicing.life_rules import OPEN_FOR_EDITING
from bluepro.invoicing.loading import stale_copies
from bluepro.invoicing.models import Invoice, InvoiceComment
from bluepro.invoicing.queries import InvoiceView, get_invoice, history_of_invoice
from bluepro.invoicing.sharing import page_token, token_of
from bluepro.invoicing.status import required_deposit
from bluepro.payments.queries import history_on_invoice
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.client.showing import shown_to_customer
from bluepro.web.invoicing.facts import TONES, offered_actions, today_of
from bluepro.web.invoicing.history_words import contact_ids, returned, tell
from bluepro.web.invoicing.life_views import said_beforehand
from bluepro.web.invoicing.stale_words import in_words
from bluepro.web.once import once
from bluepro.web.present import CLOCK, IDS
from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.roles import Action


@require_GET
@page()
def invoice(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Everything about one invoice; one that was deleted shows what its history kept."""
    try:
        view = get_invoice(request.workspace.pk, invoice_id, today=today_of(request))
    except NotFound:
        return _deleted(request, invoice_id)
    return render(request, "invoicing/detail.html", _context(request, view))


def _context(request: WorkspaceRequest, view: InvoiceView) -> dict[str, object]:
    row, workspace = view.invoice, request.workspace
    of_payments = history_on_invoice(row)
    entries = sorted((*history_of_invoice(workspace.pk, row.pk), *of_payments), key=lambda one: one.pk, reverse=True)
    token = token_of(row.pk)
    unissued = row.status in OPEN_FOR_EDITING
    return {
        "view": view,
        "invoice": row,
        "tone": TONES[view.status],
        "may": offered_actions(request.actor, row),
        "deposit": required_deposit(row.required_deposit_kind, row.required_deposit_value, row.total),
        "payments": sorted(row.allocations.all(), key=lambda part: (part.payment.paid_at, part.payment_id)),
        "returned": returned(of_payments, row.number),
        "history": tell(entries, _names(request, entries)),
        "comments": InvoiceComment.objects.filter(invoice=row).select_related("author__user").order_by("at", "pk"),
        "stale": in_words(stale_copies(workspace, row.pk)) if unissued else [],
        "said": said_beforehand(request, row),
        "link": request.build_absolute_uri(reverse("client_invoice", args=[token])) if token else "",
        "may_renew": request.actor.may(Action.EDIT_INVOICES) or row.created_by_id == request.actor.membership_id,
    }


def _names(request: WorkspaceRequest, entries: list[HistoryEntry]) -> dict[int, str]:
    ids = contact_ids(entries)
    if not ids:
        return {}
    found = Contact.objects.filter(workspace=request.workspace, pk__in=ids)
    return dict(found.values_list("pk", "display_name"))


def _deleted(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    entries = history_of_invoice(request.workspace.pk, invoice_id)
    if not entries:
        raise Http404
    context = {"history": tell(entries, _names(request, entries)), "number": entries[0].label}
    return render(request, "invoicing/gone.html", context, status=410)


@require_POST
@page()
def comment(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Adds an internal comment."""
    here = reverse("invoice", args=[request.workspace.pk, invoice_id])

    def work() -> str:
        add_comment(request.actor, invoice_id, request.POST.get("text", ""), clock=CLOCK)
        return f"{here}#comments"

    try:
        return HttpResponseRedirect(once(request, work, clock=CLOCK), status=303)
    except NotFound:
        raise Http404 from None
    except Refused as error:
        return _with_comment(request, invoice_id, error)


def _with_comment(request: WorkspaceRequest, invoice_id: int, error: Refused) -> HttpResponse:
    """The page again, with the comment that was typed and why it was not taken."""
    try:
        view = get_invoice(request.workspace.pk, invoice_id, today=today_of(request))
    except NotFound:
        raise Http404 from None
    said = " ".join(one.message for one in error.errors)
    typed = {"comment_typed": request.POST.get("text", ""), "comment_error": said}
    return render(request, "invoicing/detail.html", {**_context(request, view), **typed}, status=422)


@require_POST
@page()
def comment_delete(request: WorkspaceRequest, invoice_id: int, comment_id: int) -> HttpResponse:
    """Deletes an internal comment of this invoice."""
    if not InvoiceComment.objects.filter(pk=comment_id, invoice=invoice_id).exists():
        raise Http404
    try:
        delete_comment(request.actor, comment_id)
    except NotFound:
        raise Http404 from None
    except Refused as error:
        messages.error(request, error.errors[0].message)
    return HttpResponseRedirect(f"{reverse('invoice', args=[request.workspace.pk, invoice_id])}#comments", status=303)


@require_POST
@page()
def customer_link(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Makes the address of the customer's page, or a new one that ends the old."""
    renew = request.POST.get("renew") == "1"
    try:
        page_token(request.actor, invoice_id, clock=CLOCK, ids=IDS, renew=renew)
    except NotFound:
        raise Http404 from None
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    else:
        messages.success(
            request,
            "The customer's page has a new link. The old one no longer works."
            if renew
            else "The customer's page has its link now.",
        )
    return HttpResponseRedirect(f"{reverse('invoice', args=[request.workspace.pk, invoice_id])}#customer", status=303)


@require_GET
@page()
def as_client(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """The customer's page, shown to the team; also of a draft, which customers cannot open yet."""
    try:
        view = get_invoice(request.workspace.pk, invoice_id, today=today_of(request))
    except NotFound:
        raise Http404 from None
    back = reverse("invoice", args=[request.workspace.pk, invoice_id])
    context = shown_to_customer(request.workspace, view)
    return render(request, "client/invoice.html", {**context, "back": back, "unissued": _unissued(view.invoice)})


def _unissued(row: Invoice) -> bool:
    return row.status in OPEN_FOR_EDITING
