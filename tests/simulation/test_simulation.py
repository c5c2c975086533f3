"""The simulation in small: some seeds keep every promise, planted mistakes are found, a story replays and shrinks."""

import logging
from collections.abc import Iterator

import pytest
from sim_defects import DEFECTS
from sim_play import Play
from sim_shrink import shrink
from sim_story import Entry, Options, Story, from_json, story_of, to_json

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

SEEDS = range(1, 9)


def told(*entries: tuple[str, str]) -> Story:
    """A story of these entries, between which a worker has the time to do what there is to be done."""
    none = (0.0,) * 4
    turn, wait = Entry("worker", "turn", none), Entry("clock", "minutes", (0.9, 0.0, 0.0, 0.0))
    each = [(Entry(who, what, none), turn, turn, wait, turn, turn, turn) for who, what in entries]
    return Story(1, Options(workers=1), tuple(entry for some in each for entry in some))


# Two that these stories find at once; the others are found by a seed each. `make simulate DEFECT=name` tries any seeds.
TOLD = {
    "adopted-without-marker": told(
        ("person", "add contact"), ("fault", "lost before"), ("person", "twin invoices"), ("person", "add contact")
    ),
    "generation-forgotten": told(
        ("person", "add contact"),
        ("person", "new invoice"),
        ("bookkeeper", "delete invoice"),
        ("person", "renumber invoice"),
        ("person", "answer a problem"),
    ),
}
FOUND_BY = {
    "sent-before-committed": 1,
    "newest-acknowledged": 1,
    "created-again-unseen": 2,
    "id-dropped-when-changed": 1,
    "lease-not-checked": 4,
}


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
    story = TOLD[defect] if defect in TOLD else story_of(FOUND_BY[defect])

    assert Play(story, DEFECTS[defect]).run().broken is not None


@pytest.mark.parametrize("name", TOLD)
def test_without_the_mistake_the_same_story_ends_well(name: str) -> None:
    assert Play(TOLD[name]).run().broken is None


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
