"""A rehearsal with a QuickBooks that is set otherwise, or fails: it ends equal, or in the choice that it names."""

import json
from pathlib import Path

import pytest
from rehearsal_commands import Commands, small_business

pytestmark = pytest.mark.timeout(170)


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


@pytest.fixture
def business(tmp_path: Path) -> Path:
    folder = tmp_path / "business"
    small_business(folder)
    return folder


def test_calls_that_fail_in_random_ways_change_nothing(commands: Commands, business: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ["--faults", "0.05", "--seed", "11", "--quickbooks", "request_ids=refuse"]
    done = commands.run("rehearse", business, "--json", out, *words, seconds=160)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(out.read_text())
    assert found["problems"] == [] and found["second_sync"]["writes"] == 0
    assert all(not counts["different"] + counts["extra"] for counts in found["records"].values())
    commands.assert_nothing_left()


def test_without_sales_tax_and_discounts_there_both_go_as_lines(commands: Commands, business: Path) -> None:
    done = commands.run(
        "rehearse", business, "--quickbooks", "using_sales_tax=false", "--quickbooks", "allow_discount=false"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Sales tax: as a line" in done.stdout and "Everything is equal" in done.stdout


def test_closed_books_end_in_a_question_and_pass_once_it_is_answered(commands: Commands, business: Path) -> None:
    done = commands.run("rehearse", business, "--quickbooks", "book_close_date=2026-09-30")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would change months whose books are closed" in done.stdout
    assert "Answered: Book them on the first open day" in done.stdout
    assert "Everything is equal" in done.stdout


def test_a_company_of_another_country_is_refused_with_the_reason(commands: Commands, business: Path) -> None:
    done = commands.run("rehearse", business, "--company", "uk")
    assert done.returncode == 1
    assert "The company is in GB." in done.stderr and "Connect a US company" in done.stderr
    commands.assert_nothing_left()


@pytest.mark.parametrize("setting", ["no_such_setting=1", "allow_discount=perhaps"])
def test_a_setting_that_quickbooks_does_not_have_is_named(commands: Commands, business: Path, setting: str) -> None:
    done = commands.run("rehearse", business, "--quickbooks", setting)
    assert done.returncode == 1
    assert "The local QuickBooks does not accept" in done.stderr
    commands.assert_nothing_left()


@pytest.mark.parametrize("wrong", [["--quickbooks", "nothing"], ["--faults", "2"], ["--faults", "many"]])
def test_options_that_mean_nothing_are_refused(commands: Commands, business: Path, wrong: list[str]) -> None:
    assert commands.run("rehearse", business, *wrong).returncode == 2
