"""The log's vocabulary is fixed: every action that the code writes is on the list, and the list holds no other."""

import re
from pathlib import Path

from bluepro import common
from bluepro.config.logging import ACTIONS

SOURCES = Path(common.__file__).parents[1]


def test_the_list_of_actions_is_what_the_code_writes() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    written = {action for text in texts for action in re.findall(r'"action": "([a-z_]+)"', text)}
    assert written == ACTIONS
