"""Registered apps and what their developer set in the portal, checked (sections 2.2, 2.3, 2.5).

Development and production keys of one app are two apps here, for neither's tokens work with the other's (F2.6-3).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from qbo_emulator.bad_input import BadInput
from qbo_emulator.books.state import value

ACCOUNTING = "com.intuit.quickbooks.accounting"
PAYMENT = "com.intuit.quickbooks.payment"
OF_BOOKS = (ACCOUNTING, PAYMENT)
IDENTITY = ("openid", "profile", "email", "phone", "address")
RESTRICTED = ("indirect-tax.tax-calculation.quickbooks",)  # F2.2-3


@value
@dataclass(frozen=True, slots=True)
class App:
    """One pair of keys. `premium`: restricted scopes may be asked. Addresses that are not set are empty."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...] = ()
    production: bool = False
    premium: bool = False
    launch_url: str = ""
    disconnect_url: str = ""
    reconnect_url: str = ""

    def scopes(self) -> tuple[str, ...]:
        """What it may ask for (F2.2-1 to F2.2-3)."""
        return (*OF_BOOKS, *IDENTITY, *(RESTRICTED if self.premium else ()))


def check_app(app: App) -> None:
    """BadInput names the address and the rule that it breaks (F2.3-2, F2.5-11)."""
    for name in ("launch_url", "disconnect_url", "reconnect_url"):
        if getattr(app, name):
            _check_address(name, getattr(app, name))
    for address in app.redirect_uris:
        _check_address("redirect_uris", address)
        if app.production:
            _check_production(address)


def _check_address(name: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or not address.isprintable() or " " in address:
        raise BadInput(f"{name}: {address!r} is not an http or https address")


def _check_production(address: str) -> None:
    """https on a real domain, nothing in the query."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.query or parts.fragment or not _is_domain(host):
        raise BadInput(f"redirect_uris: {address!r}; production needs https on a real domain, without a query")


def _is_domain(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(".localhost")
    return False


def asked_scopes(app: App, scope: str) -> tuple[str, ...] | None:
    """The scopes of an authorize request; None if one is unknown or not for this app, or none is there (F2.3-7)."""
    scopes = tuple(dict.fromkeys(scope.split()))
    known: Collection[str] = app.scopes()
    return scopes if scopes and all(one in known for one in scopes) else None


def with_query(address: str, answer: Mapping[str, str]) -> str:
    """An address of an app with something to tell it in the query (F2.3-6, F2.5-11)."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}"
