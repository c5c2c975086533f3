"""A local QuickBooks as a process, for tests of the pages that talk to it: consent, and the way back."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from web_world import World

CALLBACK = "http://testserver/quickbooks/callback"
LOCAL = "http://127.0.0.1:9/quickbooks/callback"


@contextmanager
def local_quickbooks(*more: str) -> Iterator[dict[str, str]]:
    """The variables by which BluePro finds it; consent is given at once."""
    words = ["--port", "0", "--auto-consent", "--limits", "none", "--client-id", "cid", "--client-secret", "secret"]
    command = [sys.executable, "-m", "qbo_emulator.cli", *words, "--redirect-uri", LOCAL, *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        try:
            yield {
                "BLUEPRO_QBO_DISCOVERY_URL": f"{address}/.well-known/openid_configuration",
                "BLUEPRO_QBO_API_URL": address,
                "BLUEPRO_QBO_CLIENT_ID": "cid",
                "BLUEPRO_QBO_CLIENT_SECRET": "secret",
                "BLUEPRO_QBO_REDIRECT_URI": LOCAL,
            }
        finally:
            process.terminate()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Follows nothing."""


def consent(address: str) -> str:
    """Opens Intuit's page as a browser would; the path and query of the address that it leads back to."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        opener.open(address, timeout=30)
    except urllib.error.HTTPError as answer:
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"
    raise AssertionError("consent led nowhere")


def connect(world: World) -> None:
    """The whole way from the button Connect to a connection."""
    begun = world.post("quickbooks_connect")
    assert begun.status_code == 303, begun.content
    answer = world.browser().get(consent(begun["Location"]))
    assert answer["Location"].split("?")[0] in (world.address("quickbooks_mapping"), world.address("quickbooks"))
