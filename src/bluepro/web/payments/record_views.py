"""Recording and changing a payment: on one invoice in two clicks, or one check over several invoices of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bluepro.common.errors import Conflict, NotAllowed, NotFound, Refused
from bluepro.contacts.models import Contact
from bluepro.contacts.queries import list_contacts
from bluepro.invoicing.life_rules import OPEN_FOR_EDITING
from bluepro.invoicing.models import Invoice
from bluepro.payments.allocation import Payable
from bluepro.payments.listing import last_method, methods_of
from bluepro.payments.models import Payment
from bluepro.payments.queries import get_payment, open_invoices
from bluepro.payments.rules import PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.once import once
from bluepro.web.payments.forms import METHODS, Part, PaymentForm, spread_over, typed_parts
from bluepro.web.present import CLOCK, IDS
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action, a_role

FOUND = 8


@dataclass
class Recording:
    """What is being paid: `draft` names an invoice that recording will issue; `payment` is the one being changed."""

    contact: Contact
    parts: list[Part]
    draft: Invoice | None = None
    invoice: Invoice | None = None
    payment: Payment | None = None
    ask_date: bool = False
    conflict: bool = False

    def form(self, *args: Any, **options: Any) -> PaymentForm:  # Any: Django's own arguments
        return PaymentForm(*args, one_invoice=len(self.parts) == 1, **options)


@page(Action.ISSUE_OWN_INVOICES)
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new payment: `?invoice=` pays one invoice, `?contact=` a customer's open ones, neither asks whose."""
    invoice_id, contact_id = _id(request.GET.get("invoice")), _id(request.GET.get("contact"))
    if invoice_id:
        recording = _of_invoice(request, invoice_id)
        if not _may_pay(request, recording):
            return refused(request, f"{a_role(request.actor.role)} may not {Action.EDIT_PAYMENTS.value}.")
    elif contact_id:
        recording = _of_contact(request, contact_id)
    else:
        return _whose(request)
    if request.method == "POST":
        return _sent(request, recording)
    return _answer(request, recording, recording.form(initial=_first_values(request, recording)))


@page(Action.EDIT_PAYMENTS)
def edit(request: WorkspaceRequest, payment_id: int) -> HttpResponse:
    """A payment that is there already; its parts can be moved to other invoices of the customer."""
    try:
        payment = get_payment(request.workspace.pk, payment_id)
    except NotFound:
        raise Http404 from None
    recording = _of_payment(request, payment)
    if request.method == "POST":
        return _sent(request, recording)
    values = {
        "version": payment.version,
        "amount": f"{payment.amount:.2f}",
        "paid_on": payment.paid_on,
        "method": payment.method,
        "reference": payment.reference,
        "description": payment.description,
    }
    return _answer(request, recording, recording.form(initial=values))


def _may_pay(request: WorkspaceRequest, recording: Recording) -> bool:
    """Members record payments on invoices of their own only."""
    made_by = recording.invoice.created_by_id if recording.invoice else None
    return request.actor.may(Action.EDIT_PAYMENTS) or made_by == request.actor.membership_id


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _whose(request: WorkspaceRequest) -> HttpResponse:
    """Asks for the customer first."""
    search = request.GET.get("q", "")[:100].replace("\x00", "")
    found = list_contacts(request.workspace.pk, search=search, limit=FOUND)
    context = {"customers": found, "search": search}
    partial = request.htmx and not request.htmx.history_restore_request
    return render(request, "payments/parts/customers.html" if partial else "payments/whose.html", context)


def _of_invoice(request: WorkspaceRequest, invoice_id: int) -> Recording:
    found = Invoice.objects.select_related("contact").filter(workspace=request.workspace, pk=invoice_id).first()
    if found is None:
        raise Http404
    open_balance = found.total - found.paid
    payable = Payable(found.pk, found.number, found.contact_id, found.status, open_balance)
    draft = found if found.status in OPEN_FOR_EDITING else None
    return Recording(found.contact, [Part(payable, found.issue_date)], draft=draft, invoice=found)


def _of_contact(request: WorkspaceRequest, contact_id: int) -> Recording:
    contact = Contact.objects.filter(workspace=request.workspace, pk=contact_id).first()
    if contact is None:
        raise Http404
    return Recording(contact, _parts(open_invoices(request.workspace.pk, contact_id)))


