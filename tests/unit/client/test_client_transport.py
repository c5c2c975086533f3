"""The transport: what goes over the wire, what comes back, and what each failure says about the call's fate."""

import asyncio
from collections.abc import Callable

import httpx2
import pytest

from qbo_client import wire
from qbo_client.config import Endpoints, Timeouts
from qbo_client.transport import Sender, Unanswered, open_http
from qbo_client.wire import Call, Lane, Reply

Handler = Callable[[httpx2.Request], httpx2.Response]
BASE = Endpoints.at("http://localhost:9000/")


def send(handler: Handler, call: Call, realm_id: str = "934100") -> Reply:
    ticks = iter([10.0, 10.25, 20.0])

    async def main() -> Reply:
        async with open_http(Timeouts(), httpx2.MockTransport(handler)) as http:
            return await Sender(http, BASE, lambda: next(ticks)).send(call, "t0ken", realm_id)

    return asyncio.run(main())


def test_a_call_goes_out_byte_for_byte() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=b"{}")

    call = wire.create(wire.Customer(display_name="Zoë"), "r-1")
    send(handler, call)
    [request] = seen
    assert request.method == "POST"
    assert str(request.url) == "http://localhost:9000/v3/company/934100/customer?requestid=r-1&minorversion=75"
    assert request.content == call.body == '{"DisplayName":"Zoë"}'.encode()
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == "qbo-client"


@pytest.mark.parametrize("name", ["Amy's", "A & B + C # 1 % 2", "é = ?", "back\\slash"])
def test_a_query_survives_the_address(name: str) -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=b"{}")

    text = wire.select(wire.Customer, [("DisplayName", "=", name)])
    send(handler, wire.query(text))
    assert seen[0].url.params["query"] == text
    assert seen[0].content == b""


def test_an_answer_is_kept_as_it_came() -> None:
    headers = {"intuit_tid": "1-abc", "Retry-After": "30", "Content-Type": "text/html"}
    reply = send(lambda _: httpx2.Response(429, headers=headers, content=b"<html>"), wire.read_preferences())
    assert reply == Reply(429, b"<html>", "1-abc", 250, 30, "text/html")


@pytest.mark.parametrize("header", ["soon", "-1", "", "Wed, 21 Oct 2026 07:28:00 GMT", "²"])
def test_a_retry_after_that_is_no_number_is_left_out(header: str) -> None:
    reply = send(lambda _: httpx2.Response(429, headers=[(b"Retry-After", header.encode())]), wire.read_preferences())
    assert (reply.retry_after, reply.tid) == (None, "")


def test_a_redirect_is_not_followed_and_cookies_are_not_kept() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(302, headers={"Location": "https://elsewhere.example", "Set-Cookie": "s=1; Path=/"})

    async def main() -> list[int]:
        async with open_http(Timeouts(), httpx2.MockTransport(handler)) as http:
            sender = Sender(http, BASE, lambda: 0.0)
            return [(await sender.send(wire.read_preferences(), "t", realm)).status for realm in ("1", "2")]

    assert asyncio.run(main()) == [302, 302]
    assert [str(request.url.host) for request in seen] == ["localhost", "localhost"]
    assert "cookie" not in seen[1].headers


@pytest.mark.parametrize(
    ("error", "maybe_sent"),
    [
        (httpx2.ConnectError, False),
        (httpx2.ConnectTimeout, False),
        (httpx2.PoolTimeout, False),
        (httpx2.ProxyError, False),
        (httpx2.UnsupportedProtocol, False),
        (httpx2.ReadTimeout, True),
        (httpx2.ReadError, True),
        (httpx2.WriteError, True),
        (httpx2.WriteTimeout, True),
        (httpx2.CloseError, True),
        (httpx2.RemoteProtocolError, True),
        (httpx2.LocalProtocolError, True),
        (httpx2.DecodingError, True),
    ],
)
def test_no_answer_says_whether_the_call_may_have_arrived(error: type[httpx2.RequestError], maybe_sent: bool) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise error("x", request=request)

    with pytest.raises(Unanswered) as raised:
        send(handler, wire.read_preferences())
    assert (raised.value.reason, raised.value.maybe_sent) == (error.__name__, maybe_sent)
    assert isinstance(raised.value.__cause__, error)


def test_an_answer_cut_while_it_arrives_is_no_answer() -> None:
    class Cut(httpx2.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]  # an async generator that breaks off
            yield b'{"Customer":'
            raise httpx2.ReadError("reset")

    with pytest.raises(Unanswered) as raised:
        send(lambda _: httpx2.Response(200, stream=Cut()), wire.read_preferences())
    assert raised.value.maybe_sent


def test_a_body_that_is_not_what_its_encoding_says_is_no_answer() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx2.ByteStream(b"not gzip"))

    with pytest.raises(Unanswered) as raised:
        send(handler, wire.read_preferences())
    assert (raised.value.reason, raised.value.maybe_sent) == ("DecodingError", True)


def test_nobody_listening_means_not_sent() -> None:
    async def main() -> None:
        async with open_http(Timeouts(connect=5)) as http:
            await Sender(http, Endpoints.at("http://127.0.0.1:1"), lambda: 0.0).send(wire.read_preferences(), "t", "1")

    with pytest.raises(Unanswered) as raised:
        asyncio.run(main())
    assert not raised.value.maybe_sent


@pytest.mark.parametrize("realm_id", ["", "1/../2", "abc", "1 "])
def test_a_realm_id_has_digits_only(realm_id: str) -> None:
    with pytest.raises(ValueError, match="realm id"):
        send(lambda _: httpx2.Response(200), Call("GET", "x", (), b"", "", Lane.READ), realm_id)
