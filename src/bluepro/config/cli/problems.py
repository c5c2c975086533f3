"""The command `problems`: lists what waits for a person with its choices, and carries out the answer to one."""

import argparse

from bluepro.common.errors import refuse
from bluepro.config.cli.common import Here, here
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.choices import offered, seen_as
from bluepro.quickbooks.connect.problems import dismiss, open_problems, retry
from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.queries import members
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.together import is_together

HOW = "--answer ID CHOICE, --retry ID, or --dismiss ID --reason TEXT"

MEMBERS = 20  # shown of the records that one problem is about


def problems(options: argparse.Namespace) -> int:
    """Listing: 1 if a problem is open. Answering one: 0."""
    place = here(options)
    if options.answer is not None:
        return _answer(place, *options.answer, sure=options.yes)
    if options.dismiss is not None:
        dismiss(place.actor, options.dismiss, options.reason, clock=place.clock)
        print(f"Problem {options.dismiss} is dismissed.")
        return 0
    if options.retry is not None:
        retry(place.actor, options.retry)
        print(f"The record of problem {options.retry} is tried again.")
        return 0
    return _show(place)


def _answer(place: Here, number: str, key: str, *, sure: bool) -> int:
    """Raises Refused if the choice asks something first and `--yes` was not said."""
    pk, _, seen = number.partition("-")
    if not pk.isdecimal():
        raise refuse("answer", "number", f"A problem's number is needed, not {number!r}. See: bluepro problems")
    asked = next((one for one in open_problems(place.actor) if one.pk == int(pk)), None)
    choices = () if asked is None else offered(asked.cause, asked.detail)
    question = next((one.confirm for one in choices if one.key == key), "")
    if question and not sure:
        raise refuse("answer", "confirm", f"{question} If so, say it with: --answer {number} {key} --yes")
    print(answer(place.actor, int(pk), key, clock=place.clock, seen=seen).effect)
    return 0


def _show(place: Here) -> int:
    found = open_problems(place.actor)
    if not found:
        print("No problems.")
        return 0
    for one in found:
        _show_one(place, one)
    place.say(f"{len(found)} problems. Answer one with {HOW}.")
    return 1


def _show_one(place: Here, one: Problem) -> None:
    kind = "connection" if one.kind is None else Kind(one.kind).name.lower()
    place.say(f"{one.pk}  {one.opened_at:%Y-%m-%d %H:%M}  {kind} {one.label}: {one.text} {one.remedy}")
    for member in members(one, MEMBERS):
        place.say(f"      {member.label}: {member.text}")
    for choice in offered(one.cause, one.detail):
        place.say(f"    --answer {_number(one)} {choice.key}: {choice.words}. {choice.effect}")


def _number(one: Problem) -> str:
    """The problem's number; of one about many records with what it says now, since an answer is about just that."""
    return f"{one.pk}-{seen_as(one.text)}" if is_together(one.cause) else str(one.pk)
