"""The faults that are set: which there are, adding one from a list of common ones or as a whole rule, removing one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import msgspec
from starlette.responses import RedirectResponse, Response

from qbo_emulator.books.operations import ENTITIES
from qbo_emulator.books.wire import Obj
from qbo_emulator.gateway.fault_rules import FaultRule, Operation
from qbo_emulator.pages.components import Column, table
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, Wrong, fields, respond, text_of
from qbo_emulator.pages.frame import HEADERS, home_of
from qbo_emulator.pages.html import Content, Html, tag
from qbo_emulator.pages.struct_inputs import wrong
from qbo_emulator.pages.visit import Missing, Visit

_COLUMNS = (
    Column("What goes wrong"),
    Column("Aimed at"),
    Column("Matched", figures=True),
    Column("Injected", figures=True),
    Column("Remove"),
)
# Value of the choice -> (words, effect); seconds and code are added where the effect has them.
_EFFECTS: dict[str, tuple[str, dict[str, object]]] = {
    "drop before": ("No answer, nothing is done", {"kind": "drop", "when": "before"}),
    "drop after": ("No answer, but it is done", {"kind": "drop", "when": "after"}),
    "commit late": ("No answer, done so many seconds later", {"kind": "commit_late"}),
    "lag": ("Queries and CDC are so many seconds behind", {"kind": "lag"}),
    "slow": ("The answer takes so many seconds longer", {"kind": "slow"}),
    "reset": ("The connection breaks within the answer", {"kind": "reset_mid_body"}),
    "code": ("Refused with the code below", {"kind": "code"}),
    **{
        str(status): (f"Answered {status}", {"kind": "status", "status": status})
        for status in (413, 429, 500, 502, 503)
    },
    "other id": ("The answer has another id", {"kind": "absurd", "what": "other_id"}),
    "other total": ("The answer has another total", {"kind": "absurd", "what": "other_total"}),
    "item missing": ("An item is missing in a batch's answer", {"kind": "absurd", "what": "item_missing"}),
    "token": ("The access token dies", {"kind": "token_expired"}),
    "disconnect": ("The customer disconnects", {"kind": "disconnect"}),
    "clock": ("The clock jumps so many seconds", {"kind": "clock_jump"}),
}
_TIMED = ("commit_late", "lag", "slow", "clock_jump")
_OPERATIONS: tuple[str, ...] = get_args(Operation)
_INPUTS = (
    Input("effect", "What goes wrong", "select", choices=[(name, words) for name, (words, _) in _EFFECTS.items()]),
    Input("seconds", "Seconds", hint="Where seconds count."),
    Input("code", "Code", hint="Such as 6000 or 5010."),
    Input("entity", "Entity", "select", choices=[("", "Any"), *((name, name) for name in ENTITIES)]),
    Input("operation", "Operation", "select", choices=[(name, name or "Any") for name in _OPERATIONS]),
    Input("nth", "From which match on", hint="1 is the first."),
    Input("count", "How often", hint="Nothing: without end."),
    Input("probability", "Probability", hint="Above 0, at most 1."),
    Input("here", "This company only", "check"),
)
_WHOLE = Input(
    "rule", "Or a whole rule as JSON", "area", hint="It goes before everything above; docs/emulator.md has the fields."
)
_STORED = {"effect": "drop before", "seconds": "10", "nth": "1", "count": "1", "probability": "1", "here": "yes"}


def faults_table(visit: Visit) -> Html:
    """The rules that can hit this company."""
    own = [rule for rule in visit.world.faults.shown() if rule["realm_id"] in ("", visit.company.realm_id)]
    return table("Faults", _COLUMNS, (_row(visit, rule) for rule in own), "No fault is set.")


def _row(visit: Visit, rule: Obj) -> list[Content]:
    where = home_of(visit.company, "levers", "faults", str(rule["id"]), "remove")
    button = tag("button", "Remove", aria_label=f"Remove fault {rule['id']}")
    return [
        "; or ".join(_effects(rule)),
        ", ".join(_aims(rule)),
        f"{rule['matches']:,}",
        f"{rule['injections']:,}",
        tag("form", button, method="post", action=where),
    ]


def _effects(rule: Obj) -> Iterator[str]:
    for effect in rule["effects"]:
        yield " ".join(str(value).replace("_", " ") for value in effect.values() if value not in ("", False))


def _aims(rule: Obj) -> Iterator[str]:
    yield "this company" if rule["realm_id"] else "all companies"
    yield from (str(rule[name]) for name in ("entity", "operation") if rule[name])
    if rule["item"] is not None:
        yield f"item {rule['item']} of batches"
    if rule["nth"] != 1:
        yield f"from match {rule['nth']} on"
    if rule["probability"] != 1:
        yield f"probability {rule['probability']}"
    yield {None: "without end", 1: "once"}.get(rule["count"], f"at most {rule['count']} times")


def new_fault(visit: Visit) -> Response:
    """The form that sets a fault."""

    def save(typed: Typed) -> None:
        visit.world.faults.add(_rule(visit, typed))

    def shown(typed: Typed, problems: Problems) -> Content:
        return [fields(_INPUTS, typed, problems), fields([_WHOLE], typed, problems)]

    home = home_of(visit.company, "levers")
    form = Form("Add a fault", "levers", ("Levers", home), _STORED, (*_INPUTS, _WHOLE), shown, save, home, "Set it")
    return respond(visit, form)


def remove_fault(visit: Visit) -> Response:
    """Takes a fault out of force; there is no page to look at."""
    if visit.typed is None or not visit.id.isdecimal() or not visit.world.faults.remove(int(visit.id)):
        raise Missing
    return RedirectResponse(home_of(visit.company, "levers"), 303, HEADERS)


def _rule(visit: Visit, typed: Typed) -> FaultRule:
    """The rule that was typed. Raises Wrong."""
    whole = text_of(typed, _WHOLE.name)
    if whole:
        try:
            return msgspec.json.decode(whole, type=FaultRule)
        except msgspec.MsgspecError as error:
            raise Wrong(_WHOLE.name, f"{error}.") from error
    aims = {name: text_of(typed, name) for name in ("entity", "operation", "nth", "probability")}
    rule: dict[str, object] = {
        **{name: value for name, value in aims.items() if value},
        "effects": [_effect(typed)],
        "count": text_of(typed, "count") or None,
        "realm_id": visit.company.realm_id if typed.get("here") else "",
    }
    try:
        return msgspec.convert(rule, FaultRule, strict=False)
    except msgspec.ValidationError as error:
        raise wrong(error) from error


def _effect(typed: Typed) -> dict[str, object]:
    chosen = _EFFECTS.get(text_of(typed, "effect"))
    if chosen is None:
        raise Wrong("effect", "Choose what goes wrong.")
    effect = dict(chosen[1])
    if effect["kind"] in _TIMED:
        effect["seconds"] = text_of(typed, "seconds")
    if effect["kind"] == "code":
        effect["code"] = text_of(typed, "code")
    return effect
