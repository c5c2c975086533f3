"""Engine cost, beside python-quickbooks' bare batch helper: the same records on the same local QuickBooks, in turns."""

from dataclasses import asdict
from statistics import median

from bench.figures import Figures, Line, Say
from bench.helper.work import Helped, helped
from bench.model import CPU, FASTER, mixed
from bench.place import Place, place
from bench.pushes import Pushed, push

MINUTES = 3.0
RECORDS = 3_000
ROUNDS = 5
SINGLES = 100  # invoices that the single helper makes


def measure(say: Say, rounds: int = ROUNDS, records: int = RECORDS) -> Figures:
    """`rounds` pushes of each, in turns, each into a company of its own; the single helper once."""
    with place("--no-request-log") as where, where.worker() as worker:
        one_round(say, where, worker.pid, "Warm-up", 300)
        pairs = [one_round(say, where, worker.pid, f"Round {number + 1}", records) for number in range(rounds)]
        company = where.company("Singles", unlimited=True)
        company.write(mixed(records), "r")
        single = helped(where, company, "single", most=SINGLES)
    return figures(pairs, single)


def one_round(say: Say, where: Place, worker: int, name: str, records: int) -> tuple[Pushed, Helped]:
    """A push by the engine, then the same by the helper."""
    company = where.company(name, unlimited=True)
    pushed = push(where, worker, company, mixed(records), "r")
    done = helped(where, company, "batch")
    say(f"{name}: engine {pushed.rate:.0f}/s at {pushed.cost:.2f} ms, helper {done.rate:.0f}/s at {done.cost:.2f} ms")
    return pushed, done


def figures(pairs: list[tuple[Pushed, Helped]], single: Helped) -> Figures:
    """Medians over the rounds."""
    faster = median(pushed.rate / done.rate for pushed, done in pairs)
    dearer = median(pushed.cost / done.cost for pushed, done in pairs)
    ours, theirs = (median(values) for values in zip(*((p.rate, done.rate) for p, done in pairs), strict=True))
    cost, their_cost = (median(values) for values in zip(*((p.cost, done.cost) for p, done in pairs), strict=True))
    numbers = {
        "rounds": [{"engine": asdict(pushed), "helper": asdict(done)} for pushed, done in pairs],
        "single": asdict(single),
    }
    lines = (
        Line(
            "engine cost: records a second, neither latency nor limits",
            f">= {FASTER} x the batch helper",
            f"{faster:.2f} x ({ours:.0f}/s)",
            faster >= FASTER,
            f"batch {theirs:.0f}/s, single {single.rate:.0f}/s",
        ),
        Line(
            "engine cost: processor time per record, engine and PostgreSQL",
            f"<= {CPU} x the batch helper",
            f"{dearer:.2f} x ({cost:.2f} ms)",
            dearer <= CPU,
            f"batch {their_cost:.2f} ms, single {single.cost:.2f} ms",
        ),
    )
    return Figures(lines, numbers)
