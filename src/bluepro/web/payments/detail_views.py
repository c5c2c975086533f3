"""One payment with its parts and history, and its deletion with what became of the money."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.contacts.models import Contact
from bluepro.payments.models import Payment
from bluepro.payments.queries import get_payment, history_of_payment
from bluepro.payments.returning import Return, Why, delete_returned
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.forms import attach
from bluepro.web.invoicing.history_words import Told, contact_ids, payment_in_words, tell
from bluepro.web.invoicing.in_books import said_of
from bluepro.web.payments.forms import DeleteForm
from bluepro.web.present import CLOCK
from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action


@require_GET
@page()
def payment(request: WorkspaceRequest, payment_id: int) -> HttpResponse:
    """Everything about one payment; one that was deleted shows what its history kept."""
    entries = history_of_payment(request.workspace.pk, payment_id)
    try:
        found = get_payment(request.workspace.pk, payment_id)
    except NotFound:
        if not entries:
            raise Http404 from None
        context: dict[str, object] = {"history": _told(request, entries), "label": payment_in_words(entries[0].label)}
        return render(request, "payments/gone.html", context, status=410)
    may_change = request.actor.may(Action.EDIT_PAYMENTS)
    context = {"payment": found, "history": _told(request, entries), "may_change": may_change}
    return render(request, "payments/detail.html", context)


def _told(request: WorkspaceRequest, entries: list[HistoryEntry]) -> list[Told]:
    ids = contact_ids(entries)
    rows = Contact.objects.filter(workspace=request.workspace, pk__in=ids) if ids else Contact.objects.none()
    return tell(entries, dict(rows.values_list("pk", "display_name")))


@page(Action.EDIT_PAYMENTS)
def delete(request: WorkspaceRequest, payment_id: int) -> HttpResponse:
    """Deletes a payment; asks what became of the money, and says beforehand what that does in QuickBooks."""
    try:
        found = get_payment(request.workspace.pk, payment_id)
    except NotFound:
        raise Http404 from None
    form = DeleteForm(request.POST or None, initial={"on": today(request.workspace, CLOCK)})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        what = Return(Why[typed["why"].upper()], typed["on"], typed["note"])
        try:
            delete_returned(request.actor, payment_id, what, clock=CLOCK)
        except NotAllowed as error:
            return refused(request, error.errors[0].message)
        except Refused as error:
            attach(form, error)
        else:
            messages.success(request, f"The payment of ${found.amount:,.2f} is deleted.")
            return HttpResponseRedirect(_then(request, found), status=303)
    said = said_of(request.workspace.pk, Kind.PAYMENT, found.pk, "The payment is deleted in QuickBooks too.")
    context = {"payment": found, "form": form, "said": said}
    return render(request, "payments/delete.html", context, status=422 if form.errors else 200)


def _then(request: WorkspaceRequest, found: Payment) -> str:
    """Where a deleted payment leads: to its invoice if there was one only, else to the list."""
    parts = list(found.allocations.all())
    if len(parts) == 1:
        return reverse("invoice", args=[request.workspace.pk, parts[0].invoice_id])
    return reverse("payments", args=[request.workspace.pk])
