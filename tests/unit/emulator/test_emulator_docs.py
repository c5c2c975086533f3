"""The documents say what is there: every test that the table of beliefs names exists, every option is in the guide.

Whether the words are right is for a reader.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from qbo_emulator import command_line, options
from qbo_emulator.company_changes import CompanyPatch
from qbo_emulator.gateway.fault_rules import AnyEffect, FaultRule
from qbo_emulator.scenario import Scenario

ROOT = Path(__file__).parents[3]


def test_every_test_that_pins_a_fact_exists() -> None:
    text = (ROOT / "docs" / "quickbooks-behaviour.md").read_text(encoding="utf-8")
    section = text.partition("\n## Owned fields")[0]
    named = set(re.findall(r"`(test_\w+)`", section))
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 80
    assert {name for name in named if f"def {name}(" not in written} == set()


def test_the_guide_names_every_option_and_setting() -> None:
    guide = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
    given = [action.option_strings[-1] for action in command_line.parser()._actions if action.dest != "help"]
    assert [name for name in (*given, *options.NAMES, *CompanyPatch.__struct_fields__) if f"`{name}" not in guide] == []


def test_the_examples_of_faults_in_the_guide_can_be_used() -> None:
    guide = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
    section = guide.partition("\n## Faults on demand\n")[2].partition("\n## ")[0]
    rule, scenario = re.findall(r"(?m)^    \{.*\n(?:     .*\n)*", section)
    assert msgspec.json.decode(rule, type=FaultRule).nth == 3
    assert len(msgspec.json.decode(scenario, type=Scenario).faults) == 1
    kinds = {one.__struct_config__.tag for one in get_args(AnyEffect)}
    assert kinds == set(re.findall(r"(?m)^\| `(\w+)` \|", section.partition("| kind |")[2]))
