"""The pages for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (named by Django)
    """404, in words and with a way back; the same for what does not exist and what is not theirs."""
    layout = "base.html" if getattr(request, "workspace", None) else "accounts/alone.html"
    return render(request, "404.html", {"layout": layout}, status=404)
