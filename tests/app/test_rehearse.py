"""The command `rehearse`: the whole way in a place of its own, what it writes, and that nothing of it is left."""

import json
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from odd_business import NAMES, SERVICES, write_odd_business
from rehearsal_commands import Commands, small_business, wait_for

from bluepro.proof.sample_business import Written


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


@pytest.fixture
def business(tmp_path: Path) -> Path:
    folder = tmp_path / "business"
    small_business(folder)
    return folder


SALES_TAX = {"fresh": "QuickBooks' automated sales tax", "sample": "Sales tax: as a line"}


@pytest.mark.parametrize("company", ["fresh", "sample"])
def test_a_small_business_stands_in_quickbooks_right_to_the_cent(
    commands: Commands, business: Path, tmp_path: Path, company: str
) -> None:
    out = tmp_path / "out.json"
    done = commands.run("rehearse", business, "--json", out, "--company", company)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything is equal" in done.stdout
    for answer in ("Send from: everything", "Income account: ", "Payment method Cash: Cash", SALES_TAX[company]):
        assert answer in done.stdout
    found = json.loads(out.read_text())
    assert_keys(found)
    for kind, count in (("contacts", 12), ("services", 40), ("payments", 35)):
        assert found["records"][kind] == {
            "bluepro": count, "quickbooks": count, "equal": count, "different": 0, "missing": 0, "extra": 0
        }  # fmt: skip
    sent = found["records"]["invoices"]["bluepro"]
    assert sent == found["records"]["invoices"]["equal"] > 40
    assert f"{50 - sent} drafts, scheduled and never sent cancelled invoices stay in BluePro" in done.stdout
    assert "Sync Data: records looked at" in done.stdout and "Import (rows): " in done.stdout
    for name in ("invoiced", "discount", "tax", "paid", "open_balance"):
        assert found["totals"][name]["bluepro"] == found["totals"][name]["quickbooks"]
    assert found["problems"] == [] and found["kills"] == 0
    # Sync Data asks once what changed in QuickBooks, and reads nothing else.
    records = sum(one["bluepro"] for one in found["records"].values())
    assert found["second_sync"] == {"writes": 0, "reads_per_record": pytest.approx(1 / records, rel=1e-3)}
    assert found["requests"]["batches"] > 0 and found["requests"]["throttled"] == 0
    commands.assert_nothing_left()


def assert_keys(found: dict[str, Any]) -> None:
    assert set(found) == {
        "records", "totals", "requests", "seconds", "kills", "problems", "second_sync", "quickbooks"
    }  # fmt: skip
    assert set(found["records"]) == {"contacts", "services", "invoices", "payments"}
    assert set(found["totals"]) == {"invoiced", "discount", "tax", "paid", "open_balance"}
    assert set(found["requests"]) == {"writes", "batches", "reads", "throttled"}
    assert set(found["quickbooks"]) == {
        "base_url", "realm_id", "access_token", "refresh_token", "client_id", "client_secret"
    }  # fmt: skip


@pytest.mark.parametrize("company", ["fresh", "sample"])
def test_odd_names_texts_and_numbers_arrive_as_the_rules_say(commands: Commands, tmp_path: Path, company: str) -> None:
    out = tmp_path / "out.json"
    write_odd_business(tmp_path / "odd")
    done = commands.run("rehearse", tmp_path / "odd", "--json", out, "--company", company)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(out.read_text())
    assert found["problems"] == []
    assert {kind: counts["equal"] for kind, counts in found["records"].items()} == {
        "contacts": len(NAMES), "services": len(SERVICES), "invoices": 40, "payments": 20
    }  # fmt: skip
    assert "Income account Special Income: created" in done.stdout
    assert "QuickBooks allows 1 to 31" in done.stdout  # a method's name that it cannot hold


