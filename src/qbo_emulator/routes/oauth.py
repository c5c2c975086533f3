"""Discovery, consent, tokens, revocation, userinfo: HTTP around oauth.py (section 2).

Who may have which token for how long is not decided here.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from qbo_emulator.apps import IDENTITY, OF_BOOKS, App, with_query
from qbo_emulator.oauth import ACCESS_LIFE, Access, Grant, Issued, OAuthError
from qbo_emulator.routes.consent_page import consent_page, error_page
from qbo_emulator.routes.delivery import Sleep
from qbo_emulator.routes.forms import form, origin
from qbo_emulator.routes.token_faults import faulty
from qbo_emulator.world import World

_CARRIED = ("client_id", "redirect_uri", "response_type", "scope", "state")
_PRIVATE = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}
# A person must see whose page it is: in a window of its own, never in a frame (F2.3-4).
_ALONE = {**_PRIVATE, "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}


def _error(problem: OAuthError) -> JSONResponse:
    content = {"error": problem.error}
    if problem.description:
        content["error_description"] = problem.description
    headers = {**_PRIVATE, "WWW-Authenticate": 'Basic realm="Intuit"'} if problem.status == 401 else _PRIVATE
    return JSONResponse(content, problem.status, headers)


def _back(redirect_uri: str, answer: Mapping[str, str]) -> RedirectResponse:
    """To the app's address with the answer in its query (F2.3-6)."""
    return RedirectResponse(with_query(redirect_uri, answer), 302, _PRIVATE)


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
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    async def keys(self, _request: Request) -> Response:
        """The key that verifies id tokens (F2.1-7)."""
        await self._prepare_key()
        return JSONResponse(self._world.id_tokens.key_set())

    async def _prepare_key(self) -> None:
        """In a thread, since drawing a key takes long enough for others to notice."""
        await asyncio.to_thread(self._world.id_tokens.prepare)

    async def ask(self, request: Request) -> Response:
        """The consent page; with auto-consent straight back to the app."""
        params = {name: request.query_params.get(name, "") for name in _CARRIED}
        refused = self._refusal(params)
        if refused is not None:
            return refused
        if self._world.settings.auto_consent:
            return self._granted(params, self._world.preselected)
        of_admin = [c for c in self._world.companies.values() if c.settings.user_is_admin]  # F2.3-5
        companies = [(c.realm_id, c.settings.name) for c in of_admin]
        find = request.query_params.get("find", "").strip()
        page = consent_page(params["client_id"], companies, self._world.preselected, params, find)
        return HTMLResponse(page, headers=_ALONE)

    async def decide(self, request: Request) -> Response:
        """The person pressed a button."""
        fields = await form(request)
        params = {name: fields.get(name, "") for name in _CARRIED}
        refused = self._refusal(params)
        if refused is not None:
            return refused
        if fields.get("decision") != "connect":
            return _back(params["redirect_uri"], {"error": "access_denied", "state": params["state"]})  # F2.3-7
        return self._granted(params, fields.get("realm", ""))

    def _refusal(self, params: Mapping[str, str]) -> Response | None:
        """A wrong app or address, or no state, gets our own page; other errors go back to the app (F2.3-7, F2.3-8)."""
        oauth = self._world.oauth
        try:
            app = oauth.check_request(params["client_id"], params["redirect_uri"])
        except OAuthError as problem:
            return _sorry(problem.description)
        if not params["state"]:  # F2.3-3
            return _sorry("The state parameter is missing.")
        try:
            if params["response_type"] != "code":
                raise OAuthError("unsupported_response_type")
            oauth.check_scope(app, params["scope"])
        except OAuthError as problem:
            return _back(params["redirect_uri"], {"error": problem.error, "state": params["state"]})
        return None

    def _granted(self, params: Mapping[str, str], realm_id: str) -> Response:
        """Back to the app with a code; realmId only with a scope that opens books (F2.3-6)."""
        company = self._world.company(realm_id)
        if company is None:
            return _sorry("Choose a company.")
        if not company.settings.user_is_admin:
            return _sorry("Only an admin of the company can connect an app to it.")
        oauth = self._world.oauth
        scopes = oauth.check_scope(oauth.apps[params["client_id"]], params["scope"])
        code = oauth.consent(params["client_id"], realm_id, scopes, params["redirect_uri"], company.settings.user)
        answer = {"code": code, "state": params["state"]}
        if any(scope in OF_BOOKS for scope in scopes):
            answer["realmId"] = realm_id
        return _back(params["redirect_uri"], answer)

    async def reconnect(self, request: Request) -> Response:
        """The hosted link: to where the app says that its customers reconnect (F2.5-9, F2.5-10)."""
        params = request.query_params
        app = self._world.oauth.apps.get(params.get("appId", ""))
        realm_id = params.get("realmId", "")
        if app is None or self._world.company(realm_id) is None or params.get("mode") != "reconnect":
            return _sorry("The link names no app, no company, or no way to reconnect.")
        if not app.reconnect_url:
            return _sorry("The app has no Reconnect URL.")
        return _back(app.reconnect_url, {"realmId": realm_id})

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
        answer = token_answer(issued, hard)
        if "openid" in issued.grant.scopes:  # F2.4-4
            await self._prepare_key()
            answer["id_token"] = self._world.id_tokens.sign(self._claims(request, issued.grant))
        return JSONResponse(answer, headers=_PRIVATE)

    def _claims(self, request: Request, grant: Grant) -> dict[str, object]:
        """What an id token says; it lives as long as the access token beside it."""
        now = int(self._world.clock.now().timestamp())
        return {
            "sub": subject(grant.person),
            "aud": [grant.client_id],
            "realmid": grant.realm_id,
            "auth_time": int(grant.created_at.timestamp()),
            "iss": f"{origin(request, self._world.settings.public_url)}/op/v1",
            "exp": now + int(ACCESS_LIFE.total_seconds()),
            "iat": now,
        }

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
        """Who consented, as far as the scopes of a live token go; openid is needed for all (F2.2-2)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self._world.oauth.access(token.strip()) if scheme.lower() == "bearer" else None
        if access is None:
            return _error(OAuthError("invalid_token", "Token has been expired or revoked", 401))
        if "openid" not in access.scopes:
            return _error(OAuthError("insufficient_scope", "The token has no openid scope.", 403))
        return JSONResponse(self._person(access))

    def _person(self, access: Access) -> dict[str, object]:
        given, _, family = access.person.partition(" ")
        company = self._world.companies[access.realm_id]
        by_scope: dict[str, dict[str, object]] = {
            "openid": {"sub": subject(access.person)},
            "profile": {"givenName": given, "familyName": family},
            "email": {
                "email": f"{access.person.lower().replace(' ', '.')}@example.com",
                "emailVerified": self._world.options.email_verified,
            },
            "phone": {"phoneNumber": "+1 6505550100", "phoneNumberVerified": False},
            "address": {"address": company.settings.address},
        }
        return {name: told for scope in access.scopes for name, told in by_scope.get(scope, {}).items()}


def subject(person: str) -> str:
    """The id of a person: the same for all apps and companies."""
    return str(uuid5(NAMESPACE_OID, person))


def _sorry(description: str) -> HTMLResponse:
    """Intuit's own page; nothing goes back to the app (F2.3-8)."""
    return HTMLResponse(error_page(description), 400, _ALONE)


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


def routes(world: World, sleep: Sleep) -> list[Route]:
    """Intuit's own paths, all on this host."""
    server = OAuthRoutes(world)
    token, revoke = faulty(world, server.token, sleep), faulty(world, server.revoke, sleep)
    return [
        Route("/.well-known/openid_configuration", server.discovery),
        Route("/.well-known/openid_sandbox_configuration", server.discovery),
        Route("/op/v1/jwks", server.keys),
        Route("/app/connect/oauth2/request", server.reconnect),
        Route("/connect/oauth2", server.ask),
        Route("/connect/oauth2", server.decide, methods=["POST"]),
        Route("/oauth2/v1/tokens/bearer", token, methods=["POST"]),
        Route("/v2/oauth2/tokens/revoke", revoke, methods=["POST"]),
        Route("/v1/openid_connect/userinfo", server.userinfo),
    ]
