"""Small helpers for the tests of webhooks: an endpoint that answers what a test wants, the rounds of the courier."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from emulator_http import ID, Caller, Emulator

from qbo_emulator.webhooks.courier import Courier
from qbo_emulator.webhooks.queue import Delivery, Outcome

ENDPOINT = "http://127.0.0.1:9/hook"


class Endpoint:
    """What an app's endpoint received; `answers` are given in turn, then 200."""

    def __init__(self) -> None:
        self.received: list[Delivery] = []
        self.answers: list[int | None] = []

    async def send(self, delivery: Delivery) -> Outcome:
        """The courier's way of sending."""
        self.received.append(delivery)
        return Outcome(self.answers.pop(0) if self.answers else 200)

    def bodies(self) -> list[Any]:
        """All bodies as JSON."""
        return [json.loads(one.body) for one in self.received]


class Told:
    """A signed-in caller whose app is told of changes."""

    def __init__(self, emulator: Emulator | None = None, **subscription: Any) -> None:
        self.caller = Caller(emulator or Emulator())
        self.emulator = self.caller.emulator
        self.endpoint = Endpoint()
        self.subscribe(**subscription)

    def subscribe(self, client_id: str = ID, **subscription: Any) -> Any:
        """Set the endpoint of an app."""
        body = {"endpoint": ENDPOINT, "verifier_token": "s3cret", **subscription}
        answer = self.emulator.call("PUT", f"/_emulator/webhooks/{client_id}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def round(self) -> int:
        """Deliver what is due; how many notifications that were."""
        return asyncio.run(Courier(self.emulator.world, self.endpoint.send).round())

    def rounds(self) -> list[Any]:
        """Deliver until nothing is due; the bodies that arrived meanwhile."""
        before = len(self.endpoint.received)
        while self.round():
            pass
        return self.endpoint.bodies()[before:]

    def events(self) -> list[tuple[str, str]]:
        """Deliver; type and entity id of all CloudEvents that arrived."""
        return [(event["type"], event["intuitentityid"]) for body in self.rounds() for event in body]
