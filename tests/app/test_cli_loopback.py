"""The page at which a sign-in ends: one good answer ends it, strangers and wrong paths do not."""

import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bluepro.config.cli.loopback import Loopback, LoopbackError


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Ear:
    """Hears answers; the one with code=good ends the waiting."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []

    def __call__(self, parameters: dict[str, str]) -> tuple[bool, str]:
        self.heard.append(parameters)
        return parameters.get("code") == "good", f"Heard <{parameters.get('code')}>"


@contextmanager
def waiting(uri: str, ear: Ear) -> Iterator[threading.Thread]:
    with closing(Loopback(uri, ear)) as loopback:
        thread = threading.Thread(target=loopback.wait, args=(20, time.monotonic))
        thread.start()
        yield thread
        thread.join(timeout=20)
        assert not thread.is_alive()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_good_answer_ends_it_and_others_do_not() -> None:
    uri, ear = f"http://127.0.0.1:{free_port()}/callback", Ear()
    with waiting(uri, ear):
        assert get(f"{uri}x?code=good")[0] == 404
        assert get(uri.replace("/callback", "/favicon.ico"))[0] == 404
        status, page = get(f"{uri}?code=forged&state=a%20b")
        assert (status, "Heard &lt;forged&gt;" in page) == (200, True)
        assert get(f"{uri}?code=good")[0] == 200
    assert ear.heard == [{"code": "forged", "state": "a b"}, {"code": "good"}]


def test_a_silent_visitor_does_not_end_it() -> None:
    port, ear = free_port(), Ear()
    with waiting(f"http://localhost:{port}", ear):
        socket.create_connection(("127.0.0.1", port)).close()
        assert get(f"http://127.0.0.1:{port}/?code=good")[0] == 200
    assert ear.heard == [{"code": "good"}]


def test_waiting_ends() -> None:
    ticks = iter(range(100))
    with (
        closing(Loopback(f"http://127.0.0.1:{free_port()}/", Ear())) as loopback,
        pytest.raises(LoopbackError, match="within 2 seconds"),
    ):
        loopback.wait(2, lambda: float(next(ticks)))


@pytest.mark.parametrize("uri", ["https://localhost:1/", "http://example.com/", "https://bluepro.example/callback"])
def test_only_this_machine_can_be_listened_at(uri: str) -> None:
    with pytest.raises(LoopbackError, match="not on this machine"):
        Loopback(uri, Ear())


def test_a_taken_port_is_named() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LoopbackError, match=f"Port {port} "):
            Loopback(f"http://127.0.0.1:{port}/", Ear())
