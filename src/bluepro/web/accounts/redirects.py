"""Where to go after a form: addresses of our own only, by GET."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def see_other(to: str, *args: object) -> HttpResponseRedirect:
    """Sends the browser on by GET (303); `to` is an address or a view's name."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)


def asked_next(request: HttpRequest) -> str:
    """The page that was asked for before signing in, if it is a path of ours; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if fine and wanted.startswith("/") else ""
