"""Levers: what the owner of the company sets inside QuickBooks, what this emulator does where nothing is known, the
clock, and the faults that are set. The control API has the same and more.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.responses import Response

from qbo_emulator import company_changes, options
from qbo_emulator.company_changes import CompanyPatch
from qbo_emulator.pages.components import facts
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, Wrong, fields, number_of, respond
from qbo_emulator.pages.frame import home_of, page
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.lever_faults import faults_table
from qbo_emulator.pages.struct_inputs import inputs_of, shown, typed_values, words, wrong
from qbo_emulator.pages.visit import Visit

_MOST_HOURS = 24 * 36_525
_CLOCK = (Input("days", "Days", hint="Forward only."), Input("hours", "Hours"))


def levers(visit: Visit) -> Response:
    """What there is, with ways to change it."""
    company, world = visit.company, visit.world
    now = world.clock.now()
    return page(
        "Levers",
        _head(visit, "Company settings", "settings", "Change settings"),
        _values({name: getattr(company.settings, name) for name in company_changes.SETTINGS}),
        _head(visit, "Faults", "faults/new", "Add a fault"),
        faults_table(visit),
        _head(visit, "Clock", "clock", "Move the clock"),
        tag("p", f"It is {now:%b} {now.day}, {now:%Y, %H:%M} UTC for all companies."),
        _head(visit, "Options for all companies", "options", "Change options"),
        _values(msgspec.to_builtins(world.options)),
        company=company,
        room="levers",
    )


def _head(visit: Visit, title: str, way: str, button: str) -> Html:
    return tag(
        "div",
        tag("h2", title),
        link(home_of(visit.company, "levers", way), button, class_="button"),
        class_="bar",
    )


def _values(held: dict[str, object]) -> Html:
    return tag("div", facts(((words(name), _said(value)) for name, value in held.items()), "facts wide"), class_="card")


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return f"{value:,}"
    return (shown(value) if value else "") or "None"


def settings(visit: Visit) -> Response:
    """The form of the company's settings."""
    company = visit.company

    def save(values: dict[str, object]) -> None:
        company_changes.apply(company, msgspec.convert(values, CompanyPatch, strict=False))

    held = {name: getattr(company.settings, name) for name in company_changes.SETTINGS}
    return _struct_form(visit, "Company settings", CompanyPatch, held, save)


def world_options(visit: Visit) -> Response:
    """The form of the named options."""
    world = visit.world

    def save(values: dict[str, object]) -> None:
        world.options = options.changed(world.options, values)

    return _struct_form(visit, "Options for all companies", options.Options, msgspec.to_builtins(world.options), save)


def _struct_form(
    visit: Visit,
    title: str,
    struct: type[msgspec.Struct],
    held: dict[str, object],
    apply: Callable[[dict[str, object]], None],
) -> Response:
    inputs = inputs_of(struct)
    stored = {name: shown(value) for name, value in held.items()}

    def save(typed: Typed) -> None:
        try:
            apply(typed_values(inputs, stored, typed))
        except msgspec.ValidationError as error:
            raise wrong(error) from error

    return _respond(visit, title, stored, inputs, save)


def clock(visit: Visit) -> Response:
    """The form that pushes the clock forward."""

    def save(typed: Typed) -> None:
        hours = 24 * (number_of(typed, "days", "Days") or 0) + (number_of(typed, "hours", "Hours") or 0)
        if not 0 <= hours <= _MOST_HOURS:
            raise Wrong("days", "The clock moves forward, at most 100 years at a time.")
        visit.world.clock.advance(float(hours * 3600))

    return _respond(visit, "Move the clock", {}, list(_CLOCK), save, "Move forward")


def _respond(
    visit: Visit, title: str, stored: Typed, inputs: list[Input], save: Callable[[Typed], None], button: str = "Save"
) -> Response:
    def content(typed: Typed, problems: Problems) -> Content:
        return fields(inputs, typed, problems)

    home = home_of(visit.company, "levers")
    return respond(visit, Form(title, "levers", ("Levers", home), stored, inputs, content, save, home, button))