def _of_payment(request: WorkspaceRequest, payment: Payment) -> Recording:
    """The customer's open invoices and those that the payment pays, with what is open if it is taken back."""
    own = {part.invoice_id: part for part in payment.allocations.all()}
    payables = {one.id: one for one in open_invoices(request.workspace.pk, payment.contact_id)}
    for part in own.values():
        row = part.invoice
        available = row.total - row.paid + part.amount
        payables[row.pk] = Payable(row.pk, row.number, row.contact_id, row.status, available)
    parts = _parts(payables.values())
    for one in parts:
        one.typed = f"{own[one.invoice.id].amount:.2f}" if one.invoice.id in own else ""
    return Recording(payment.contact, parts, payment=payment)


def _parts(payables: Any) -> list[Part]:  # Any: any iterable of Payable
    found = {one.id: one for one in payables}
    dates = dict(Invoice.objects.filter(pk__in=found).values_list("pk", "issue_date"))
    return sorted(
        (Part(one, dates[one.id]) for one in found.values()), key=lambda part: (part.issued_on, part.invoice.id)
    )


def _first_values(request: WorkspaceRequest, recording: Recording) -> dict[str, object]:
    method = last_method(request.workspace.pk, request.actor.membership_id) or METHODS[0]
    values: dict[str, object] = {"paid_on": today(request.workspace, CLOCK), "method": method}
    if recording.invoice is not None:
        values["amount"] = f"{recording.parts[0].invoice.open_balance:.2f}"
    return values


def _sent(request: WorkspaceRequest, recording: Recording) -> HttpResponse:
    typed_parts(recording.parts, request.POST)
    if request.POST.get("do") == "spread":
        problem = spread_over(recording.parts, request.POST.get("amount", ""))
        form = recording.form(initial=request.POST.dict())
        return _answer(request, recording, form, problem=problem)
    form = recording.form(request.POST)
    try:
        location = _save(request, recording, form) if form.is_valid() else None
    except NotAllowed as error:
        return refused(request, error.errors[0].message)
    except Conflict:
        return _conflict(request, recording)
    if location is not None:
        return HttpResponseRedirect(location, status=303)
    return _answer(request, recording, form, status=422)


def _save(request: WorkspaceRequest, recording: Recording, form: PaymentForm) -> str | None:
    zone = ZoneInfo(request.workspace.time_zone)
    old = recording.payment
    data = form.data_with(recording.parts, CLOCK.now(), zone, old.paid_at if old else None)
    if data is None:
        return None
    change = PaymentEdit(data, id=old.pk if old else None, version=form.cleaned_data["version"] or 0)
    try:
        return _write(request, recording, change, confirm_date=form.cleaned_data["confirm_date"])
    except NotAllowed:
        raise
    except Refused as error:
        recording.ask_date = any(one.rule == "earlier_month" for one in error.errors)
        form.refuse(error, recording.parts, data.allocations)
        return None


def _write(request: WorkspaceRequest, recording: Recording, change: PaymentEdit, *, confirm_date: bool) -> str:
    def work() -> str:
        saved = save_payments(
            request.actor,
            [change],
            clock=CLOCK,
            ids=IDS,
            issue_draft=recording.draft is not None,
            confirm_date=confirm_date,
        )
        messages.success(request, _said(change.data.allocations, recording))
        if recording.invoice is not None:
            return reverse("invoice", args=[request.workspace.pk, recording.invoice.pk])
        return reverse("payment", args=[request.workspace.pk, saved.ids[0]])

    return once(request, work, clock=CLOCK) if change.id is None else work()


def _said(allocations: Sequence[tuple[int, Any]], recording: Recording) -> str:
    amount = sum(amount for _, amount in allocations)
    if recording.payment is not None:
        return "The payment is changed."
    issued = f" Invoice {recording.draft.number} is issued." if recording.draft else ""
    return f"A payment of ${amount:,.2f} is recorded.{issued}"


def _conflict(request: WorkspaceRequest, recording: Recording) -> HttpResponse:
    """Keeps what was typed; saving once more means it, now that the newest version was offered."""
    sent = request.POST.dict()
    if recording.payment is not None:
        sent["version"] = str(recording.payment.version)
    recording.conflict = True
    return _answer(request, recording, recording.form(initial=sent), status=422)


def _answer(
    request: WorkspaceRequest, recording: Recording, form: PaymentForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {
        "recording": recording,
        "form": form,
        "methods": dict.fromkeys((*methods_of(request.workspace.pk), *METHODS)),
        "problem": problem,
        "open": sum(part.invoice.open_balance for part in recording.parts),
    }
    return render(request, "payments/edit.html", context, status=422 if problem else status)
