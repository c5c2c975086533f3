"""The form of a new and of an existing contact: sent, refused beside the fields, or grown by a row."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bluepro.common.errors import Conflict, Refused
from bluepro.contacts.models import Contact
from bluepro.contacts.queries import contact_data
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.contacts.forms import FIELDS, ContactForm, Rows, data_of, initial_of, named_alike, rows_of
from bluepro.web.contacts.views import found_or_404
from bluepro.web.forms import attach
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.workspaces.roles import Action


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CONTACTS)
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new contact."""
    return _edit(request, None, None)


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CONTACTS)
def edit(request: WorkspaceRequest, contact_id: int) -> HttpResponse:
    """An existing contact; its whole content is replaced by what the form says."""
    contact = found_or_404(request, contact_id)
    return _edit(request, contact, contact_data(request.workspace.pk, [contact_id])[contact_id])


def _edit(request: WorkspaceRequest, contact: Contact | None, stored: ContactData | None) -> HttpResponse:
    if request.method == "GET":
        initial = initial_of(stored) if stored else None
        rows = Rows(stored.emails, stored.phones, stored.service_addresses) if stored else Rows()
        return _page(request, contact, ContactForm(initial=initial), rows.with_empty())
    form, rows = ContactForm(request.POST), rows_of(request.POST)
    more = request.POST.get("add", "")
    if more:  # a row more, nothing saved; what was typed is kept as it is
        typed = ContactForm(initial={name: request.POST.get(name, "") for name in form.fields})
        return _page(request, contact, typed, rows.with_empty(more), grown=more)
    if not form.is_valid():
        return _page(request, contact, form, rows.with_empty(), status=422)
    data = data_of(form.cleaned_data, rows)
    return _save(request, contact, form, rows, named_alike(data, stored) if stored else data)


def _save(
    request: WorkspaceRequest, contact: Contact | None, form: ContactForm, rows: Rows, data: ContactData
) -> HttpResponse:
    def work() -> str:
        version = _version(request) if contact else None
        change = ContactEdit(data, id=contact.pk if contact else None, version=version)
        saved = save_contacts(request.actor, [change], clock=CLOCK)
        return reverse("contact", args=[request.workspace.pk, saved.ids[0]])

    try:
        address = once(request, work, clock=CLOCK) if contact is None else work()
    except Refused as error:
        attach(form, error, FIELDS)
        return _page(request, contact, form, rows.with_empty(), status=422)
    except Conflict:
        return _page(request, contact, form, rows.with_empty(), status=409)
    messages.success(request, f"{form.cleaned_data['display_name'].strip()} is saved.")
    return HttpResponseRedirect(address, status=303)


def _version(request: WorkspaceRequest) -> int:
    """The version that the form was made from; what is no number counts as an old one."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _page(
    request: WorkspaceRequest,
    contact: Contact | None,
    form: ContactForm,
    rows: Rows,
    *,
    status: int = 200,
    grown: str = "",
) -> HttpResponse:
    version = request.POST.get("version", "") or (str(contact.version) if contact else "")
    context = {
        "contact": contact,
        "form": form,
        "rows": rows,
        "version": version,
        "conflict": status == 409,
        "grown": grown,
    }
    return render(request, "contacts/form.html", context, status=status)
