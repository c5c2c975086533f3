"""What a deployment chooses: where QuickBooks is, which app this is, how long to wait.

The same code talks to Intuit's sandbox and production and to an emulator; only these values differ. Plain http is
refused except on this machine. Nothing is read from the environment here.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit


class ConfigError(ValueError):
    """A configured address or credential cannot be used; the text names it and the rule."""


def check_address(what: str, url: str) -> str:
    """Return `url` if it is an https address, or plain http on a loopback host. Raises ConfigError otherwise."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return url
    if parts.scheme == "http" and _is_loopback(host):
        return url
    raise ConfigError(f"{what}: must begin with https:// (http:// on this machine only), not {url!r}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to find the sign-in (by its discovery document) and the Accounting API (host only) {F3.1-1}."""

    discovery_url: str
    api_base_url: str

    def __post_init__(self) -> None:
        check_address("discovery_url", self.discovery_url)
        check_address("api_base_url", self.api_base_url)

    @classmethod
    def at(cls, base_url: str) -> "Endpoints":
        """Return the endpoints of a QuickBooks that has everything on one host, such as an emulator."""
        base = base_url.rstrip("/")
        return cls(f"{base}/.well-known/openid_configuration", base)


PRODUCTION: Final = Endpoints(
    "https://developer.api.intuit.com/.well-known/openid_configuration",  # {F2.1-1}
    "https://quickbooks.api.intuit.com",
)
SANDBOX: Final = Endpoints(
    "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",  # {F2.1-2}
    "https://sandbox-quickbooks.api.intuit.com",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's keys. `redirect_uri` must equal a registered one exactly {F2.3-2}. The secret never shows in a repr."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str

    def __post_init__(self) -> None:
        if not self.client_id or not self.client_secret:
            raise ConfigError("client_id and client_secret: both are needed")
        check_address("redirect_uri", self.redirect_uri)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. `read` outlasts the 120 s after which QuickBooks cuts a request itself {F1.1-12}: when we give
    up, QuickBooks has too."""

    connect: float = 10.0
    read: float = 125.0
    write: float = 30.0
    pool: float = 10.0
