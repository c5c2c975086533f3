"""A scenario file: how the emulator is to begin, and what is to go wrong. JSON, documented in docs/emulator.md."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from qbo_emulator import options as named
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.company_changes import CompanyPatch
from qbo_emulator.gateway.fault_rules import FaultRule
from qbo_emulator.settings import Settings


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options`: named options. `companies`: settings by kind (fresh, sample) or realm id. `faults`: rules."""

    options: dict[str, object] = {}
    companies: dict[str, CompanyPatch] = {}
    faults: tuple[FaultRule, ...] = ()


class BadScenario(ValueError):
    """The file cannot be used; the text says what is wrong, and where."""


def read(path: Path) -> Scenario:
    """The scenario in a file, checked. Raises BadScenario."""
    try:
        scenario = msgspec.json.decode(path.read_bytes(), type=Scenario)
        named.changed(named.Options(), scenario.options)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadScenario(f"{path}: {error}") from error
    return scenario


def begun(settings: Settings, scenario: Scenario) -> Settings:
    """Settings that begin with the scenario; what the command line says by itself goes before it."""
    known: dict[str, str] = dict(REALMS.items())
    patches = tuple((known.get(name, name), patch) for name, patch in scenario.companies.items())
    return replace(
        settings,
        options=(*scenario.options.items(), *settings.options),
        patches=patches,
        faults=scenario.faults,
    )
