"""The page of levers: settings, options, clock and faults are shown, changed by forms, and checked as everywhere."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from emulator_forms import fill, read_form, send
from emulator_http import FRESH, SAMPLE, Caller, Emulator

from qbo_emulator.company_changes import SETTINGS
from qbo_emulator.options import NAMES
from qbo_emulator.pages.struct_inputs import words

HOME = f"/app/{FRESH}/levers"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


def look(emulator: Emulator) -> str:
    answer = emulator.call("GET", HOME)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_every_setting_and_option_is_shown_and_can_be_changed(emulator: Emulator) -> None:
    said = look(emulator)
    assert not [name for name in (*SETTINGS, *NAMES) if words(name) not in said]
    assert "Using sales tax Yes" in said and "Book close date None" in said
    assert "{}" not in said and "()" not in said
    for way, names in (("settings", SETTINGS), ("options", NAMES)):
        page = emulator.call("GET", f"{HOME}/{way}").text
        assert not [name for name in names if f'name="{name}"' not in page]


def test_settings_are_changed_and_apps_see_it(emulator: Emulator) -> None:
    settings = emulator.world.companies[FRESH].settings
    answer = fill(emulator, f"{HOME}/settings", book_close_date="2026-01-05", allow_discount=None, sandbox="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert (settings.book_close_date, settings.allow_discount, settings.sandbox) == (date(2026, 1, 5), False, True)
    prefs = Caller(emulator).get("preferences")["Preferences"]
    assert prefs["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-05"
    fill(emulator, f"{HOME}/settings", book_close_date="")
    assert settings.book_close_date is None
    assert emulator.world.companies[SAMPLE].settings.allow_discount is True


@pytest.mark.parametrize(
    ("way", "changes", "said"),
    [
        ("settings", {"country": "USA"}, "Expected `str` of length &lt;= 2."),
        ("settings", {"book_close_date": "soon"}, "Invalid RFC3339"),
        ("settings", {"name": ""}, "length &gt;= 1"),
        ("options", {"monthly_reads": "-1"}, "Expected `int` &gt;= 0."),
        ("options", {"latency": "much"}, "Invalid enum value"),
        ("clock", {"days": "-1"}, "moves forward"),
        ("clock", {"hours": "9999999"}, "moves forward"),
        ("clock", {"hours": "noon"}, "must be a number"),
        ("faults/new", {"seconds": "x", "effect": "slow"}, "Expected `float`"),
        ("faults/new", {"nth": "0"}, "Expected `int` &gt;= 1."),
        ("faults/new", {"probability": "2"}, "Expected `float` &lt;= 1.0."),
        ("faults/new", {"count": "often"}, "Expected `int | null`"),
        ("faults/new", {"effect": "code", "code": "zz"}, "is unknown."),
        ("faults/new", {"effect": "nonsense"}, "Choose what goes wrong."),
        ("faults/new", {"rule": '{"effects": []}'}, "Expected `array` of length"),
        ("faults/new", {"rule": "{"}, "Input data was truncated"),
    ],
)
def test_what_is_refused_is_said_and_changes_nothing(
    emulator: Emulator, way: str, changes: dict[str, str], said: str
) -> None:
    world = emulator.world
    before = (world.companies[FRESH].settings.__dict__.copy(), world.options, world.clock.now(), world.faults.shown())
    answer = fill(emulator, f"{HOME}/{way}", more=changes)
    assert answer.status_code == 400
    assert said in answer.text
    after = (world.companies[FRESH].settings.__dict__, world.options, world.clock.now(), world.faults.shown())
    assert after == before


def test_options_are_changed(emulator: Emulator) -> None:
    fill(emulator, f"{HOME}/options", refresh_token_days="100", request_ids="refuse", flatten_addresses=None)
    options = emulator.world.options
    assert (options.refresh_token_days, options.request_ids, options.flatten_addresses) == (100, "refuse", False)
    assert emulator.world.companies[FRESH].choices.flatten_addresses is False


def test_the_clock_moves_forward(emulator: Emulator) -> None:
    before = emulator.world.clock.now()
    fill(emulator, f"{HOME}/clock", days="2", hours="1.5")
    assert emulator.world.clock.now() - before == timedelta(days=2, hours=1.5)


def test_a_fault_is_set_seen_met_and_removed(emulator: Emulator) -> None:
    fill(emulator, f"{HOME}/faults/new", effect="code", code="6000", entity="Customer", operation="create")
    assert "code 6000 this company, Customer, create, once 0 0 Remove" in look(emulator)
    caller = Caller(emulator)
    assert caller.code("customer", {"DisplayName": "Ada"}) == "6000"
    assert caller.post("customer", {"DisplayName": "Ada"})["Customer"]["DisplayName"] == "Ada"
    assert "create, once 2 1 Remove" in look(emulator)
    (rule,) = emulator.world.faults.shown()
    assert (rule["realm_id"], rule["nth"]) == (FRESH, 1)
    assert send(emulator, f"{HOME}/faults/{rule['id']}/remove", {}, "http://evil.example").status_code == 403
    answer = send(emulator, f"{HOME}/faults/{rule['id']}/remove", {})
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert "No fault is set." in look(emulator)
    assert send(emulator, f"{HOME}/faults/{rule['id']}/remove", {}).status_code == 404


def test_faults_of_other_companies_are_not_shown(emulator: Emulator) -> None:
    fill(emulator, f"/app/{SAMPLE}/levers/faults/new", effect="slow", seconds="3")
    assert "No fault is set." in look(emulator)
    fill(emulator, f"/app/{SAMPLE}/levers/faults/new", effect="503", here=None, count="", probability="0.02", nth="3")
    assert "status 503 all companies, from match 3 on, probability 0.02, without end" in look(emulator)


def test_a_whole_rule_may_be_given_as_json(emulator: Emulator) -> None:
    rule = '{"effects": [{"kind": "drop", "when": "after"}, {"kind": "status", "status": 502}], "item": 2}'
    fill(emulator, f"{HOME}/faults/new", rule=rule)
    assert "drop after reset; or status 502 all companies, item 2 of batches" in look(emulator)


def test_every_common_fault_can_be_set(emulator: Emulator) -> None:
    page = emulator.call("GET", f"{HOME}/faults/new")
    choices = re.findall(r'<option value="([^"]+)"', page.text.partition("</select>")[0])
    values = read_form(page)
    for choice in choices:
        answer = send(emulator, f"{HOME}/faults/new", {**values, "effect": choice, "code": "6000"})
        assert answer.status_code == 303, (choice, answer.text)
    assert len(emulator.world.faults.shown()) == len(choices) > 12
