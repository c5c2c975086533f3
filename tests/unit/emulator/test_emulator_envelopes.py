"""What stands around every answer: hosts and paths, headers, ids, money, times, the two envelopes of faults.

Sections 3.1, 3.5, 9.1 and 9.2 of the fact sheet, as far as no other file has them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any  # JSON of any shape

import pytest
from emulator_books import NOW, fresh, ref, sales_line, sparse, write
from emulator_gateway import Simulated, content_of
from emulator_http import FRESH, SAMPLE, Caller, Emulator

from qbo_emulator.books import faults
from qbo_emulator.books.company import DEFINITIONS
from qbo_emulator.books.error_codes import AUTHENTICATION, AUTHORIZATION, ERROR_CODES, SYSTEM, VALIDATION
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.clock import ManualClock
from qbo_emulator.gateway import wire_format

SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00")
MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00")


@pytest.fixture
def caller() -> Caller:
    """A caller of a company with a customer."""
    caller = Caller(Emulator())
    caller.post("customer", {"DisplayName": "Ada"})
    return caller


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object in some JSON."""
    if isinstance(value, list):
        return [found for one in value for found in _objects(one)]
    return [value, *(found for one in value.values() for found in _objects(one))] if isinstance(value, dict) else []


@pytest.mark.parametrize("realm", list(REALMS.values()))
def test_f3_1_1_every_path_begins_with_the_company(caller: Caller, realm: str) -> None:
    answer = Caller(caller.emulator, realm).send("GET", f"companyinfo/{realm}")
    assert answer.json()["CompanyInfo"]["CompanyName"]
    assert caller.emulator.call("GET", f"/company/{realm}/companyinfo/{realm}").status_code == 404


def test_f3_1_2_names_in_paths_are_lower_case(caller: Caller) -> None:
    for name in DEFINITIONS:
        assert caller.code(name, {"BadJson": 1}) == "500"
        assert caller.code(name.lower(), {"BadJson": 1}) in ("2010", "500")


def test_f3_1_4_headers_of_faults(caller: Caller) -> None:
    answer = caller.send("GET", "customer/99")
    assert answer.headers["content-type"] == "application/json"
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["intuit_tid"])
    assert "qbo-version" not in answer.headers
    assert "www-authenticate" not in answer.headers


def test_f3_1_6_ids_are_strings_of_digits_and_money_is_a_number(caller: Caller) -> None:
    old = Caller(caller.emulator, SAMPLE)
    for path in ("invoice/1", "customer/1", "item/1"):
        found = _objects(old.get(path))
        ids = [one["Id"] for one in found if "Id" in one]
        assert ids
        assert all(isinstance(one, str) and one.isdigit() for one in ids)
        amounts = [one[name] for one in found for name in ("TotalAmt", "Balance", "Amount", "UnitPrice") if name in one]
        assert amounts
        assert all(isinstance(one, int | Decimal) for one in amounts)


def test_f3_1_7_names_share_one_sequence_of_ids_and_transactions_another() -> None:
    company = fresh()
    named = [
        write(company, entity, GivenName=entity, FamilyName="B")["Id"] for entity in ("Customer", "Vendor", "Employee")
    ]
    assert named == ["1", "2", "3"]
    items = len(company.tables["Item"])
    methods = len(company.tables["PaymentMethod"])
    assert write(company, "PaymentMethod", Name="Barter")["Id"] == str(methods + 1)
    assert company.next_id("Item") == str(items + 1)
    invoice = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "5", "NON")])
    payment = write(company, "Payment", CustomerRef=ref("1"), TotalAmt=5)
    assert [invoice["Id"], payment["Id"]] == ["1", "2"]


def test_f3_1_8_the_envelope_has_milliseconds_and_metadata_has_none(caller: Caller) -> None:
    for answer in (
        caller.get("customer/1"),
        caller.get("customer/99"),
        caller.get("query", query="select * from Term"),
    ):
        assert MILLISECONDS.fullmatch(answer["time"])
    meta = caller.get("customer/1")["Customer"]["MetaData"]
    assert all(SECONDS.fullmatch(moment) for moment in meta.values())
    caller.emulator.clock.advance(180 * 86_400)
    summer = Caller(caller.emulator).get("customer/1")
    assert summer["time"].endswith("-07:00")


