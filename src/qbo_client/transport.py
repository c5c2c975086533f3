"""Sends one stored call and returns the answer as it came, or says that none came.

It repeats nothing, follows no redirect, keeps no cookie and reads no proxy from the environment. It waits for no limit:
that is the limiter's and its caller's business.
"""

import re
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx2

from qbo_client.config import Endpoints, Timeouts
from qbo_client.wire.calls import Call
from qbo_client.wire.replies import Reply

USER_AGENT: Final = "qbo-client"

# Before a connection stands, nothing can have been sent. After that it is never certain: an error while writing may
# come from a server that has read all it needs.
_NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_REALM = re.compile(r"[0-9]+")


class Unanswered(Exception):
    """No HTTP answer came. If `maybe_sent`, QuickBooks may have done what was asked: a write's outcome is unknown."""

    def __init__(self, reason: str, maybe_sent: bool) -> None:
        super().__init__(f"no answer ({reason}); {'may have arrived' if maybe_sent else 'was not sent'}")
        self.reason = reason
        self.maybe_sent = maybe_sent


def open_http(
    timeouts: Timeouts,
    transport: httpx2.AsyncBaseTransport | None = None,
    user_agent: str = USER_AGENT,
) -> httpx2.AsyncClient:
    """Return the one HTTP client of an event loop; close it with `aclose()` or `async with`.

    `transport` replaces the network: an application in this process, or a wrapper that plays faults.
    """
    return httpx2.AsyncClient(
        headers={"User-Agent": user_agent, "Accept": "application/json"},
        timeout=httpx2.Timeout(connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.pool),
        limits=httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=15.0),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # one company's session must not reach another's
        transport=transport,
        trust_env=False,
        follow_redirects=False,
    )


class Sender:
    """Sends calls to the Accounting API. `monotonic` gives seconds, for the time that an answer took."""

    def __init__(self, http: httpx2.AsyncClient, endpoints: Endpoints, monotonic: Callable[[], float]) -> None:
        self._http = http
        self._base = endpoints.api_base_url.rstrip("/")
        self._monotonic = monotonic

    async def send(self, call: Call, access_token: str, realm_id: str) -> Reply:
        """Return the answer to `call`, whatever its status. Raises Unanswered if there was none."""
        request = self._request(call, access_token, realm_id)
        started = self._monotonic()
        response = await exchange(self._http, request)
        return Reply(
            status=response.status_code,
            body=response.content,
            tid=response.headers.get("intuit_tid", ""),
            elapsed_ms=round((self._monotonic() - started) * 1000),
            retry_after=_seconds(response.headers.get("retry-after", "")),
            content_type=response.headers.get("content-type", ""),
        )

    def _request(self, call: Call, access_token: str, realm_id: str) -> httpx2.Request:
        if not _REALM.fullmatch(realm_id):
            raise ValueError(f"a realm id has digits only, not {realm_id!r}")
        headers = {"Authorization": f"Bearer {access_token}"}
        if call.content_type:
            headers["Content-Type"] = call.content_type
        return self._http.build_request(
            call.method,
            f"{self._base}/v3/company/{realm_id}/{call.path}",
            params=list(call.params),
            content=call.body or None,
            headers=headers,
        )


async def exchange(http: httpx2.AsyncClient, request: httpx2.Request) -> httpx2.Response:
    """Return the complete response to `request`. Raises Unanswered for every outcome that is no HTTP answer."""
    try:
        return await http.send(request)
    except httpx2.RequestError as error:
        raise Unanswered(type(error).__name__, not isinstance(error, _NOT_SENT)) from error


def _seconds(header: str) -> int | None:
    """Return Retry-After if it counts seconds; QuickBooks is not known to send it at all {F1.2-5}."""
    value = header.strip()
    return int(value) if value.isascii() and value.isdigit() else None
