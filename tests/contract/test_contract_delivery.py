"""Delivery: limits are kept, lost answers leave the books as they say, and a repeated request changes nothing twice."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from contract_rig import BASE, CREDENTIALS, Rig

from qbo_client import wire
from qbo_client.client import QboClient, QboFault
from qbo_client.config import Endpoints
from qbo_client.limits import DOCUMENTED, UNLIMITED_RATES, Limiter
from qbo_client.transport import Sender, Unanswered
from qbo_client.wire import BatchItem, Call, Operation, Reply


class Faults(httpx2.AsyncBaseTransport):
    """Passes calls on, but plays one planned mishap: before the server sees the call, or after it has answered."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self.before: type[httpx2.RequestError] | None = None
        self.after: type[httpx2.RequestError] | None = None
        self.cut = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        before, self.before = self.before, None
        if before is not None:
            raise before("planned", request=request)
        response = await self._inner.handle_async_request(request)
        after, self.after = self.after, None
        if after is not None:
            raise after("planned", request=request)
        cut, self.cut = self.cut, False
        if cut:
            body = await response.aread()
            return httpx2.Response(response.status_code, content=body[: len(body) // 2])
        return response


class Shaky:
    """A rig whose network can be told to fail, and what it takes to send a stored call."""

    def __init__(self) -> None:
        self.rig = Rig(wrap=Faults)
        self.faults: Faults = self.rig.transport

    def run(self, scene: "Scene") -> None:
        async def main() -> None:
            async with self.rig.http() as http:
                client, keeper = await self.rig.signed_in(http)
                scene.client, scene.faults = client, self.faults
                sender = Sender(http, Endpoints.at(BASE), self.rig.monotonic)

                async def send(call: Call) -> Reply:
                    return await sender.send(call, await keeper.current(), client.realm_id)

                scene.send = send
                await scene.play()

        asyncio.run(main())


class Scene:
    """What is played on a shaky network."""

    client: QboClient
    faults: Faults
    send: Callable[[Call], Awaitable[Reply]]

    async def play(self) -> None:
        raise AssertionError("each scene has its own play")


ADA = wire.create(wire.Customer(display_name="Ada"), "ada-1")


class LostAnswer(Scene):
    async def play(self) -> None:
        self.faults.after = httpx2.ReadTimeout
        with pytest.raises(Unanswered) as raised:
            await self.send(ADA)
        assert raised.value.maybe_sent
        assert await self.client.count(wire.Customer) == 1
        again = wire.parse_reply(await self.send(ADA), wire.Customer)
        assert isinstance(again, wire.Customer)
        assert again.display_name == "Ada"
        assert await self.client.count(wire.Customer) == 1


class NeverSent(Scene):
    async def play(self) -> None:
        self.faults.before = httpx2.ConnectError
        with pytest.raises(Unanswered) as raised:
            await self.send(ADA)
        assert not raised.value.maybe_sent
        assert await self.client.count(wire.Customer) == 0


class CutAnswer(Scene):
    async def play(self) -> None:
        self.faults.cut = True
        found = wire.parse_reply(await self.send(ADA), wire.Customer)
        assert isinstance(found, wire.Unreadable)
        assert await self.client.count(wire.Customer) == 1


class CutBatch(Scene):
    async def play(self) -> None:
        items = [BatchItem(str(n), Operation.CREATE, wire.Customer(display_name=f"C{n}")) for n in range(30)]
        call = wire.batch(items, "batch-1")
        self.faults.cut = True
        assert isinstance(wire.parse_batch(await self.send(call)), wire.Unreadable)
        first = wire.parse_batch(await self.send(call))
        assert isinstance(first, dict)
        assert len(first) == 30
        assert all(isinstance(answer, wire.Customer) for answer in first.values())
        assert wire.parse_batch(await self.send(call)) == first
        assert await self.client.count(wire.Customer) == 30


class ReplayedUpdate(Scene):
    async def play(self) -> None:
        made = await self.client.create(wire.Customer(display_name="Ada"))
        call = wire.update(wire.Customer(id=made.id, sync_token="0", notes="x"), "up-1")
        answers = [wire.parse_reply(await self.send(call), wire.Customer) for _ in range(2)]
        assert all(isinstance(answer, wire.Customer) and answer.sync_token == "1" for answer in answers)
        other = wire.update(wire.Customer(id=made.id, sync_token="0", notes="x"), "up-2")
        stale = wire.parse_reply(await self.send(other), wire.Customer)
        assert isinstance(stale, wire.Fault)
        assert stale.codes == ("5010",)


@pytest.mark.parametrize("scene", [LostAnswer, NeverSent, CutAnswer, CutBatch, ReplayedUpdate])
def test_what_a_shaky_network_leaves(scene: type[Scene]) -> None:
    Shaky().run(scene())


def test_the_limiter_keeps_within_the_documented_limits() -> None:
    rig, chance = Rig(limits="documented"), random.Random(3)

    async def busy(qbo: QboClient) -> None:
        for number in range(400):
            if chance.random() < 0.3:
                items = [BatchItem("1", Operation.CREATE, wire.Customer(display_name=f"B{number}"))]
                await qbo.batch(items)
            else:
                await qbo.create(wire.Customer(display_name=f"S{number}"))
            rig.clock.advance(chance.random() * 0.2)

    began = rig.now()
    rig.run(busy, DOCUMENTED)
    assert {reply.status for _, reply in rig.seen} == {200}
    assert (rig.now() - began).total_seconds() < 400


def test_without_limits_of_our_own_a_429_is_read_and_waited_out() -> None:
    rig = Rig(limits="documented")

    async def hurry(qbo: QboClient) -> None:
        for number in range(25):
            await qbo.create(wire.Customer(display_name=f"C{number}"))
        assert await qbo.count(wire.Customer) == 25

    began = rig.now()
    rig.run(hurry)
    throttled = [reply for _, reply in rig.seen if reply.status == 429]
    assert throttled
    fault = wire.parse_fault(throttled[0].status, throttled[0].body, throttled[0].tid)
    assert (fault.throttled, fault.codes, bool(fault.tid)) == (True, ("3001",), True)
    assert (rig.now() - began).total_seconds() >= 60


def test_faults_of_the_gateway_are_read() -> None:
    rig = Rig()

    async def wrong(qbo: QboClient) -> None:
        for call, code in (
            (Call("GET", "customer/1/5", (), b"", "", wire.Lane.READ), "500"),
            (Call("GET", "customer/1.5", (), b"", "", wire.Lane.READ), "2030"),
            (wire.query("SELECT & FROM Customer"), "4000"),
            (wire.query("SELECT * FROM Custmoer"), "4001"),
            (Call("POST", "customer", (), b'{"Nonsense":1}', "application/json", wire.Lane.SINGLE), "2010"),
        ):
            fault = wire.parse_reply(await qbo.send(call), wire.Customer)
            assert isinstance(fault, wire.Fault), call
            assert (fault.codes[0], fault.status) == (code, 400)

    rig.run(wrong)


def test_a_token_that_is_none_is_a_401_whose_text_hides_it() -> None:
    rig = Rig()

    async def main() -> None:
        async with rig.http() as http:
            client, _ = await rig.signed_in(http)
            sender = Sender(http, Endpoints.at(BASE), rig.monotonic)
            reply = await sender.send(wire.read_preferences(), "n0-token-at-all", client.realm_id)
            fault = wire.parse_reply(reply, wire.Preferences)
            assert isinstance(fault, wire.Fault)
            assert (fault.status, fault.codes) == (401, ("3200",))
            assert "n0-token-at-all" not in repr(fault)

    asyncio.run(main())


class Fixed:
    """A token that nobody renews."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self) -> str:
        return self._token

    async def renew(self, stale: str) -> str:
        return stale


def test_tokens_of_the_control_api_serve_as_well() -> None:
    rig = Rig()

    async def main() -> None:
        async with rig.http() as http:
            realm = (await rig.control("GET", "companies"))[0]["realm_id"]
            issued = await rig.control("POST", "tokens", realm_id=realm, client_id=CREDENTIALS.client_id)
            sender = Sender(http, Endpoints.at(BASE), rig.monotonic)
            client = QboClient(
                sender,
                realm,
                Fixed(issued["access_token"]),
                Limiter(UNLIMITED_RATES),
                sleep=rig.sleep,
                monotonic=rig.monotonic,
                new_request_id=lambda: "r",
            )
            assert (await client.company_info()).country == "US"
            rig.clock.advance(3601)
            with pytest.raises(QboFault) as raised:
                await client.company_info()
            assert raised.value.fault.status == 401

    asyncio.run(main())
