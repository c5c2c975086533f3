"""The command `problems`: lists what waits for a person, and carries out the answer to one."""

import argparse

from bluepro.config.cli.common import Here, here
from bluepro.quickbooks.answers import answer_make_anew, answer_not_same, answer_same
from bluepro.quickbooks.connect.problems import dismiss, open_problems, retry
from bluepro.quickbooks.snapshot import Kind

HOW = "--retry ID, --same ID, --not-same ID, --make-anew ID, or --dismiss ID --reason TEXT"
ANSWERS = {
    "same": (answer_same, "They are linked: it is the same one."),
    "not_same": (answer_not_same, "Ours takes the next free name."),
    "make_anew": (answer_make_anew, "It is made in QuickBooks once more."),
}


def problems(options: argparse.Namespace) -> int:
    """Listing: 1 if a problem is open. Answering one: 0."""
    place = here(options)
    if options.dismiss is not None:
        dismiss(place.actor, options.dismiss, options.reason, clock=place.clock)
        print(f"Problem {options.dismiss} is dismissed.")
        return 0
    if options.retry is not None:
        retry(place.actor, options.retry)
        print(f"The record of problem {options.retry} is tried again.")
        return 0
    for answer, (carry_out, said) in ANSWERS.items():
        problem_id = getattr(options, answer)
        if problem_id is not None:
            carry_out(place.actor, problem_id, clock=place.clock)
            print(said)
            return 0
    return _show(place)


def _show(place: Here) -> int:
    found = open_problems(place.actor)
    if not found:
        print("No problems.")
        return 0
    for one in found:
        kind = "connection" if one.kind is None else Kind(one.kind).name.lower()
        place.say(f"{one.pk}  {one.opened_at:%Y-%m-%d %H:%M}  {kind} {one.label}: {one.text} {one.remedy}")
    place.say(f"{len(found)} problems. Answer one with {HOW}.")
    return 1
