"""What is done to an invoice as a whole: issue, schedule, cancel, delete, copy, refresh. Each says beforehand what it
will do, also in QuickBooks, and where it is refused why, with the way out.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.invoicing.life import (
    cancel_invoices,
    copy_invoice,
    delete_invoices,
    issue_invoices,
    refresh_from_catalogue,
    schedule_invoices,
    unschedule_invoices,
)
from bluepro.invoicing.models import Invoice
from bluepro.payments.queries import payments_of_invoice
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.forms import DayField, attach
from bluepro.web.invoicing.in_books import said_of
from bluepro.web.once import once
from bluepro.web.present import CLOCK, IDS
from bluepro.workspaces.roles import Action, a_role


class ReasonForm(forms.Form):
    """Why an invoice is cancelled or deleted."""

    reason = forms.CharField(label="Reason", required=False, max_length=500)


class IssueForm(forms.Form):
    """The date to issue a draft with; it is asked for where the draft's lies in an earlier month."""

    issue_date = DayField(label="Issue date", required=False)
    confirm_date = forms.BooleanField(label="I mean this date, although it lies in an earlier month", required=False)


def said_beforehand(request: WorkspaceRequest, row: Invoice) -> dict[str, str]:
    """For the destroying actions: what each will do here and in QuickBooks."""

    def said(effect: str) -> str:
        return said_of(request.workspace.pk, Kind.INVOICE, row.pk, effect)

    voided = said("The invoice is voided in QuickBooks too: it stays there with zero amounts.")
    deleted = said("The invoice is deleted in QuickBooks too.")
    return {
        "cancel": f"Cancelling is final. {voided}",
        "delete": f"It cannot be brought back. {deleted}",
    }


def _row(request: WorkspaceRequest, invoice_id: int) -> Invoice:
    found = Invoice.objects.select_related("contact").filter(workspace=request.workspace, pk=invoice_id).first()
    if found is None:
        raise Http404
    return found


def _not_own(request: WorkspaceRequest, row: Invoice) -> HttpResponse | None:
    """Why not even the question is shown to this person: a Member's are own invoices only; None where it is."""
    if request.actor.may(Action.EDIT_INVOICES) or row.created_by_id == request.actor.membership_id:
        return None
    return refused(request, f"{a_role(request.actor.role)} may not {Action.EDIT_INVOICES.value}.")


def _to(request: WorkspaceRequest, view: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(view, args=[request.workspace.pk, *args]), status=303)


def _ask(
    request: WorkspaceRequest, template: str, row: Invoice, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    payments = payments_of_invoice(request.workspace.pk, row.pk)
    context = {"invoice": row, "form": form, "said": said_beforehand(request, row), "payments": payments}
    return render(request, template, context, status=status)


@page(Action.ISSUE_OWN_INVOICES)
def issue(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Issues a draft; asks for the date where it lies in an earlier month."""
    row = _row(request, invoice_id)
    if not_own := _not_own(request, row):
        return not_own
    if request.method != "POST":
        return _ask(request, "invoicing/issue.html", row, IssueForm(initial={"issue_date": row.issue_date}))
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _ask(request, "invoicing/issue.html", row, form, status=422)
    asked: date | None = form.cleaned_data["issue_date"]
    confirm = form.cleaned_data["confirm_date"]
    try:
        issue_invoices(request.actor, [invoice_id], clock=CLOCK, confirm_date=confirm, issue_date=asked)
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    except Refused as error:
        form = IssueForm({**request.POST.dict(), "issue_date": (asked or row.issue_date).isoformat()})
        form.full_clean()
        attach(form, error)
        return _ask(request, "invoicing/issue.html", row, form, status=422)
    messages.success(request, f"Invoice {row.number} is issued.")
    return _to(request, "invoice", invoice_id)


@page(Action.EDIT_INVOICES)
def cancel(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Cancels an invoice for good."""
    row = _row(request, invoice_id)

    def work(reason: str) -> None:
        cancel_invoices(request.actor, [invoice_id], clock=CLOCK, reason=reason)

    return _destroy(request, row, "invoicing/cancel.html", work, f"Invoice {row.number} is cancelled.", "invoice")


@page(Action.EDIT_OWN_DRAFTS)
def delete(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Deletes an invoice; once it was issued, the reason is kept."""
    row = _row(request, invoice_id)

    def work(reason: str) -> None:
        delete_invoices(request.actor, [invoice_id], clock=CLOCK, reason=reason)

    return _destroy(request, row, "invoicing/delete.html", work, f"Invoice {row.number} is deleted.", "invoices")


def _destroy(
    request: WorkspaceRequest, row: Invoice, template: str, work: Callable[[str], None], said: str, then: str
) -> HttpResponse:
    if not_own := _not_own(request, row):
        return not_own
    if request.method != "POST":
        return _ask(request, template, row, ReasonForm())
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _ask(request, template, row, form, status=422)
    try:
        work(form.cleaned_data["reason"])
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    except Refused as error:
        for one in error.errors:
            form.add_error("reason" if one.field == "reason" else None, one.message)
        return _ask(request, template, row, form, status=422)
    messages.success(request, said)
    return _to(request, then, row.pk) if then == "invoice" else _to(request, then)


def _plain(
    request: WorkspaceRequest, invoice_id: int, work: Callable[[], Any], said: Callable[[Any], str]
) -> HttpResponse:
    """An action without questions: done, or refused in a message on the invoice's page."""
    try:
        messages.success(request, said(work()))
    except NotFound:
        raise Http404 from None
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    except Refused as error:
        messages.error(request, " ".join(one.message for one in error.errors))
    return _to(request, "invoice", invoice_id)


@require_POST
@page(Action.EDIT_OWN_DRAFTS)
def schedule(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Schedules a draft."""
    return _plain(
        request,
        invoice_id,
        lambda: schedule_invoices(request.actor, [invoice_id], clock=CLOCK),
        lambda _: "The invoice is scheduled. It is pushed to QuickBooks once it is issued.",
    )


@require_POST
@page(Action.EDIT_OWN_DRAFTS)
def unschedule(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Turns a scheduled invoice back into a draft."""
    return _plain(
        request,
        invoice_id,
        lambda: unschedule_invoices(request.actor, [invoice_id], clock=CLOCK),
        lambda _: "The invoice is a draft again.",
    )


@require_POST
@page(Action.EDIT_OWN_DRAFTS)
def refresh(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Takes the copies of a draft's services and the customer's exemption anew."""
    return _plain(
        request,
        invoice_id,
        lambda: refresh_from_catalogue(request.actor, invoice_id, clock=CLOCK),
        lambda changed: "The draft is up to date now." if changed else "The draft was up to date already.",
    )


@require_POST
@page(Action.EDIT_OWN_DRAFTS)
def copy(request: WorkspaceRequest, invoice_id: int) -> HttpResponse:
    """Makes a new draft with the same content and opens it for editing."""
    source = _row(request, invoice_id)

    def work() -> str:
        made = copy_invoice(request.actor, invoice_id, clock=CLOCK, ids=IDS)
        messages.success(request, f"This is a new draft, copied from invoice {source.number}.")
        return reverse("invoice_edit", args=[request.workspace.pk, made])

    try:
        return HttpResponseRedirect(once(request, work, clock=CLOCK), status=303)
    except NotFound:
        raise Http404 from None
    except Refused as error:
        messages.error(request, " ".join(one.message for one in error.errors))
        return _to(request, "invoice", invoice_id)
