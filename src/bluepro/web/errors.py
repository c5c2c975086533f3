"""The pages for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, _exception: Exception) -> HttpResponse:
    """404, in words and with a way back; the same for what does not exist and what is not theirs."""
    return render(request, "404.html", status=404)
