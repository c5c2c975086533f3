"""Pages to sign up, in and out, and to change the password. Who may sign in is decided by `workspaces.people`."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bluepro.common.errors import Refused
from bluepro.web.accounts.forms import PasswordForm, SignInForm, SignUpForm
from bluepro.web.accounts.redirects import asked_next, see_other
from bluepro.web.forms import attach
from bluepro.web.present import CLOCK
from bluepro.workspaces import people
from bluepro.workspaces.models import User


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs a person in and goes on to the page that was asked for."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return see_other(asked_next(request) or "start")
        return _shown(request, "accounts/sign_in.html", SignInForm(initial={"email": request.GET.get("email", "")}))
    form = SignInForm(request.POST)
    user = _found(request, form) if form.is_valid() else None
    if user is None:
        return _shown(request, "accounts/sign_in.html", form)
    login(request, user)
    return see_other(asked_next(request) or "start")


def _found(request: HttpRequest, form: SignInForm) -> User | None:
    """Who it is; else the form says what is wrong, in the same words for an unknown e-mail and a wrong password."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        user = people.check_sign_in(
            form.cleaned_data["email"], form.cleaned_data["password"], address=address, clock=CLOCK
        )
    except Refused as refused:
        form.add_error(None, refused.errors[0].message)
        return None
    if user is None:
        form.add_error(None, people.WRONG)
    return user


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Makes a person and signs him in; then his company is named, or the invitation is accepted."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return see_other(asked_next(request) or "start")
        return _shown(request, "accounts/sign_up.html", SignUpForm(initial={"email": request.GET.get("email", "")}))
    form = SignUpForm(request.POST)
    if form.is_valid():
        try:
            user = people.sign_up(**form.cleaned_data, clock=CLOCK)
        except Refused as refused:
            attach(form, refused)
        else:
            login(request, user)
            return see_other(asked_next(request) or "workspace_new")
    return _shown(request, "accounts/sign_up.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    messages.success(request, "You are signed out.")
    return see_other(asked_next(request) or "sign_in")


@sensitive_post_parameters("old_password", "password")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password; other browsers where the person is signed in are signed out."""
    user = request.user
    assert isinstance(user, User), "a signed-in person is one of ours"
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            people.change_password(user, form.cleaned_data["old_password"], form.cleaned_data["password"])
        except Refused as refused:
            attach(form, refused)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. Other browsers are signed out.")
            return see_other("workspaces")
    return _shown(request, "accounts/password.html", form)


def _shown(request: HttpRequest, template: str, form: SignInForm | SignUpForm | PasswordForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "next": asked_next(request)}, status=status)
