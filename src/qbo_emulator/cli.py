"""The command `qbo-emulator`: the listening socket, a clean stop on SIGTERM and SIGINT.

What the emulator does is decided by its settings, which command_line.py makes; nothing here answers a call.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import uvicorn

from qbo_emulator import command_line, server
from qbo_emulator.app import create_app
from qbo_emulator.bad_input import BadInput
from qbo_emulator.clock import SystemClock
from qbo_emulator.ids import RandomIds
from qbo_emulator.persistence.keeper import Keeper


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; the connection backlog is uvicorn's affair."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only for sockets that name it.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError):
        listening.close()
        raise
    return listening


def _stop(_number: int, _frame: object) -> None:
    """A stop before the server runs; afterwards uvicorn stops by itself and then hands the signal on to here."""
    raise SystemExit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop. 1 if it cannot begin: the reason is on standard error."""
    given = command_line.parser().parse_args(arguments)
    server.spare_collector()
    try:
        app = create_app(command_line.settings_of(given), SystemClock(), RandomIds())
    except BadInput as error:
        sys.stderr.write(f"qbo-emulator: {error}\n")
        return 1
    try:
        listening = _listen(given.host, given.port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"qbo-emulator: cannot listen on {given.host} port {given.port}: {error}\n")
        return 1
    host = f"[{given.host}]" if ":" in given.host else given.host
    sys.stdout.write(f"qbo-emulator listening on http://{host}:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with suppress(SystemExit):  # a signal, which uvicorn hands on once it has stopped
        uvicorn.Server(server.config(app)).run(sockets=[listening])
    keeper: Keeper | None = app.state.keeper
    return 1 if keeper and keeper.problem else 0


if __name__ == "__main__":
    sys.exit(main())
