"""Which QuickBooks this installation talks to, and as which app: read from the environment, never from the database.

Also opens the two ends of the client for one event loop. Holds no token and makes no call by itself.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from bluepro.common.clock import Clock
from bluepro.common.errors import BlueProError
from qbo_client.auth import AuthClient
from qbo_client.config import PRODUCTION, SANDBOX, ConfigError, Credentials, Endpoints, Timeouts
from qbo_client.transport import Sender, open_http

T = TypeVar("T")
R = TypeVar("R")

ENVIRONMENT = "BLUEPRO_QBO_ENVIRONMENT"
DISCOVERY_URL = "BLUEPRO_QBO_DISCOVERY_URL"
API_URL = "BLUEPRO_QBO_API_URL"
CLIENT_ID = "BLUEPRO_QBO_CLIENT_ID"
CLIENT_SECRET = "BLUEPRO_QBO_CLIENT_SECRET"
REDIRECT_URI = "BLUEPRO_QBO_REDIRECT_URI"

_INTUIT = {"sandbox": SANDBOX, "production": PRODUCTION}

# A token call that is not answered is asked again at once {F2.6-10}; a person or a whole company waits for it.
AUTH_TIMEOUTS = Timeouts(connect=10.0, read=20.0, write=10.0, pool=10.0)


# Calls of setup follow each other: none takes less, so that they never come to QuickBooks' ten a second {F1.1-2}.
SPACING = 0.125


class Run(Protocol):
    """Runs a coroutine to its end in an event loop of its own, as `asyncio.run` does."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


class DeploymentError(BlueProError):
    """The environment does not say which QuickBooks to talk to, or as which app; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The QuickBooks of this installation.

    `transport` replaces the network (an httpx2 transport: an application in this process, or one that plays faults);
    `monotonic` gives seconds, for the time that answers took. A call by `api` takes `spacing` seconds at the least.
    """

    endpoints: Endpoints
    credentials: Credentials
    transport: Any = field(default=None, repr=False)  # Any: only the client may name the HTTP library's types

    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    spacing: float = 0.0

    def auth(self, work: Callable[[AuthClient], Coroutine[Any, Any, R]], clock: Clock, run: Run) -> R:
        """Runs `work` with a sign-in client of its own. Raises what the client raises."""
        return run(self._with_auth(work, clock))

    def api(self, work: Callable[[Sender], Coroutine[Any, Any, R]], run: Run) -> R:
        """Runs `work` with a sender of its own. Raises what the client raises."""
        return run(self._with_sender(work))

    async def _with_auth(self, work: Callable[[AuthClient], Coroutine[Any, Any, R]], clock: Clock) -> R:
        async with open_http(AUTH_TIMEOUTS, self.transport) as http:
            return await work(AuthClient(http, self.endpoints, self.credentials, clock.now))

    async def _with_sender(self, work: Callable[[Sender], Coroutine[Any, Any, R]]) -> R:
        async with open_http(Timeouts(), self.transport) as http:
            spaced = asyncio.create_task(asyncio.sleep(self.spacing))
            answer = await work(Sender(http, self.endpoints, self.monotonic))
            await spaced
            return answer


def from_environment(environ: Mapping[str, str]) -> Deployment:
    """The deployment that the BLUEPRO_QBO_* variables describe. Raises DeploymentError, naming the variable."""
    try:
        return Deployment(_endpoints(environ), _credentials(environ), spacing=SPACING)
    except ConfigError as error:
        raise DeploymentError(f"BLUEPRO_QBO_*: {error}") from error


def _endpoints(environ: Mapping[str, str]) -> Endpoints:
    name = environ.get(ENVIRONMENT, "").strip().lower()
    discovery, api = environ.get(DISCOVERY_URL, "").strip(), environ.get(API_URL, "").strip()
    if name and (discovery or api):
        raise DeploymentError(f"{ENVIRONMENT} and {DISCOVERY_URL}/{API_URL} exclude each other: set one or the other.")
    if discovery or api:
        return _own_endpoints(discovery, api)
    if name not in _INTUIT:
        said = f"is {name!r}" if name else "is not set"
        raise DeploymentError(
            f"{ENVIRONMENT} {said}: set it to sandbox or production, or set {DISCOVERY_URL} and {API_URL}."
        )
    return _INTUIT[name]


def _own_endpoints(discovery: str, api: str) -> Endpoints:
    for variable, value in ((DISCOVERY_URL, discovery), (API_URL, api)):
        if not value:
            raise DeploymentError(f"{variable} is not set: {DISCOVERY_URL} and {API_URL} belong together.")
    try:
        return Endpoints(discovery_url=discovery, api_base_url=api)
    except ConfigError as error:
        raise DeploymentError(f"{DISCOVERY_URL} or {API_URL}: {error}") from error


def _credentials(environ: Mapping[str, str]) -> Credentials:
    values = {name: environ.get(name, "").strip() for name in (CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise DeploymentError(
            f"{' and '.join(missing)} must be set: they are in the app's settings on Intuit's developer pages."
        )
    try:
        return Credentials(values[CLIENT_ID], values[CLIENT_SECRET], values[REDIRECT_URI])
    except ConfigError as error:
        raise DeploymentError(f"{REDIRECT_URI}: {error}") from error