def test_a_kept_quickbooks_answers_others_until_ctrl_c(commands: Commands, business: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    with commands.running("rehearse", business, "--json", out, "--keep") as process:
        wait_for(out, process)
        assert out.stat().st_mode & 0o077 == 0  # it holds tokens
        found = json.loads(out.read_text())
        assert count_of_invoices(found["quickbooks"]) == found["records"]["invoices"]["quickbooks"]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    with pytest.raises(urllib.error.URLError):
        count_of_invoices(found["quickbooks"])
    commands.assert_nothing_left()


def count_of_invoices(quickbooks: dict[str, str]) -> int:
    address = (
        f"{quickbooks['base_url']}/v3/company/{quickbooks['realm_id']}/query?query=select%20count(*)%20from%20Invoice"
    )
    headers = {"Authorization": f"Bearer {quickbooks['access_token']}", "Accept": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
        count: int = json.load(answer)["QueryResponse"]["totalCount"]
        return count


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("word", ["listens on", "Connected to"])
def test_interrupted_at_any_moment_it_leaves_nothing(
    commands: Commands, business: Path, number: signal.Signals, word: str
) -> None:
    with commands.running("rehearse", business) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if word in line)
        assert line
        process.send_signal(number)
        assert process.wait(30) == 130
    commands.assert_nothing_left()


def test_a_folder_that_is_not_there_is_named(commands: Commands, tmp_path: Path) -> None:
    done = commands.run("rehearse", tmp_path / "nothing")
    assert done.returncode == 1
    assert f"There is no folder {tmp_path / 'nothing'}" in done.stderr


def test_wrong_files_are_told_row_by_row(commands: Commands, business: Path) -> None:
    payments = business / "payments.csv"
    payments.write_text(payments.read_text().replace(",Check,", ",,", 1).replace("I0", "J0", 1))
    done = commands.run("rehearse", business)
    assert done.returncode == 1
    assert "payments.csv, row " in done.stdout and "nothing was imported" in done.stderr
    assert "Traceback" not in done.stderr
    commands.assert_nothing_left()


@pytest.mark.parametrize("wrong", [["--kill-worker", "-1"], ["--company", "other"], ["--limits", "some"], []])
def test_options_that_mean_nothing_are_refused(commands: Commands, business: Path, wrong: list[str]) -> None:
    folder = [business] if wrong else []
    assert commands.run("rehearse", *folder, *wrong).returncode == 2


def test_fewer_kills_than_asked_for_is_an_error(commands: Commands, tmp_path: Path) -> None:
    for name in ("contacts", "services", "invoices", "invoice_lines", "payments"):
        (tmp_path / f"{name}.csv").write_text(f"{HEADERS[name]}\n")
    done = commands.run("rehearse", tmp_path, "--kill-worker", "1")
    assert done.returncode == 1
    assert "killed 0 times, not 1" in done.stdout


HEADERS = {
    "contacts": "external_id,display_name",
    "services": "external_id,name,kind,unit_price,tax_exempt",
    "invoices": "external_id,number,contact_external_id,issue_date,status",
    "invoice_lines": "invoice_external_id,position,kind",
    "payments": "external_id,invoice_external_id,paid_at,amount,method",
}


def test_the_demo_makes_its_own_business_and_says_what_to_look_at_next(commands: Commands) -> None:
    done = commands.run("demo", "--scale", "0.01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "A window-cleaning company" in done.stdout
    assert "Everything is equal" in done.stdout and "What to look at next" in done.stdout
    assert f"  {sys.executable} -m bluepro.config.cli up\n" in done.stdout  # called as these tests call it
    commands.assert_nothing_left()


def test_the_small_business_has_every_state(tmp_path: Path) -> None:
    assert small_business(tmp_path) == Written(contacts=12, services=40, invoices=50, payments=35)
    rows = (tmp_path / "invoices.csv").read_text()
    assert all(f",{state}," in rows for state in ("sent", "draft", "scheduled", "cancelled"))
