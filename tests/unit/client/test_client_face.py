"""The typed face: paging, errors, one refresh under a 401, waiting out a 429, and the limiter's count."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import httpx2
import pytest

from qbo_client import wire
from qbo_client.client import MAX_THROTTLES, QboClient, QboFault, QboUnreadable
from qbo_client.config import Endpoints, Timeouts
from qbo_client.limits import LOST_CALL_SECONDS, UNLIMITED_RATES, Limiter, Limits
from qbo_client.transport import Sender, Unanswered, open_http
from qbo_client.wire import BatchItem, Call, Deleted, Lane, Operation, Reply

T = TypeVar("T")
Handler = Callable[[httpx2.Request], httpx2.Response]
FAULT = {"Fault": {"Error": [{"code": "610", "Message": "m", "Detail": "d"}], "type": "ValidationFault"}}


class World:
    """A clock that sleeping moves, a token that renewing changes, and what was seen."""

    def __init__(self, handler: Handler, limits: Limits = UNLIMITED_RATES) -> None:
        self.handler = handler
        self.now = 0.0
        self.token = "t1"
        self.renewed: list[str] = []
        self.seen: list[tuple[Call, Reply]] = []
        self.limiter = Limiter(limits)
        self.requests: list[httpx2.Request] = []

    async def current(self) -> str:
        return self.token

    async def renew(self, stale: str) -> str:
        self.renewed.append(stale)
        self.token = "t2"
        return self.token

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.handler(request)

    def run(self, what: Callable[[QboClient], Awaitable[T]]) -> T:
        async def main() -> T:
            async with open_http(Timeouts(), httpx2.MockTransport(self.handle)) as http:
                sender = Sender(http, Endpoints.at("http://localhost:9000"), lambda: self.now)
                client = QboClient(
                    sender,
                    "9341",
                    self,
                    self.limiter,
                    sleep=self.sleep,
                    monotonic=lambda: self.now,
                    new_request_id=lambda: f"r-{len(self.requests)}",
                    seen=lambda call, reply: self.seen.append((call, reply)),
                )
                return await what(client)

        return asyncio.run(main())


def answering(*bodies: object) -> Handler:
    left = list(bodies)
    headers = {"intuit_tid": "1-t"}

    def handler(request: httpx2.Request) -> httpx2.Response:
        body = left.pop(0)
        return body if isinstance(body, httpx2.Response) else httpx2.Response(200, json=body, headers=headers)

    return handler


def test_get_create_update_delete_void() -> None:
    world = World(
        answering(
            {"Item": {"Id": "1"}},
            {"Item": {"Id": "2", "SyncToken": "0"}},
            {"Item": {"Id": "2", "SyncToken": "1"}},
            {"Payment": {"Id": "3", "status": "Deleted"}},
            {"Invoice": {"Id": "4", "TotalAmt": 0}},
        )
    )

    async def all_of_them(qbo: QboClient) -> list[object]:
        return [
            await qbo.get(wire.Item, "1"),
            await qbo.create(wire.Item(name="Mow")),
            await qbo.update(wire.Item(id="2", sync_token="0", name="Mow")),
            await qbo.delete(wire.Payment(id="3", sync_token="0"), "mine"),
            await qbo.void(wire.Invoice(id="4", sync_token="0", total_amt=Decimal(5))),
        ]

    assert world.run(all_of_them) == [
        wire.Item(id="1"),
        wire.Item(id="2", sync_token="0"),
        wire.Item(id="2", sync_token="1"),
        Deleted("Payment", "3"),
        wire.Invoice(id="4", total_amt=Decimal(0)),
    ]
    ids = [request.url.params.get("requestid") for request in world.requests]
    assert ids == [None, "r-1", "r-2", "mine", "r-4"]


def test_company_info_and_preferences() -> None:
    world = World(answering({"CompanyInfo": {"CompanyName": "Shine"}}, {"Preferences": {"Id": "1"}}))

    async def both(qbo: QboClient) -> tuple[wire.CompanyInfo, wire.Preferences]:
        return await qbo.company_info(), await qbo.preferences()

    assert world.run(both) == (wire.CompanyInfo(company_name="Shine"), wire.Preferences(id="1"))
    assert [request.url.path for request in world.requests] == [
        "/v3/company/9341/companyinfo/9341",
        "/v3/company/9341/preferences",
    ]


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (3, 2), (4, 3), (1, 1)])
def test_query_all_reads_every_page(total: int, pages: int) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        words = request.url.params["query"].split()
        start = int(words[words.index("STARTPOSITION") + 1])
        found = [{"Id": str(number)} for number in range(start, min(start + 2, total + 1))]
        answer = {"Item": found, "startPosition": start, "maxResults": len(found)} if found else {}
        return httpx2.Response(200, json={"QueryResponse": answer})

    world = World(handler)

    async def read(qbo: QboClient) -> list[wire.Item]:
        return [item async for item in qbo.query_all(wire.Item, [("Active", "IN", (True, False))], page=2)]

    assert world.run(read) == [wire.Item(id=str(number)) for number in range(1, total + 1)]
    assert len(world.requests) == pages
    assert all("WHERE Active IN (true, false) ORDERBY Id" in r.url.params["query"] for r in world.requests)


def test_count_batch_and_changes() -> None:
    world = World(
        answering(
            {"QueryResponse": {"totalCount": 41}},
            {"BatchItemResponse": [{"Item": {"Id": "1"}, "bId": "a"}, {**FAULT, "bId": "b"}]},
            {"CDCResponse": [{"QueryResponse": [{}]}]},
        )
    )

    async def all_of_them(qbo: QboClient) -> tuple[int, dict[str, wire.BatchAnswer], wire.Changes]:
        items = [BatchItem(bid, Operation.CREATE, wire.Item(name=bid)) for bid in ("a", "b")]
        since = datetime(2026, 1, 1, tzinfo=UTC)
        return await qbo.count(wire.Item), await qbo.batch(items), await qbo.cdc([wire.Item], since)

    count, answers, changes = world.run(all_of_them)
    assert count == 41
    assert answers["a"] == wire.Item(id="1")
    assert isinstance(answers["b"], wire.Fault)
    assert changes.by_name == {}


def test_a_fault_is_raised_with_its_trace_id() -> None:
    world = World(answering(httpx2.Response(400, json=FAULT, headers={"intuit_tid": "1-x"})))
    with pytest.raises(QboFault, match="610 d") as raised:
        world.run(lambda qbo: qbo.get(wire.Item, "1"))
    assert (raised.value.fault.tid, raised.value.fault.codes) == ("1-x", ("610",))
    assert [reply.tid for _, reply in world.seen] == ["1-x"]


@pytest.mark.parametrize("body", [{"Item": {"Id": "1", "status": "Deleted"}}, {"Vendor": {"Id": "1"}}])
def test_success_that_is_not_what_was_asked_for_is_raised(body: object) -> None:
    with pytest.raises(QboUnreadable) as raised:
        World(answering(body)).run(lambda qbo: qbo.get(wire.Item, "1"))
    assert raised.value.unreadable.tid == "1-t"


def test_a_delete_answered_with_the_entity_is_not_believed() -> None:
    world = World(answering({"Payment": {"Id": "3", "SyncToken": "0"}}))
    with pytest.raises(QboUnreadable):
        world.run(lambda qbo: qbo.delete(wire.Payment(id="3", sync_token="0")))


def test_a_stale_token_is_renewed_once_and_the_call_repeated_as_it_was() -> None:
    world = World(answering(httpx2.Response(401), {"Item": {"Id": "1"}}))
    assert world.run(lambda qbo: qbo.create(wire.Item(name="Mow"))) == wire.Item(id="1")
    first, second = world.requests
    assert (first.url, first.content) == (second.url, second.content)
    assert [r.headers["authorization"] for r in world.requests] == ["Bearer t1", "Bearer t2"]
    assert world.renewed == ["t1"]


def test_a_second_401_is_a_fault() -> None:
    world = World(answering(httpx2.Response(401), httpx2.Response(401)))
    with pytest.raises(QboFault) as raised:
        world.run(lambda qbo: qbo.get(wire.Item, "1"))
    assert raised.value.fault.status == 401
    assert len(world.requests) == 2


@pytest.mark.parametrize(("headers", "waited"), [({}, 60.0), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "0"}, 0.0)])
def test_a_throttle_is_waited_out(headers: dict[str, str], waited: float) -> None:
    world = World(answering(httpx2.Response(429, headers=headers), {"Item": {"Id": "1"}}))
    assert world.run(lambda qbo: qbo.get(wire.Item, "1")) == wire.Item(id="1")
    assert world.now == waited


def test_a_throttle_that_lasts_is_a_fault() -> None:
    world = World(answering(*[httpx2.Response(429)] * (MAX_THROTTLES + 1)))
    with pytest.raises(QboFault) as raised:
        world.run(lambda qbo: qbo.get(wire.Item, "1"))
    assert raised.value.fault.throttled
    assert len(world.requests) == MAX_THROTTLES + 1


def test_calls_wait_for_the_limiter() -> None:
    world = World(
        answering(*[{"Item": {"Id": "1"}}] * 3), Limits(per_minute=None, per_second=1, in_flight=10, second=5.0)
    )

    async def three(qbo: QboClient) -> None:
        for _ in range(3):
            await qbo.get(wire.Item, "1")

    world.run(three)
    assert world.now == 10.0


def test_no_more_in_flight_than_allowed() -> None:
    world = World(answering(*[{"Item": {"Id": "1"}}] * 5), Limits(per_minute=None, per_second=None, in_flight=1))

    async def five(qbo: QboClient) -> int:
        return len(await asyncio.gather(*(qbo.get(wire.Item, "1") for _ in range(5))))

    assert world.run(five) == 5
    assert world.limiter.wait_for(Lane.SINGLE, world.now) == 0.0


@pytest.mark.parametrize(("error", "wait"), [(httpx2.ConnectError, 0.0), (httpx2.ReadTimeout, LOST_CALL_SECONDS)])
def test_a_call_that_may_go_on_keeps_its_place(error: type[httpx2.RequestError], wait: float) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise error("x", request=request)

    world = World(handler, Limits(per_minute=None, per_second=None, in_flight=1))
    with pytest.raises(Unanswered):
        world.run(lambda qbo: qbo.get(wire.Item, "1"))
    assert world.limiter.wait_for(Lane.SINGLE, world.now) == wait
