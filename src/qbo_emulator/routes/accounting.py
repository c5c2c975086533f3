"""/v3/company/{realm}/...: who may call, is there room, which operation is meant; the books decide the rest
(section 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any  # a body from JSON, not looked at yet
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbo_emulator.books import batch, cdc, faults, operations, profile, query, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj
from qbo_emulator.oauth import ACCOUNTING, Access
from qbo_emulator.replay import check_request_id
from qbo_emulator.routes import wire_format
from qbo_emulator.throttle import Throttled
from qbo_emulator.world import World


def _access(world: World, request: Request) -> Access:
    """The caller's access to this realm. Faults 3202 (no token), 3200 (dead token), 3100 (not this realm)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    access = world.oauth.access(token.strip()) if scheme.lower() == "bearer" else None
    if access is None:
        shown = token.strip()[:8]
        raise faults.of("3200", token=shown) if shown else faults.of("3202")
    if access.realm_id != request.path_params["realm"] or ACCOUNTING not in access.scopes:
        raise faults.of("3100")
    return access


def _words(text: str | None) -> set[str]:
    return {word.strip().lower() for word in (text or "").split(",") if word.strip()}


def options_of(params: Any) -> Options:
    """`operation` and `include` of a single call; all three documented forms of a void (F3.2-8)."""
    operation = (params.get("operation") or "").lower()
    include = _words(params.get("include"))
    if operation not in ("", "create", "update", "delete", "void"):
        raise faults.unsupported(operation)
    return Options(
        void=operation == "void" or "void" in include,
        delete=operation == "delete",
        allow_duplicate_number="allowduplicatedocnum" in include,
    )


class Accounting:
    """The service behind one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: Request) -> Response:
        """Authentication, limits, then the call itself."""
        try:
            return await self._admit(request)
        except faults.Fault as fault:
            return wire_format.refusal(fault, self._world.clock)

    async def _admit(self, request: Request) -> Response:
        world = self._world
        access = _access(world, request)
        segments = [unquote(part) for part in request.path_params["rest"].split("/") if part]
        is_batch = segments[:1] == ["batch"]
        try:
            with world.throttle.call(access.realm_id, access.client_id, is_batch):
                body = await request.body()
                return self._answer(request, segments, body)
        except Throttled as refused:
            request.state.limit = refused.limit
            raise faults.of("3001") from refused

    def _answer(self, request: Request, segments: list[str], body: bytes) -> Response:
        world = self._world
        company = world.companies[request.path_params["realm"]]
        profile.check_subscription(company)
        if segments == ["taxservice", "taxcode"] and request.method == "POST":
            sent = wire_format.decode(body)
            echo = self._once(request, company, lambda: taxes.create_tax_code(company, sent))
            return wire_format.success(echo, world.clock, timed=False)
        return self._dispatch(request, company, segments, body)

    def _dispatch(self, request: Request, company: Company, segments: list[str], body: bytes) -> Response:
        content: Obj
        match request.method, segments:
            case "GET", ["query"]:
                text = request.query_params.get("query", "")
                content = {"QueryResponse": query.run(company, text)}
            case "POST", ["query"]:
                content = {"QueryResponse": query.run(company, body.decode("utf-8", "replace"))}
            case "GET", ["cdc"]:
                content = {"CDCResponse": [self._changes(request, company)]}
            case "POST", ["batch"]:
                content = {"BatchItemResponse": self._batch(request, company, wire_format.decode(body))}
            case "GET", [path]:
                content = self._read(request, company, path, None)
            case "GET", [path, row_id]:
                content = self._read(request, company, path, row_id)
            case "POST", [path]:
                return self._write(request, company, path, wire_format.decode(body))
            case _:
                raise _no_such_path(request)
        return wire_format.success(content, self._world.clock)

    @staticmethod
    def _entity(request: Request, path: str) -> str:
        """The entity behind a path segment; what QuickBooks has and the emulator has not is said so."""
        entity = operations.BY_PATH.get(path)
        if entity is None:
            raise faults.not_modelled(f"{request.method} of {path}")
        return entity

    def _read(self, request: Request, company: Company, path: str, row_id: str | None) -> Obj:
        entity = self._entity(request, path)
        if row_id is None and entity != "Preferences":
            raise _no_such_path(request)
        if entity == "CompanyInfo" and row_id not in (company.realm_id, "1"):
            raise faults.object_not_found()
        return {entity: operations.read(company, entity, row_id or "1")}

    @staticmethod
    def _changes(request: Request, company: Company) -> Obj:
        params = request.query_params
        for name in ("entities", "changedSince"):
            if not params.get(name):
                raise faults.missing(name)
        return cdc.changes(company, params["entities"], params["changedSince"])

    def _batch(self, request: Request, company: Company, body: Any) -> list[Obj]:
        request_id = request.query_params.get("requestid", "")
        items = body.get("BatchItemRequest") if isinstance(body, dict) else None
        listed = items if isinstance(items, list) else []
        b_ids = [str(item.get("bId", "")) for item in listed if isinstance(item, dict)]
        check_request_id(request_id, b_ids)

        def once(b_id: str, work: Callable[[], Obj]) -> Obj:
            return self._world.replay.once(company.realm_id, request_id, f"batch {b_id}", work)

        return batch.run(company, body, once)

    def _write(self, request: Request, company: Company, path: str, body: Any) -> Response:
        entity = self._entity(request, path)
        options = options_of(request.query_params)
        outcome = self._once(request, company, lambda: {entity: operations.write(company, entity, body, options)})
        return wire_format.success(outcome, self._world.clock)

    def _once(self, request: Request, company: Company, work: Callable[[], Obj]) -> Obj:
        """A write's outcome, or the one that its request id was answered with before; a fault is raised again."""
        request_id = request.query_params.get("requestid", "")
        check_request_id(request_id, None)

        def kept() -> Obj:
            try:
                return work()
            except faults.Fault as fault:
                return {"Fault": fault}

        outcome = self._world.replay.once(company.realm_id, request_id, "", kept)
        refused = outcome.get("Fault")
        if isinstance(refused, faults.Fault):
            raise refused
        return outcome


def _no_such_path(request: Request) -> faults.Fault:
    """500 as recorded for an unknown path (F9.3-8)."""
    path = request.url.path
    host = request.headers.get("host", "localhost")
    whole = f"Could not find resource for relative : {path} of full path: {request.url.scheme}://{host}{path}"
    return faults.unsupported(whole)


def routes(world: World) -> list[Route]:
    """The one route; the rest of the path is sorted out above, for faults must be QuickBooks' own."""
    service = Accounting(world)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [Route("/v3/company/{realm}/{rest:path}", service.handle, methods=methods)]
