"""The same client over a real socket: one process serves, one event loop calls, ten calls in flight."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest
import uvicorn
from contract_rig import BACK, CREDENTIALS

from qbo_client import wire
from qbo_client.auth import AuthClient
from qbo_client.client import QboClient
from qbo_client.config import Endpoints, Timeouts
from qbo_client.limits import UNLIMITED_RATES, Limiter
from qbo_client.tokens import Tokens, parse_callback
from qbo_client.transport import Sender, open_http
from qbo_emulator.app import create_app
from qbo_emulator.clock import SystemClock
from qbo_emulator.ids import RandomIds
from qbo_emulator.settings import Settings


@pytest.fixture
def base() -> Iterator[str]:
    """The address of an emulator that listens on a free port of this machine."""
    settings = Settings(CREDENTIALS.client_id, CREDENTIALS.client_secret, (BACK,), limits="none", auto_consent=True)
    app = create_app(settings, SystemClock(), RandomIds())
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


class Signed:
    """Tokens as the sign-in gave them."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def current(self) -> str:
        return self._tokens.access_token

    async def renew(self, stale: str) -> str:
        raise AssertionError("the token is fresh")


async def sign_in(http: httpx2.AsyncClient, base: str) -> QboClient:
    auth = AuthClient(http, Endpoints.at(base), CREDENTIALS, SystemClock().now)
    answer = await http.get(await auth.authorize_url("s"))
    callback = parse_callback(httpx2.URL(answer.headers["location"]).query.decode(), "s")
    return QboClient(
        Sender(http, Endpoints.at(base), time.monotonic),
        callback.realm_id,
        Signed(await auth.exchange(callback.code)),
        Limiter(UNLIMITED_RATES),
        sleep=asyncio.sleep,
        monotonic=time.monotonic,
        new_request_id=lambda: "unused",
    )


def test_forty_customers_made_side_by_side_over_a_socket(base: str) -> None:
    async def main() -> None:
        async with open_http(Timeouts()) as http:
            client = await sign_in(http, base)
            await asyncio.gather(
                *(client.create(wire.Customer(display_name=f"Customer {n}"), f"c-{n}") for n in range(40))
            )
            names = {one.display_name async for one in client.query_all(wire.Customer, page=15)}
            assert names == {f"Customer {n}" for n in range(40)}

    asyncio.run(main())
