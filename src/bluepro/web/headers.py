"""Headers of every page: nothing from other hosts, no inline scripts or styles, no caching of what is private."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self';"
    " form-action 'self' https://appcenter.intuit.com http://127.0.0.1:* http://localhost:*;"
    " base-uri 'none'; frame-ancestors 'none'"
)


class HeadersMiddleware:
    """Sets them, unless a view has set its own."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
