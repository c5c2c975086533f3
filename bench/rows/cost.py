"""Engine cost, beside python-quickbooks' bare batch helper: the same records on the same local QuickBooks, in turns."""

from dataclasses import asdict, dataclass
from statistics import median

from bench import cpu
from bench.figures import Figures, Line
from bench.helper.work import Helped, helped
from bench.model import CPU, FASTER, mixed
from bench.place import Place, place

RECORDS = 3_000
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push: processor seconds of the worker and of PostgreSQL."""

    records: int
    seconds: float
    worker: float
    postgres: float

    @property
    def processor(self) -> float:
        return self.worker + self.postgres


def measure(rounds: int = ROUNDS, records: int = RECORDS, options: tuple[str, ...] = ()) -> Figures:
    """`rounds` pushes of each, in turns, each into a company of its own."""
    with place(*options, "--no-request-log") as where, where.worker() as worker:
        pairs = [one_round(where, worker.pid, number, records) for number in range(rounds)]
    return figures(pairs)


def one_round(where: Place, worker: int, number: int, records: int) -> tuple[Pushed, Helped]:
    """A push by the engine, then the same by the helper."""
    company = where.company(f"Round {number}", unlimited=True)
    company.write(mixed(records), "r")
    before = cpu.seconds_of_group(worker), cpu.seconds_of_group(where.postmaster)
    seconds = company.push()
    after = cpu.seconds_of_group(worker), cpu.seconds_of_group(where.postmaster)
    pushed = Pushed(records, seconds, after[0] - before[0], after[1] - before[1])
    return pushed, helped(where, company, "batch")


def figures(pairs: list[tuple[Pushed, Helped]]) -> Figures:
    """Medians over the rounds."""
    ours = median(pushed.records / pushed.seconds for pushed, _ in pairs)
    theirs = median(done.records / done.seconds for _, done in pairs)
    faster = median((pushed.records / pushed.seconds) / (done.records / done.seconds) for pushed, done in pairs)
    dearer = median((p.processor / p.records) / (done.processor / done.records) for p, done in pairs)
    numbers = {"rounds": [{"engine": asdict(pushed), "helper": asdict(done)} for pushed, done in pairs]}
    lines = (
        Line(
            "records a second, neither latency nor limits",
            f">= {FASTER} x",
            f"{faster:.2f} x ({ours:.0f}/s)",
            faster >= FASTER,
            f"{theirs:.0f}/s",
        ),
        Line("processor time per record, database included", f"<= {CPU} x", f"{dearer:.2f} x", dearer <= CPU),
    )
    return Figures(lines, numbers)
