"""The same work where each answer takes 0.3 s, beside python-quickbooks.

Names (customers, items) go one request at a time, as QuickBooks locks its lists, so no client can overlap them: they
are measured apart, as in a first push.
"""

from dataclasses import asdict
from statistics import median

from bench.figures import Figures, Line, Say
from bench.helper.work import Helped, helped
from bench.model import FASTER_SLOW, SLOW_ANSWER, Counts, mixed
from bench.place import Place, place, slow_answers
from bench.pushes import Pushed, push

MINUTES = 3.0
ROUNDS = 3
NAMES = Counts(contacts=100, services=20)
SALES = Counts(invoices=1_600, payments=1_400)
MIXED = mixed(3_000)
HELPED, SINGLES = 600, 20  # invoices that the helpers make: they need 3 and 90 minutes for 100,000 records


def measure(say: Say, rounds: int = ROUNDS) -> Figures:
    """Sales after names, then the whole mix at once, then the single helper."""
    with place(*slow_answers(SLOW_ANSWER), "--no-request-log") as where, where.worker() as worker:
        pairs = [one_round(say, where, worker.pid, f"Round {number + 1}") for number in range(rounds)]
        company = where.company("Mixed", unlimited=True)
        whole = push(where, worker.pid, company, MIXED, "m")
        say(f"the whole mix: {whole.rate:.0f}/s")
        single = helped(where, company, "single", most=SINGLES, apart=True)
    return figures(pairs, whole, single)


def one_round(say: Say, where: Place, worker: int, name: str) -> tuple[Pushed, Helped]:
    """Invoices and payments by the engine, then by the helper; names before."""
    company = where.company(name, unlimited=True)
    names = push(where, worker, company, NAMES, "n")
    pushed = push(where, worker, company, SALES, "s")
    done = helped(where, company, "batch", most=HELPED, apart=True)
    say(f"{name}: engine {pushed.rate:.0f}/s (names {names.rate:.0f}/s), helper {done.rate:.0f}/s")
    return pushed, done


def figures(pairs: list[tuple[Pushed, Helped]], whole: Pushed, single: Helped) -> Figures:
    """Medians over the rounds."""
    faster = median(pushed.rate / done.rate for pushed, done in pairs)
    ours, theirs = (median(values) for values in zip(*((p.rate, done.rate) for p, done in pairs), strict=True))
    numbers = {
        "rounds": [{"engine": asdict(pushed), "helper": asdict(done)} for pushed, done in pairs],
        "whole_mix": asdict(whole),
        "single": asdict(single),
    }
    lines = (
        Line(
            f"answers take {SLOW_ANSWER} s: invoices and payments a second",
            f">= {FASTER_SLOW:.0f} x the batch helper",
            f"{faster:.1f} x ({ours:.0f}/s)",
            faster >= FASTER_SLOW,
            f"batch {theirs:.0f}/s, single {single.rate:.1f}/s",
        ),
        Line("the same with customers and services among them, one request at a time", "", f"{whole.rate:.0f}/s", None),
    )
    return Figures(lines, numbers)
