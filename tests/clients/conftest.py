"""Other people's clients against a running emulator: the process, sign-in by intuit-oauth, python-quickbooks on top.

The emulator is started by the command in QBO_EMULATOR_COMMAND (default `qbo-emulator`). Both libraries come from PyPI
as they are; only their base URLs are changed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from quickbooks import QuickBooks

# python-quickbooks' session refuses plain http; this is oauthlib's own switch, for an emulator on this machine.
os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")

REDIRECT_URI = "http://localhost:9/callback"

# A kept rehearsal is looked at only where there is one: CI always names it.
collect_ignore = [] if os.environ.get("BLUEPRO_REHEARSAL_JSON") else ["test_kept_rehearsal.py"]


@dataclass(frozen=True)
class Emulator:
    """A running emulator and its first app."""

    base_url: str
    client_id: str = "the-client"
    client_secret: str = "the-secret"

    def auth_client(self, **tokens: str) -> AuthClient:
        """intuit-oauth with the discovery document of the emulator."""
        discovery = f"{self.base_url}/.well-known/openid_configuration"
        return AuthClient(self.client_id, self.client_secret, REDIRECT_URI, discovery, **tokens)


@contextmanager
def started(*options: str) -> Iterator[str]:
    """An emulator with these options until the end of the block; its address."""
    command = [*shlex.split(os.environ.get("QBO_EMULATOR_COMMAND", "qbo-emulator")), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An emulator on a free port, for all tests."""
    app = Emulator("")
    options = ["--port", "0", "--limits", "none", "--auto-consent", "--redirect-uri", REDIRECT_URI]
    with started(*options, "--client-id", app.client_id, "--client-secret", app.client_secret) as address:
        yield Emulator(address)


@pytest.fixture
def sign_in(emulator: Emulator) -> Callable[[list[Scopes]], AuthClient]:
    """intuit-oauth through the whole authorization code flow, for some scopes."""

    def go(scopes: list[Scopes]) -> AuthClient:
        auth = emulator.auth_client()
        address = auth.get_authorization_url(scopes, state_token="s p&ce")
        answer = auth.get(address, allow_redirects=False, timeout=10)  # it is a session itself
        assert answer.status_code == 302
        location = answer.headers["Location"]
        assert location.startswith(REDIRECT_URI)
        back = parse_qs(urlsplit(location).query)
        assert back["state"] == ["s p&ce"]
        auth.get_bearer_token(back["code"][0], realm_id=back["realmId"][0])
        return auth

    return go


@pytest.fixture
def signed_in(sign_in: Callable[[list[Scopes]], AuthClient]) -> AuthClient:
    """intuit-oauth, signed in for the Accounting API."""
    return sign_in([Scopes.ACCOUNTING])


@pytest.fixture
def books(emulator: Emulator) -> Callable[[AuthClient], QuickBooks]:
    """python-quickbooks for an auth client, its base URL changed by a subclass."""

    class LocalQuickBooks(QuickBooks):  # type: ignore[misc]  # the library has no types
        api_url_v3 = f"{emulator.base_url}/v3"

    def connect(auth: AuthClient) -> QuickBooks:
        return LocalQuickBooks(
            auth_client=auth,
            refresh_token=auth.refresh_token,
            company_id=auth.realm_id,
            minorversion=75,
            use_decimal=True,
        )

    return connect


@pytest.fixture
def quickbooks(signed_in: AuthClient, books: Callable[[AuthClient], QuickBooks]) -> QuickBooks:
    """A signed-in client."""
    return books(signed_in)
