"""Forms that change the books as a person in QuickBooks does: what was typed is kept, what is wrong is said beside it.

The books' own rules check everything; a fault's texts are shown as they are. What a form writes, the company's user
writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from starlette.responses import RedirectResponse, Response

from qbo_emulator.books import operations
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.operations import Options
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.frame import HEADERS, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.visit import Visit

Typed: TypeAlias = Mapping[str, str]
# The name of an input ("" for the whole form) -> what is wrong with it.
Problems: TypeAlias = dict[str, list[str]]


_NUMBER = re.compile(r"-?(?=\.?[0-9])[0-9]{0,11}(\.[0-9]{0,7})?")


class Wrong(Exception):
    """Something typed cannot be taken; `name` is its input."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.text = text


@dataclass(frozen=True, slots=True)
class Input:
    """A field: text, date, area, check or select. `element` is the property that the books name when it is wrong."""

    name: str
    label: str
    kind: str = "text"
    element: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one company. `stored` is what it shows at first, `save` writes what was typed, then `done` is shown.

    `save` raises Fault or Wrong, having written nothing.
    """

    title: str
    room: str
    back: tuple[str, str]
    stored: Typed
    inputs: Sequence[Input]
    fields: Callable[[Typed, Problems], Content]
    save: Callable[[Typed], None]
    done: str
    button: str = "Save"
    danger: bool = False


def respond(visit: Visit, form: Form) -> Response:
    """The form, or what came of sending it."""
    if visit.typed is None:
        return _shown(visit.company, form, form.stored, {})
    try:
        form.save(visit.typed)
    except Fault as fault:
        return _shown(visit.company, form, visit.typed, _problems(fault, form.inputs), 400)
    except Wrong as wrong:
        return _shown(visit.company, form, visit.typed, {wrong.name: [wrong.text]}, 400)
    return RedirectResponse(form.done, 303, HEADERS)


def _problems(fault: Fault, inputs: Sequence[Input]) -> Problems:
    found: Problems = {}
    for error in fault.errors:
        name = next((one.name for one in inputs if error.element and one.element == error.element), "")
        found.setdefault(name, []).append(f"{error.detail} ({error.code})")
    return found


def _shown(company: Company, form: Form, typed: Typed, problems: Problems, status: int = 200) -> Response:
    said = [tag("p", text, class_="problem", role="alert") for text in problems.get("", [])]
    if problems and not said:
        said = [tag("p", "Nothing was saved: see what is marked below.", class_="problem", role="alert")]
    token = tag("input", type="hidden", name="token", value=typed["token"]) if "token" in typed else None
    buttons = tag(
        "div",
        tag("button", form.button, class_="danger" if form.danger else "main"),
        link(form.back[1], "Cancel", class_="button"),
        class_="actions",
    )
    return page(
        form.title,
        trail(form.back),
        said,
        tag("form", token, form.fields(typed, problems), buttons, method="post", class_="edit"),
        company=company,
        room=form.room,
        status=status,
    )


def field(one: Input, typed: Typed, problems: Problems) -> Html:
    """An input with its label, and what is wrong with it."""
    box, said = judged(one, typed, problems)
    label = tag("label", one.label, for_=one.name)
    hint = tag("span", one.hint, class_="soft") if one.hint else None
    order = [box, label] if one.kind == "check" else [label, box]
    return tag("div", order, hint, said, class_=f"field {one.kind}")


def judged(one: Input, typed: Typed, problems: Problems, **marks: str | bool | None) -> tuple[Html, Html | None]:
    """The bare input, and what is wrong with it."""
    wrong = problems.get(one.name, [])
    if not wrong:
        return control(one, typed, **marks), None
    said = tag("span", " ".join(wrong), id=f"{one.name}-wrong", class_="wrong")
    return control(one, typed, aria_invalid="true", aria_describedby=f"{one.name}-wrong", **marks), said


def fields(inputs: Iterable[Input], typed: Typed, problems: Problems) -> Html:
    """Several inputs, in columns where there is room."""
    return tag("div", [field(one, typed, problems) for one in inputs], class_="fields")


def control(one: Input, typed: Typed, **marks: str | bool | None) -> Html:
    """The bare input with what was typed."""
    held = typed.get(one.name, "")
    if one.kind == "area":
        return tag("textarea", held, name=one.name, id=one.name, rows="3", **marks)
    if one.kind == "check":
        return tag("input", type="checkbox", name=one.name, id=one.name, value="yes", checked=held == "yes", **marks)
    if one.kind == "select":
        chosen = [tag("option", words, value=value, selected=value == held) for value, words in one.choices]
        return tag("select", chosen, name=one.name, id=one.name, **marks)
    return tag("input", type=one.kind, name=one.name, id=one.name, value=held, **marks)


def changed(stored: Typed, typed: Typed, *names: str) -> bool:
    """Whether any of these inputs holds something else than at first."""
    return any(text_of(typed, name) != stored.get(name, "") for name in names)


def text_of(typed: Typed, name: str) -> str:
    """What was typed, line ends as the books have them."""
    return typed.get(name, "").replace("\r\n", "\n").strip()


def number_of(typed: Typed, name: str, label: str) -> Decimal | None:
    """A typed number, thousands commas and a dollar sign allowed; None for nothing. Raises Wrong.

    What it lets through can be multiplied and divided exactly enough; narrower limits are the books' affair.
    """
    text = text_of(typed, name).replace(",", "").removeprefix("$")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Wrong(
            name, f"{label} must be a number such as 1250.00, of at most 11 digits before the point and 7 behind."
        )
    return Decimal(text)


def write(company: Company, entity: str, row: Row, typed: Typed, body: Obj) -> None:
    """A sparse update by the token that the form was made with; nothing at all if the body is empty."""
    if body:
        head = {"Id": row.id, "SyncToken": typed.get("token", ""), "sparse": True}
        operations.write(company, entity, {**head, **body}, Options())
