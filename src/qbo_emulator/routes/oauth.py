"""Discovery, consent, tokens, revocation, userinfo: HTTP around oauth.py (section 2).

Who may have which token for how long is not decided here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from qbo_emulator.oauth import ACCOUNTING, IDENTITY, App, Issued, OAuthError
from qbo_emulator.routes.consent_page import consent_page, error_page
from qbo_emulator.routes.forms import form, origin
from qbo_emulator.world import World

_CARRIED = ("client_id", "redirect_uri", "response_type", "scope", "state")
_PRIVATE = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


def _error(problem: OAuthError) -> JSONResponse:
    content = {"error": problem.error}
    if problem.description:
        content["error_description"] = problem.description
    headers = {**_PRIVATE, "WWW-Authenticate": 'Basic realm="Intuit"'} if problem.status == 401 else _PRIVATE
    return JSONResponse(content, problem.status, headers)


def _back(redirect_uri: str, answer: Mapping[str, str]) -> RedirectResponse:
    """To the app's address with the answer in its query (F2.3-6)."""
    joint = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{urlencode(answer)}", 302, _PRIVATE)


class OAuthRoutes:
    """The authorization server of one world, over HTTP."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def discovery(self, request: Request) -> Response:
        """Where everything is (F2.1-1 to F2.1-8); only identity scopes are listed (F2.1-9)."""
        base = origin(request, self._world.settings.public_url)
        return JSONResponse(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": list(IDENTITY),
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "claims_supported": ["sub", "email", "emailVerified", "givenName", "familyName"],
            }
        )

    async def keys(self, _request: Request) -> Response:
        """No id tokens are issued here, so there are no keys that sign them."""
        return JSONResponse({"keys": []})

    async def ask(self, request: Request) -> Response:
        """The consent page; with auto-consent straight back to the app."""
        params = {name: request.query_params.get(name, "") for name in _CARRIED}
        refused = self._refusal(params)
        if refused is not None:
            return refused
        if self._world.settings.auto_consent:
            return self._granted(params, self._world.preselected)
        companies = [(c.realm_id, c.settings.name) for c in self._world.companies.values()]
        find = request.query_params.get("find", "").strip()
        page = consent_page(params["client_id"], companies, self._world.preselected, params, find)
        return HTMLResponse(page, headers=_PRIVATE)

    async def decide(self, request: Request) -> Response:
        """The person pressed a button."""
        fields = await form(request)
        params = {name: fields.get(name, "") for name in _CARRIED}
        refused = self._refusal(params)
        if refused is not None:
            return refused
        if fields.get("decision") != "connect":
            return _back(params["redirect_uri"], {"error": "access_denied", "state": params["state"]})  # F2.3-7
        realm_id = fields.get("realm", "")
        if self._world.company(realm_id) is None:
            return HTMLResponse(error_page("Choose a company."), 400, _PRIVATE)
        return self._granted(params, realm_id)

    def _refusal(self, params: Mapping[str, str]) -> Response | None:
        """A wrong app or address gets our own page, other errors go back to the app (F2.3-7, F2.3-8)."""
        oauth = self._world.oauth
        try:
            oauth.check_request(params["client_id"], params["redirect_uri"])
        except OAuthError as problem:
            return HTMLResponse(error_page(problem.description), 400, _PRIVATE)
        try:
            if params["response_type"] != "code":
                raise OAuthError("unsupported_response_type")
            oauth.check_scope(params["scope"])
        except OAuthError as problem:
            return _back(params["redirect_uri"], {"error": problem.error, "state": params["state"]})
        return None

    def _granted(self, params: Mapping[str, str], realm_id: str) -> Response:
        scopes = self._world.oauth.check_scope(params["scope"])
        code = self._world.oauth.consent(params["client_id"], realm_id, scopes, params["redirect_uri"])
        answer = {"code": code, "state": params["state"]}
        if ACCOUNTING in scopes:
            answer["realmId"] = realm_id
        return _back(params["redirect_uri"], answer)

    def _app(self, request: Request) -> App:
        """The app that Basic authentication names."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(text.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
        except ValueError as error:
            raise OAuthError("invalid_client", status=401) from error
        client_id, _, secret = pair.partition(":")
        return self._world.oauth.authenticate(client_id, secret)

    async def token(self, request: Request) -> Response:
        """Both grants of section 2.4."""
        fields = await form(request)
        try:
            issued = self._issue(self._app(request), fields)
        except OAuthError as problem:
            return _error(problem)
        hard = request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true"
        return JSONResponse(token_answer(issued, hard), headers=_PRIVATE)

    def _issue(self, app: App, fields: Mapping[str, str]) -> Issued:
        oauth = self._world.oauth
        match fields.get("grant_type"):
            case "authorization_code":
                return oauth.exchange(app, fields.get("code", ""), fields.get("redirect_uri", ""))
            case "refresh_token":
                return oauth.refresh(app, fields.get("refresh_token", ""))
        raise OAuthError("unsupported_grant_type")

    async def revoke(self, request: Request) -> Response:
        """200 with an empty body, or 400 (section 2.4)."""
        fields = await form(request)
        try:
            self._world.oauth.revoke(self._app(request), fields.get("token", ""))
        except OAuthError as problem:
            return _error(problem)
        return Response(status_code=200, headers=_PRIVATE)

    async def userinfo(self, request: Request) -> Response:
        """Who consented; needs a live token with the openid scope."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self._world.oauth.access(token.strip()) if scheme.lower() == "bearer" else None
        if access is None:
            return _error(OAuthError("invalid_token", "Token has been expired or revoked", 401))
        if "openid" not in access.scopes:
            return _error(OAuthError("insufficient_scope", "The token has no openid scope.", 403))
        given, _, family = self._world.companies[access.realm_id].settings.user.partition(" ")
        person = {"sub": f"user-of-{access.realm_id}", "givenName": given, "familyName": family}
        return JSONResponse({**person, "email": "owner@example.com", "emailVerified": True})


def token_answer(issued: Issued, hard: bool) -> dict[str, str | int]:
    """The answer of the token endpoint (F2.4-3, F2.4-5)."""
    answer: dict[str, str | int] = {
        "token_type": "bearer",
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
        "refresh_token": issued.refresh_token,
        "x_refresh_token_expires_in": issued.refresh_expires_in,
    }
    if hard:
        answer["x_refresh_token_hard_expires_in"] = issued.hard_expires_in
    return answer


def routes(world: World) -> list[Route]:
    """Intuit's own paths, all on this host."""
    server = OAuthRoutes(world)
    return [
        Route("/.well-known/openid_configuration", server.discovery),
        Route("/.well-known/openid_sandbox_configuration", server.discovery),
        Route("/op/v1/jwks", server.keys),
        Route("/connect/oauth2", server.ask),
        Route("/connect/oauth2", server.decide, methods=["POST"]),
        Route("/oauth2/v1/tokens/bearer", server.token, methods=["POST"]),
        Route("/v2/oauth2/tokens/revoke", server.revoke, methods=["POST"]),
        Route("/v1/openid_connect/userinfo", server.userinfo),
    ]
