"""Merging customers and items as people in QuickBooks do: what moves, what is left, what apps are told (F7.1-24)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, pay, read, ref, refused, sales_line, write
from emulator_http import FRESH, Emulator
from emulator_webhooks import Told

from qbo_emulator.books import cdc, merging, query
from qbo_emulator.books.company import Company


def _two(company: Company, entity: str = "Customer") -> tuple[dict[str, Any], dict[str, Any]]:
    if entity == "Customer":
        return write(company, entity, DisplayName="Ada"), write(company, entity, DisplayName="Ada L.")
    body = {"Type": "Service", "IncomeAccountRef": ref("1")}
    return write(company, entity, Name="Mowing", **body), write(company, entity, Name="Lawn", **body)


def _invoice(company: Company, customer: dict[str, Any], item: str = "1", amount: str = "10.00") -> dict[str, Any]:
    return write(company, "Invoice", CustomerRef=ref(customer), Line=[sales_line(item, amount, "NON")])


def _found(company: Company, text: str) -> list[str]:
    answer = query.run(company, text)
    return [row["Id"] for rows in answer.values() if isinstance(rows, list) for row in rows]


def test_f7_1_24_transactions_and_balances_move_to_the_one_that_stays() -> None:
    company = fresh()
    gone, kept = _two(company)
    first, second = _invoice(company, gone), _invoice(company, kept)
    payment = pay(company, first, "4.00", total="5.00")
    before = read(company, "Invoice", first["Id"])
    merging.merge(company, "Customer", gone["Id"], kept["Id"])
    after = read(company, "Invoice", first["Id"])
    assert after == {**before, "CustomerRef": {"value": kept["Id"], "name": "Ada L."}}  # nothing else, token included
    assert read(company, "Payment", payment["Id"])["CustomerRef"]["value"] == kept["Id"]
    assert read(company, "Customer", kept["Id"])["Balance"] == Decimal("15.00")
    assert set(_found(company, f"select * from Invoice where CustomerRef = '{kept['Id']}'")) == {
        first["Id"],
        second["Id"],
    }
    assert _found(company, f"select * from Invoice where CustomerRef = '{gone['Id']}'") == []


def test_f7_1_24_one_id_disappears_and_its_name_is_free() -> None:
    company = fresh()
    gone, kept = _two(company)
    merging.merge(company, "Customer", gone["Id"], kept["Id"])
    with refused("610"):
        read(company, "Customer", gone["Id"])
    (told,) = cdc.changes(company, "Customer", "2026-01-20T09:00:00-08:00")["QueryResponse"]
    assert {"domain": "QBO", "status": "Deleted", "Id": gone["Id"]}.items() <= told["Customer"][0].items()
    assert write(company, "Customer", DisplayName="Ada")["Id"] not in (gone["Id"], kept["Id"])


def test_f7_1_24_what_is_left_can_be_an_inactive_entry() -> None:
    company = fresh()
    company.choices.merged_entry = "inactive"
    gone, kept = _two(company)
    merging.merge(company, "Customer", gone["Id"], kept["Id"])
    left = read(company, "Customer", gone["Id"])
    assert (left["Active"], left["DisplayName"], left["SyncToken"]) == (False, "Ada (deleted)", "1")
    assert _found(company, "select * from Customer") == [kept["Id"]]


def test_f7_1_24_lines_show_the_item_that_stays() -> None:
    company = fresh()
    gone, kept = _two(company, "Item")
    invoice = _invoice(company, write(company, "Customer", DisplayName="Ada"), gone["Id"])
    before = {row.id: row.data["CurrentBalance"] for row in company.tables["Account"].rows.values()}
    merging.merge(company, "Item", gone["Id"], kept["Id"])
    line = read(company, "Invoice", invoice["Id"])["Line"][0]
    assert line["SalesItemLineDetail"]["ItemRef"] == {"value": kept["Id"], "name": "Lawn"}
    assert {row.id: row.data["CurrentBalance"] for row in company.tables["Account"].rows.values()} == before
    with refused("610"):
        read(company, "Item", gone["Id"])


def test_what_cannot_be_merged_is_refused_and_nothing_has_changed() -> None:
    company = fresh()
    gone, kept = _two(company)
    write(company, "Customer", DisplayName="Below", ParentRef=ref(gone), Job=True)
    product = write(company, "Item", Name="Mower", Type="NonInventory", IncomeAccountRef=ref("1"))
    before = company.dump()
    for entity, one, other, code in (
        ("Customer", gone["Id"], kept["Id"], "6000"),
        ("Customer", kept["Id"], kept["Id"], "6000"),
        ("Customer", "99", kept["Id"], "610"),
        ("Item", product["Id"], "1", "6000"),
    ):
        with refused(code):
            merging.merge(company, entity, one, other)
    assert company.dump() == before


def test_f7_1_24_apps_are_told_of_a_merge_with_the_id_that_disappeared() -> None:
    told = Told()
    company = told.emulator.world.companies[FRESH]
    gone, kept = _two(company)
    told.rounds()
    body = {"entity": "Customer", "gone": gone["Id"], "kept": kept["Id"]}
    assert told.emulator.call("POST", f"/_emulator/companies/{FRESH}/merge", json=body).status_code == 200
    ((event,),) = told.rounds()
    assert (event["type"], event["intuitentityid"]) == ("qbo.customer.merged.v1", kept["Id"])
    assert event["data"] == {"deletedid": gone["Id"]}


def test_f7_1_24_the_older_format_names_it_too() -> None:
    told = Told(format="legacy")
    company = told.emulator.world.companies[FRESH]
    gone, kept = _two(company, "Item")
    told.rounds()
    merging.merge(company, "Item", gone["Id"], kept["Id"])
    entity = told.rounds()[0]["eventNotifications"][0]["dataChangeEvent"]["entities"][0]
    assert (entity["name"], entity["operation"]) == ("Item", "Merge")
    assert (entity["id"], entity["deletedId"]) == (kept["Id"], gone["Id"])


@pytest.mark.parametrize(
    ("realm", "body", "status", "word"),
    [
        ("1", {"entity": "Customer", "gone": "1", "kept": "2"}, 404, "company"),
        (FRESH, {"entity": "Account", "gone": "1", "kept": "2"}, 400, "entity"),
        (FRESH, {"entity": "Customer", "gone": "1"}, 400, "kept"),
        (FRESH, {"entity": "Customer", "gone": "98", "kept": "99"}, 400, "610"),
    ],
)
def test_bad_input_is_named(realm: str, body: object, status: int, word: str) -> None:
    answer = Emulator().call("POST", f"/_emulator/companies/{realm}/merge", json=body)
    assert answer.status_code == status
    assert word in answer.json()["error"]
