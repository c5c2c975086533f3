"""The page on this machine at which a sign-in ends: listens at the redirect address until one answer is good.

Only this machine can reach it. Addresses are never logged or shown again: they hold a code.
"""

from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from urllib.parse import parse_qsl, urlsplit

from bluepro.common.errors import BlueProError

Heard = Callable[[dict[str, str]], tuple[bool, str]]
"""Takes the query parameters; answers whether the sign-in is over, and what the page says."""

_HOSTS = {"localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1"}
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>BluePro</title></head>'
    '<body style="font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem">'
    "<h1>BluePro</h1><p>{text}</p><p>You can close this page.</p></body></html>"
)


class LoopbackError(BlueProError):
    """The answer cannot be received on this machine; the message says why."""


class _Server(TCPServer):
    """The standard HTTPServer would ask for the machine's full name first, which can take long without a network."""

    allow_reuse_address = True


class Loopback:
    """Listens at `redirect_uri` from the moment it is made; `close` ends that."""

    def __init__(self, redirect_uri: str, heard: Heard) -> None:
        """Raises LoopbackError if the address is not on this machine, or its port is taken."""
        parts = urlsplit(redirect_uri)
        host = _HOSTS.get(parts.hostname or "")
        if parts.scheme != "http" or host is None:
            raise LoopbackError(
                f"The sign-in would end at {redirect_uri}, which is not on this machine. Register "
                "http://localhost:8765/ for the app and set BLUEPRO_QBO_REDIRECT_URI to it."
            )
        self.over = False
        self._heard = heard
        try:
            self._server = _Server((host, parts.port or 80), _handler(self, parts.path or "/"))
        except OSError as error:
            raise LoopbackError(
                f"Port {parts.port or 80} of this machine, where the sign-in ends, cannot be used: {error.strerror}. "
                "End the program that uses it, or register another redirect address."
            ) from error

    def wait(self, seconds: float, monotonic: Callable[[], float]) -> None:
        """Answers visitors until the sign-in is over. Raises LoopbackError after `seconds`."""
        deadline = monotonic() + seconds
        while not self.over:
            left = deadline - monotonic()
            if left <= 0:
                raise LoopbackError(f"Nobody signed in within {seconds:g} seconds. Begin again with: bluepro connect")
            self._server.timeout = min(left, 1.0)
            self._server.handle_request()

    def hear(self, parameters: dict[str, str]) -> str:
        """What the page says to this answer."""
        self.over, said = self._heard(parameters)
        return said

    def close(self) -> None:
        self._server.server_close()


def _handler(loopback: Loopback, path: str) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        timeout = 2  # seconds: a visitor who says nothing must not hold up the one who signs in

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if (parts.path or "/") == path:
                self._say(200, loopback.hear(dict(parse_qsl(parts.query))))
            else:
                self._say(404, "There is nothing here.")

        def _say(self, status: int, text: str) -> None:
            body = _PAGE.format(text=escape(text)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the address holds a code."""

    return Page
