"""The gateway driven as a simulation drives it: plain calls, no server, a clock that is pushed by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
from emulator_books import NOW
from emulator_http import FRESH, ID, JSON_BOTH_WAYS

from qbo_emulator.clock import ManualClock
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.delivery import Delivery
from qbo_emulator.gateway.fault_rules import FaultRule
from qbo_emulator.gateway.gateway import Gateway
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World


class Simulated:
    """One company and an app that is signed in to it."""

    def __init__(self, realm: str = FRESH, **options: Any) -> None:
        self.clock = ManualClock(NOW)
        settings = Settings(**{"client_id": ID, "limits": "none", **options})
        self.world = World(settings, self.clock, SeededIds(7))
        self.gateway = Gateway(self.world)
        self.realm = realm
        self.sign_in()

    def sign_in(self) -> None:
        """A fresh token."""
        self.token = self.world.oauth.issue_directly(ID, self.realm).access_token

    def rule(self, *effects: dict[str, Any], **aims: Any) -> int:
        """Put a rule in force."""
        return self.world.faults.add(msgspec.convert({"effects": list(effects), **aims}, FaultRule))

    def send(self, method: str, rest: str, body: object = None, **params: str) -> Delivery:
        """What becomes of a call."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}", **JSON_BOTH_WAYS}
        return self.gateway.handle(Call(method, self.realm, rest, params, headers, content))

    def post(self, rest: str, body: object, **params: str) -> Any:
        """The JSON of a POST that is answered, numbers as Decimal."""
        return content_of(self.send("POST", rest, body, **params))

    def query(self, text: str) -> Any:
        """What stands under QueryResponse."""
        return content_of(self.send("GET", "query", query=text))["QueryResponse"]

    def count(self, entity: str) -> int:
        """How many there are in the books, whatever queries say."""
        self.world.catch_up()
        return len(self.world.companies[self.realm].tables[entity].rows)


def content_of(delivery: Delivery) -> Any:
    """The JSON of an answer, numbers as Decimal."""
    assert delivery.answer is not None
    return json.loads(delivery.answer.body, parse_float=Decimal)


def status_of(delivery: Delivery) -> int:
    """The status of an answer."""
    assert delivery.answer is not None
    return delivery.answer.status


def code_of(delivery: Delivery) -> str:
    """The code of a fault, in either envelope."""
    content = content_of(delivery)
    if "Fault" in content:
        return str(content["Fault"]["Error"][0]["code"])
    return str(content["fault"]["error"][0]["code"])


def customers(*names: str) -> dict[str, Any]:
    """A batch that makes customers; bIds are numbers from 0."""
    return {
        "BatchItemRequest": [
            {"bId": str(n), "operation": "create", "Customer": {"DisplayName": name}} for n, name in enumerate(names)
        ]
    }