def test_f3_1_9_what_has_no_value_is_left_out(caller: Caller) -> None:
    old = Caller(caller.emulator, SAMPLE)
    for name in DEFINITIONS:
        for one in _objects(old.get("query", query=f"select * from {name} maxresults 1000")["QueryResponse"]):
            assert None not in one.values()


@pytest.mark.parametrize(
    ("entity", "names"),
    [
        ("Customer", ["IsProject", "ClientEntityId", "V4IDPseudonym"]),
        ("Invoice", ["FreeFormAddress", "SalesTermRef", "AllowOnlineAffirmPayment"]),
    ],
)
def test_f3_5_4_properties_of_newer_versions_are_known(entity: str, names: list[str]) -> None:
    assert [name for name in names if name not in DEFINITIONS[entity].by_name] == []


def test_f3_5_5_the_company_s_country_has_three_letters_and_addresses_no_place_on_earth(caller: Caller) -> None:
    info = caller.get(f"companyinfo/{FRESH}")["CompanyInfo"]
    assert info["CompanyAddr"]["Country"] == "USA"
    assert not {"Lat", "Long"} & info["CompanyAddr"].keys()
    assert "source" not in caller.get("customer/1")["Customer"]


def test_f9_1_2_the_types_of_faults() -> None:
    kinds = {known.code: known.kind for known in ERROR_CODES.values()}
    assert set(kinds.values()) == {VALIDATION, SYSTEM, AUTHENTICATION, AUTHORIZATION, "SERVICE", "AUTHENTICATION"}
    assert {code for code, kind in kinds.items() if kind == "SERVICE"} == {"3001", "3100"}
    assert {code for code, kind in kinds.items() if kind == "AUTHENTICATION"} == {"3200", "3202"}
    assert kinds["10000"] == SYSTEM


def test_f9_1_1_elements_are_a_name_or_empty_or_missing() -> None:
    clock = ManualClock(NOW)
    elements = {}
    for code in ("5010", "2020", "6240", "4001", "2010", "2030"):
        answer = wire_format.refusal(faults.example(code), clock).body.decode()
        elements[code] = re.findall(r'"element":"([^"]*)"', answer)
        assert ('"time"' in answer) is (code != "2030")
        assert f'"code":"{code}"' in answer
    assert elements == {"5010": [""], "2020": ["Name"], "6240": [], "4001": [], "2010": [], "2030": ["Id"]}


def test_f9_2_1_a_200_can_hold_a_fault() -> None:
    sim = Simulated()
    delivery = sim.send("POST", "batch", {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": {}}]})
    assert delivery.answer is not None
    assert delivery.answer.status == 200
    assert content_of(delivery)["BatchItemResponse"][0]["Fault"]["Error"][0]["code"] == "6080"


def test_f9_3_74_the_word_for_customers_follows_the_preference() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    company.settings.duplicate_name_detail = "text"
    said = []
    for word in ("customer", "tenant"):
        company.settings.customer_terminology = word
        with pytest.raises(faults.Fault) as refused:
            write(company, "Customer", DisplayName="ada")
        said.append(refused.value.errors[0].detail)
    assert "Another customer, vendor or employee" in said[0]
    assert "Another tenant, vendor or employee" in said[1]


def test_f9_3_75_ids_stand_in_details_where_a_pattern_finds_them() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    first = write(company, "Invoice", CustomerRef=ref("1"), DocNumber="A", Line=[sales_line("1", "5", "NON")])
    second = write(company, "Invoice", CustomerRef=ref("1"), DocNumber="B", Line=[sales_line("1", "5", "NON")])
    with pytest.raises(faults.Fault) as refused:
        sparse(company, "Invoice", second, DocNumber="A")
    assert re.findall(r"TxnId=(\d+)", refused.value.errors[0].detail) == [first["Id"]]
    company.settings.duplicate_name_detail = "id"
    with pytest.raises(faults.Fault) as refused:
        write(company, "Vendor", DisplayName="ADA")
    assert re.findall(r"Id=(\d+)", refused.value.errors[0].detail) == ["1"]


def test_f9_3_76_code_500_has_nothing_to_do_with_status_500(caller: Caller) -> None:
    answer = caller.send("GET", "customer/1/5")
    assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (400, "500")
    assert ERROR_CODES["10000"].status == 500
