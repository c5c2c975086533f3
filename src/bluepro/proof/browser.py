"""A browser for sign-ins on this machine: opens an address, follows its redirects, and is the page that they end at.

Loopback addresses only, plain HTTP, no proxy. It fills in no form: the consent page must redirect by itself.
"""

import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bluepro.common.errors import BlueProError

LOOPBACK = "127.0.0.1"
CALLBACK_PATH = "/callback"


class SignInFailed(BlueProError):
    """The sign-in did not come back to us; the message says where it stopped."""


def visit(address: str, seconds: float = 30.0) -> None:
    """Open `address` and follow redirects until a page is there. Raises SignInFailed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _LoopbackOnly())
    _check(address)
    try:
        with opener.open(address, timeout=seconds) as page:
            page.read()
    except urllib.error.HTTPError as error:
        said = error.read(500).decode("utf-8", "replace")
        raise SignInFailed(f"The sign-in page answered HTTP {error.code}: {said}") from error
    except OSError as error:
        raise SignInFailed(f"The sign-in page cannot be opened: {error}") from error


class _LoopbackOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        # Any: the signature is the standard library's, whose types name no narrower ones
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in (LOOPBACK, "localhost"):
        raise SignInFailed(f"The sign-in leads away from this machine: {parts.scheme}://{parts.netloc}")


class Callback:
    """The page that a sign-in ends at, on a free port of this machine."""

    def __init__(self, port: int, answers: "queue.Queue[dict[str, str]]") -> None:
        self.redirect_uri = f"http://{LOOPBACK}:{port}{CALLBACK_PATH}"
        self._answers = answers

    def answer(self, seconds: float = 30.0) -> Mapping[str, str]:
        """The query parameters that the sign-in came back with. Raises SignInFailed if it does not come in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            raise SignInFailed("The sign-in did not come back: the consent page did not redirect to us.") from None


@contextmanager
def listening() -> Iterator[Callback]:
    """Listens for one sign-in after the other until the block ends. Raises SignInFailed if no port can be had."""
    answers: queue.Queue[dict[str, str]] = queue.Queue()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            known = parts.path == CALLBACK_PATH
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"Signed in; this page can be closed.\n" if known else b"Nothing is here.\n")
            if known:
                answers.put(dict(parse_qsl(parts.query)))

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the address holds a code."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, 0), Page)
    except OSError as error:
        raise SignInFailed(f"No port can be opened on {LOOPBACK} to receive the sign-in: {error}") from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Callback(server.server_port, answers)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
