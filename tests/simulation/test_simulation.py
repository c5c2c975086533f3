"""The simulation in small: some seeds keep every promise, planted mistakes are found, a story replays and shrinks."""

import logging
from collections.abc import Iterator

import pytest
from sim_defects import DEFECTS
from sim_play import Play
from sim_shrink import shrink
from sim_story import from_json, story_of, to_json

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

SEEDS = range(1, 9)
TRIED = 10
# Seeds that find each mistake at once or soon, from a run over all of them; `make simulate DEFECT=name` begins at 1.
FOUND_BY = dict.fromkeys(DEFECTS, 1)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is injected is logged by the engine as a surprise, which it is not here."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept(seed: int) -> None:
    result = Play(story_of(seed)).run()

    assert result.broken is None
    assert result.injected.total() > 0
    assert all(verdict.records for verdict in result.verdicts)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_mistake_is_found(defect: str) -> None:
    first = FOUND_BY[defect]

    assert any(Play(story_of(seed), DEFECTS[defect]).run().broken for seed in range(first, first + TRIED))


def test_a_seed_replays_exactly() -> None:
    first, second = Play(story_of(3)).run(), Play(from_json(to_json(story_of(3)))).run()

    assert first.told == second.told
    assert (first.calls, first.injected) == (second.calls, second.injected)


def test_a_failing_story_shrinks_to_a_short_one() -> None:
    mistake = DEFECTS["sent-before-committed"]
    story = story_of(1, 40)

    short = shrink(story, lambda one: Play(one, mistake).run().broken, lambda _: None, most=60)

    assert Play(short, mistake).run().broken is not None
    assert len(short.entries) < 5
