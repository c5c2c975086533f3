"""Names are written one at a time (F7.1-25): what overlaps in time is refused, unless told otherwise."""

from __future__ import annotations

from typing import Any

from emulator_gateway import Simulated, code_of, content_of, customers, status_of


def _slow(**options: Any) -> Simulated:
    """The first write of a name takes three seconds."""
    sim = Simulated(**options)
    sim.rule({"kind": "slow", "seconds": 3})
    return sim


def test_f7_1_25_a_name_is_refused_while_another_is_being_written() -> None:
    sim = _slow()
    assert status_of(sim.send("POST", "customer", {"DisplayName": "Ada"})) == 200
    refused = sim.send("POST", "vendor", {"DisplayName": "Bob"})
    assert code_of(refused) == "6000"
    assert "one name at a time" in content_of(refused)["Fault"]["Error"][0]["Detail"]
    assert status_of(sim.send("POST", "class", {"Name": "North"})) == 200
    sim.clock.advance(3)
    assert status_of(sim.send("POST", "vendor", {"DisplayName": "Bob"})) == 200


def test_f7_1_25_a_batch_of_names_holds_the_list_and_is_not_refused() -> None:
    sim = _slow()
    assert status_of(sim.send("POST", "batch", customers("Ada", "Bob"))) == 200
    assert code_of(sim.send("POST", "customer", {"DisplayName": "Cy"})) == "6000"
    assert status_of(sim.send("POST", "batch", customers("Di"))) == 200


def test_f7_1_25_writes_may_be_allowed_to_overlap() -> None:
    sim = _slow(options=(("parallel_names", "allow"),))
    for name in ("Ada", "Bob"):
        assert status_of(sim.send("POST", "customer", {"DisplayName": name})) == 200
