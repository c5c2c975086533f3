"""Any number of companies: added by the control API and the command line, each with books of its own, one chosen at
consent.

What is in them is for the tests of the books.
"""

from __future__ import annotations

import argparse
import re
import tracemalloc
from typing import Any

import pytest
from emulator_books import NOW, fresh, read, sample, write
from emulator_http import FRESH, ID, REDIRECT, Caller, Emulator

from qbo_emulator import command_line
from qbo_emulator.books.company import Company
from qbo_emulator.clock import ManualClock
from qbo_emulator.company_changes import NewCompany
from qbo_emulator.settings import Settings
from qbo_emulator.world import FIRST_ADDED

ASKED = {
    "client_id": ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting",
    "state": "s",
}


def _add(emulator: Emulator, **body: object) -> list[dict[str, Any]]:
    answer = emulator.call("POST", "/_emulator/companies", json=body)
    assert answer.status_code == 201
    found: list[dict[str, Any]] = answer.json()
    return found


def test_companies_are_added_with_names_and_settings() -> None:
    emulator = Emulator()
    one = _add(emulator, kind="sample", name="Berg & Sons", custom_txn_numbers=True)
    several = _add(emulator, kind="fresh", name="Branch", count=3)
    assert [(c["name"], c["kind"], c["custom_txn_numbers"]) for c in one] == [("Berg & Sons", "sample", True)]
    assert [c["name"] for c in several] == ["Branch 1", "Branch 2", "Branch 3"]
    assert [int(c["realm_id"]) for c in one + several] == list(range(FIRST_ADDED, FIRST_ADDED + 4))
    assert len(emulator.call("GET", "/_emulator/companies").json()) == len(emulator.world.companies)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "kind"),
        ({"kind": "odd"}, "kind"),
        ({"kind": "fresh", "count": 0}, "count"),
        ({"kind": "fresh", "count": 10_001}, "count"),
        ({"kind": "fresh", "name": ""}, "name"),
        ({"kind": "fresh", "nam": "x"}, "nam"),
    ],
)
def test_a_company_that_cannot_be_is_refused_by_name(body: object, word: str) -> None:
    emulator = Emulator()
    before = len(emulator.world.companies)
    answer = emulator.call("POST", "/_emulator/companies", json=body)
    assert (answer.status_code, word in answer.json()["error"]) == (400, True)
    assert len(emulator.world.companies) == before


def test_companies_of_one_seed_do_not_share_books() -> None:
    emulator = Emulator()
    first, second = (Caller(emulator, one["realm_id"]) for one in _add(emulator, kind="sample", count=2))
    ada = first.post("customer", {"DisplayName": "Ada"})["Customer"]
    changed = {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "Only here"}
    first.post("customer", changed)
    assert second.send("GET", f"customer/{ada['Id']}").status_code == 400
    assert "Notes" not in second.get("customer/1")["Customer"]
    assert second.post("customer", {"DisplayName": "Bob"})["Customer"]["Id"] == ada["Id"]
    before = second.get("account/84")["Account"]
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    assert "Invoice" in first.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line]})
    assert second.get("account/84")["Account"] == before
    first.emulator.call("PATCH", f"/_emulator/companies/{first.realm}", json={"country": "CA"})
    assert second.get(f"companyinfo/{second.realm}")["CompanyInfo"]["Country"] == "US"


@pytest.mark.parametrize("build", [fresh, sample])
def test_a_copy_goes_on_as_the_seeded_company_would(build: object) -> None:
    """Counters, names, indexes and orders are copied as well as rows."""
    assert callable(build)
    seeded: Company = build()
    copy = Company.restored(seeded.dump(), ManualClock(NOW))
    assert copy.dump() == seeded.dump()
    made = [write(company, "Customer", DisplayName="Ada") for company in (seeded, copy)]
    assert made[0] == made[1]
    assert read(copy, "Account", "1") == read(seeded, "Account", "1")
    assert copy.dump() == seeded.dump()


def test_a_thousand_companies_are_held_in_little_memory() -> None:
    emulator = Emulator()
    tracemalloc.start()
    added = emulator.world.add_companies(NewCompany(kind="fresh", count=1000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len({company.realm_id for company in added}) == 1000
    assert held < 200_000_000


def test_f2_3_5_a_person_picks_one_of_many_companies_and_gets_one_realm() -> None:
    emulator = Emulator()
    added = _add(emulator, kind="fresh", name="Branch", count=300)
    page = emulator.call("GET", "/connect/oauth2", params=ASKED).text
    assert 'name="find"' in page
    assert f'value="{FRESH}" checked' in page
    assert page.count('type="radio"') == 20
    assert re.search(r"\d+ more", page)
    page = emulator.call("GET", "/connect/oauth2", params={**ASKED, "find": "branch 29"}).text
    assert page.count('type="radio"') == 11
    chosen = added[298]["realm_id"]
    assert f'value="{chosen}"' in page
    answer = emulator.call("POST", "/connect/oauth2", data={**ASKED, "decision": "connect", "realm": chosen})
    assert answer.headers["location"].count("realmId=") == 1
    assert f"realmId={chosen}" in answer.headers["location"]


def test_a_search_is_escaped_and_may_find_nothing() -> None:
    emulator = Emulator()
    _add(emulator, kind="fresh", count=30)
    page = emulator.call("GET", "/connect/oauth2", params={**ASKED, "find": '"><script>'}).text
    assert "<script>" not in page
    assert 'type="radio"' not in page


def test_any_company_can_be_preselected() -> None:
    emulator = Emulator(auto_consent=True)
    chosen = _add(emulator, kind="fresh")[0]["realm_id"]
    assert emulator.call("POST", "/_emulator/preselect", json={"realm_id": chosen}).status_code == 200
    assert f"realmId={chosen}" in emulator.call("GET", "/connect/oauth2", params=ASKED).headers["location"]
    assert emulator.call("POST", "/_emulator/preselect", json={"realm_id": "1"}).status_code == 404


def test_the_command_line_adds_companies() -> None:
    words = ["--port", "0", "--add-company", "sample", "--add-company", '{"kind":"fresh","count":2,"name":"Two"}']
    settings = command_line.settings_of(command_line.parser().parse_args(words))
    emulator = Emulator(companies=settings.companies)
    names = [company.settings.name for company in emulator.world.companies.values()]
    assert names[-3:] == ["Sandbox Company_US_1", "Two 1", "Two 2"]
    emulator.call("POST", "/_emulator/reset")
    assert [company.settings.name for company in emulator.world.companies.values()] == names
    assert Settings().companies == ()


@pytest.mark.parametrize("text", ["odd", '{"kind":"fresh","cnt":2}', "{"])
def test_a_wrong_company_on_the_command_line_is_named(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=re.escape(repr(text))):
        command_line._new_company(text)
