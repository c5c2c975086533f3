"""Commands about the connection: connect, pause, resume, disconnect."""

import argparse
import time
from contextlib import closing

from bluepro.common.errors import BlueProError, Refused
from bluepro.config.cli.common import Here, here
from bluepro.config.cli.loopback import Loopback
from bluepro.quickbooks.connect import lifecycle, sign_in
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.connect.first_push import COMMANDS, next_step
from bluepro.quickbooks.models import Connection


def connect(options: argparse.Namespace) -> int:
    """Prints the address to open, waits for the answer, and says what came of it."""
    place = here(options)
    ending = _Ending(place, place.deployment())
    with closing(Loopback(ending.deployment.credentials.redirect_uri, ending.heard)) as loopback:
        begun = sign_in.begin(place.actor, ending.deployment, clock=place.clock, ids=place.ids)
        print(f"Open this address in a browser and choose the QuickBooks company:\n\n{begun.address}\n", flush=True)
        loopback.wait(options.timeout, time.monotonic)
    connection = ending.connection()
    print(f"Connected {place.workspace.name} to {connection.company_name}.")
    step = next_step(connection)
    if step is not None:
        print(f"Next: bluepro {COMMANDS[step]}")
    return 0


class _Ending:
    """What becomes of the answers that arrive."""

    def __init__(self, place: Here, deployment: Deployment) -> None:
        self.deployment = deployment
        self._place = place
        self._connection: Connection | None = None
        self._error: BlueProError | None = None

    def heard(self, parameters: dict[str, str]) -> tuple[bool, str]:
        """A forged answer, or one of an older attempt, does not end the waiting for the right one."""
        place = self._place
        answer = sign_in.answer_of(parameters)
        try:
            connection = sign_in.finish(place.actor, answer, self.deployment, clock=place.clock, ids=place.ids)
        except BlueProError as error:
            self._error = error
            return not _is_forged(error), f"Not connected. {_words(error)}"
        self._connection = connection
        return True, f"{place.workspace.name} is connected to {connection.company_name}."

    def connection(self) -> Connection:
        """The connection that came of it. Raises what went wrong."""
        if self._connection is None:
            raise self._error or BlueProError("The sign-in did not end.")
        return self._connection


def _is_forged(error: BlueProError) -> bool:
    return isinstance(error, Refused) and any((one.field, one.rule) == ("state", "unknown") for one in error.errors)


def _words(error: BlueProError) -> str:
    return " ".join(one.message for one in error.errors) if isinstance(error, Refused) else str(error)


def pause(options: argparse.Namespace) -> int:
    """Stops sending for now."""
    place = here(options)
    lifecycle.pause(place.actor, place.connection())
    print("Paused. Nothing is sent until: bluepro resume")
    return 0


def resume(options: argparse.Namespace) -> int:
    """Goes on sending."""
    place = here(options)
    lifecycle.resume(place.actor, place.connection())
    print("Resumed.")
    return 0


def disconnect(options: argparse.Namespace) -> int:
    """Ends the connection; 1 if QuickBooks could not be told."""
    place = here(options)
    connection = place.connection()
    said = lifecycle.disconnect(place.actor, connection, place.deployment(), clock=place.clock)
    print(said or f"Disconnected from {connection.company_name}. What was linked is remembered.")
    return 1 if said else 0
