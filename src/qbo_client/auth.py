"""Signs in to QuickBooks: discovery, code for tokens, refresh, revoke. One method, one call; nothing is repeated here.

It stores nothing. One refresher at a time, and saving tokens before using them, are its caller's duties
{F2.6-5, F2.6-9}.
"""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime

import httpx2
import msgspec
from oauthlib.oauth2.rfc6749.parameters import prepare_token_request

from qbo_client.config import Credentials, Endpoints
from qbo_client.tokens import (
    ACCOUNTING,
    AuthUnavailable,
    Discovery,
    Tokens,
    authorize_url,
    parse_discovery,
    parse_tokens,
    raise_oauth_error,
)
from qbo_client.transport import Unanswered, exchange


class AuthClient:
    """The sign-in side of QuickBooks for one app. `clock` gives the aware UTC time."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        endpoints: Endpoints,
        credentials: Credentials,
        clock: Callable[[], datetime],
    ) -> None:
        self._http = http
        self._endpoints = endpoints
        self._credentials = credentials
        self._clock = clock
        self._discovery: Discovery | None = None

    async def discover(self) -> Discovery:
        """Return the endpoints of the discovery document, read once {F2.1-10}.

        Raises AuthUnavailable if it cannot be read, ConfigError if it names an unsafe address.
        """
        if self._discovery is None:
            response = await self._send(self._http.build_request("GET", self._endpoints.discovery_url))
            if response.status_code != 200:
                raise AuthUnavailable(f"http_{response.status_code}", "discovery document", _tid(response), False)
            self._discovery = parse_discovery(response.content, _tid(response))
        return self._discovery

    async def authorize_url(self, state: str, scopes: tuple[str, ...] = (ACCOUNTING,)) -> str:
        """Return the address of the consent page for a person to open; `state` must be unguessable {F2.3-1}."""
        return authorize_url(await self.discover(), self._credentials, state, scopes)

    async def exchange(self, code: str) -> Tokens:
        """Return the tokens for a code of the consent page {F2.4-1}. A code works once {F2.6-1}.

        Raises InvalidGrant, InvalidClient, AuthError, AuthUnavailable.
        """
        redirect_uri = self._credentials.redirect_uri
        return await self._tokens(prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri))

    async def refresh(self, refresh_token: str) -> Tokens:
        """Return new tokens; the refresh token's value may have changed {F2.5-3}.

        Raises InvalidGrant, InvalidClient, AuthError. After AuthUnavailable with `maybe_sent`, ask again at once with
        the same value, which normally still works {F2.6-10}.
        """
        return await self._tokens(prepare_token_request("refresh_token", refresh_token=refresh_token))

    async def revoke(self, token: str) -> bool:
        """End the connection that a refresh or access token belongs to; false if QuickBooks no longer knew it.

        Raises InvalidClient, AuthError, AuthUnavailable.
        """
        endpoint = (await self.discover()).revocation_endpoint
        body = msgspec.json.encode({"token": token})
        response = await self._post(endpoint, body, "application/json")
        if response.status_code == 400:
            return False
        raise_oauth_error(response.status_code, response.content, _tid(response))
        return True

    async def _tokens(self, body: str) -> Tokens:
        endpoint = (await self.discover()).token_endpoint
        asked_at = self._clock()
        response = await self._post(endpoint, body.encode(), "application/x-www-form-urlencoded")
        return parse_tokens(response.status_code, response.content, asked_at, _tid(response))

    async def _post(self, url: str, body: bytes, content_type: str) -> httpx2.Response:
        keys = f"{self._credentials.client_id}:{self._credentials.client_secret}"
        headers = {
            "Authorization": f"Basic {b64encode(keys.encode()).decode()}",
            "Content-Type": content_type,
            "x-include-refresh-token-hard-expires-in": "true",  # {F2.4-5}
        }
        return await self._send(self._http.build_request("POST", url, content=body, headers=headers))

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await exchange(self._http, request)
        except Unanswered as error:
            raise AuthUnavailable("unanswered", error.reason, maybe_sent=error.maybe_sent) from error


def _tid(response: httpx2.Response) -> str:
    return str(response.headers.get("intuit_tid", ""))
