"""The table of error codes: every code of the sheet is there and can be said in full."""

from __future__ import annotations

import pytest

from qbo_emulator.books import faults
from qbo_emulator.books.error_codes import ERROR_CODES

SHEET = """
    3001 3200 3202 3100 100 110 120 130 140 150 500 600 610 620 630 700 900 800 1000 1010 1020 1040 2000 2010 2020 2030
    2040 2050 2060 2070 2080 2090 2100 2110 2140 2150 2160 2120 2170 2130 2210 2220 2230 2240 2250 2280 2290 2500 2600
    3000 4000 4001 4002 5000 5010 5020 5030 6000 6010 6070 6080 6090 6100 6130 6140 6150 6160 6230 6170 6180 6190 6200
    6210 6220 6240 6250 6270 6520 6280 6420 6430 6440 6450 6460 6470 6480 6530 6540 6560 10000 10100 10200
"""


def test_every_code_of_the_sheet_is_in_the_table() -> None:
    assert set(ERROR_CODES) == set(SHEET.split())


@pytest.mark.parametrize("code", list(ERROR_CODES))
def test_every_code_can_be_said_in_full(code: str) -> None:
    fault = faults.example(code)
    (error,) = fault.errors
    assert error.code == code
    assert error.message
    assert "{" not in error.detail + (error.element or "")
    assert fault.status in (400, 401, 403, 429, 500, 503)


def test_a_place_that_nobody_fills_is_a_mistake_and_no_text_with_holes() -> None:
    with pytest.raises(KeyError):
        faults.of("2500", what="Names")
