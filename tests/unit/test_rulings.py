"""Every code of QuickBooks' table has one family; any other becomes a problem in QuickBooks' own words."""

import pytest
from errors_table import DOCUMENT, parts, table

from bluepro.quickbooks.rulings import RULINGS, Button, Family, found, ruling, words
from bluepro.web.quickbooks.causes import Fix, cause_of
from qbo_client import wire

RETRY = ("3001", "130", "140", "150", "1000", "1010", "1020", "1040")
RESOLVE = ("600", "610", "630", "2500", "5010", "6140", "6240", "10000")
RECONNECT = ("3200", "3202", "3100", "100", "110", "120", "6190", "10200")
NEEDS_FIX = (
    *("620", "800", "2040", "2050", "2070", "2090", "2100", "2110", "2140", "2150", "2160", "2210", "2220", "2240"),
    *("2250", "2290", "5020", "5030", "6000", "6070", "6100", "6130", "6160", "6230", "6200", "6210", "6220"),
    *("6250", "6270", "6520", "6280", "6430", "6450", "6470", "6480", "6540", "6560"),
)
BUG = (
    *("500", "700", "900", "2000", "2010", "2020", "2030", "2060", "2080", "2120", "2130", "2170", "2230"),
    *("2280", "2600", "3000", "4000", "4001", "4002", "5000", "6010", "6080", "6090", "6150", "6170", "6180"),
    *("6420", "6440", "6460", "6530", "10100"),
)
FAMILIES = {
    Family.RETRY: RETRY,
    Family.RESOLVE: RESOLVE,
    Family.RECONNECT: RECONNECT,
    Family.NEEDS_FIX: NEEDS_FIX,
    Family.BUG: BUG,
}
TABLE = [(code, family) for family, codes in FAMILIES.items() for code in codes]


def fault(*errors: tuple[str, str], status: int = 400, excerpt: str = "") -> wire.Fault:
    listed = tuple(wire.FaultError(code, "Message", detail, "") for code, detail in errors)
    return wire.Fault("ValidationFault", status, listed, excerpt, "tid-1")


@pytest.mark.parametrize(("code", "family"), TABLE)
def test_each_code_has_the_family_of_the_table(code: str, family: Family) -> None:
    assert ruling(fault((code, "detail"))).family is family


def test_no_code_is_ruled_on_that_the_table_does_not_have() -> None:
    assert set(RULINGS) == {code for code, _ in TABLE}
    assert len(TABLE) == len(set(TABLE))


@pytest.mark.parametrize("code", RULINGS)
def test_each_says_what_happened_who_can_fix_it_how_and_with_which_button(code: str) -> None:
    rule = RULINGS[code]
    assert rule.text.endswith(".") and rule.todo.endswith(".")
    assert rule.remedy.startswith(rule.who.value) and rule.buttons


def test_6000_is_told_apart_by_its_text() -> None:
    locked = "Business Validation Error: You can only add or edit one name at a time."
    assert ruling(fault(("6000", locked))).cause == "name_lock"
    assert ruling(fault(("6000", locked))).family is Family.RETRY
    other = ruling(fault(("6000", "Business Validation Error: no transaction amount")))
    assert (other.family, other.cause) == (Family.NEEDS_FIX, "refused")


def test_an_unknown_code_becomes_a_problem_in_quickbooks_own_words() -> None:
    strange = fault(("98765", "The moon is in the wrong phase"))
    assert found(strange)[1].family is Family.NEEDS_FIX
    assert words(strange) == "The moon is in the wrong phase"


def test_a_known_code_counts_where_an_unknown_one_stands_before_it() -> None:
    assert found(fault(("98765", "?"), ("6240", "The name supplied already exists.")))[0] == "6240"


def test_a_system_failure_beside_another_code_leaves_the_outcome_open() -> None:
    assert found(fault(("2050", "too long"), ("10000", "System Failure Error")))[0] == "10000"


@pytest.mark.parametrize("status", [400, 404, 405])
def test_a_refusal_without_any_code_is_tried_again(status: int) -> None:
    rule = ruling(fault(status=status, excerpt="<html>Bad Request</html>"))
    assert (rule.family, rule.cause) == (Family.RETRY, "gateway")


def test_a_body_too_large_without_a_code_is_about_its_size() -> None:
    assert ruling(fault(status=413)).cause == "too_large"


def test_where_nothing_is_said_the_status_is_shown() -> None:
    assert words(fault(status=405)) == "HTTP status 405"
    assert words(fault(("2050", ""))) == "Message"


def test_the_page_for_people_shows_the_table() -> None:
    _, shown, _ = parts(DOCUMENT.read_text(encoding="utf-8"))
    assert shown == table(), "write it anew with: python tests/unit/errors_table.py"


FIXES = {
    Button.RECORD: Fix.RECORD,
    Button.PUSH_AGAIN: Fix.RETRY,
    Button.SETTINGS: Fix.MAPPING,
    Button.CONNECT: Fix.CONNECT,
}


@pytest.mark.parametrize(
    "code", [code for code in RULINGS if RULINGS[code].family not in (Family.RETRY, Family.RESOLVE)]
)
def test_the_problems_page_names_the_same_people_and_the_same_button(code: str) -> None:
    rule, shown = RULINGS[code], cause_of(RULINGS[code].cause)
    assert shown.fix is FIXES[rule.button]
    assert shown.who.startswith(rule.who.value)
