"""Every error code: the table is whole, and each code is brought by a real situation or answered on demand.

A situation is a call or two over HTTP; what is compared are status, envelope, message and the shape of the detail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any  # JSON of any shape

import httpx2
import pytest
from emulator_books import pay, ref, write
from emulator_gateway import Simulated, code_of
from emulator_http import FRESH, SAMPLE, Caller, Emulator

from qbo_emulator.books import deposits, faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.error_codes import ERROR_CODES, GATEWAY, GATEWAY_SIGN_IN, ErrorCode

SHEET = """
    3001 3200 3202 3100 100 110 120 130 140 150 500 600 610 620 630 700 900 800 1000 1010 1020 1040 2000 2010 2020 2030
    2040 2050 2060 2070 2080 2090 2100 2110 2140 2150 2160 2120 2170 2130 2210 2220 2230 2240 2250 2280 2290 2500 2600
    3000 4000 4001 4002 5000 5010 5020 5030 6000 6010 6070 6080 6090 6100 6130 6140 6150 6160 6230 6170 6180 6190 6200
    6210 6220 6240 6250 6270 6520 6280 6420 6430 6440 6450 6460 6470 6480 6530 6540 6560 10000 10100 10200
"""


def _account(scene: Scene, kind: str) -> str:
    rows = scene.company.tables["Account"].rows.values()
    return next(row.id for row in rows if row.data["AccountType"] == kind)


class Scene:
    """A company with a customer, an item, and what situations do in it."""

    def __init__(self) -> None:
        self.caller = Caller(Emulator())
        self.company: Company = self.caller.emulator.world.companies[FRESH]
        self.company.settings.using_sales_tax = False
        self.customer = write(self.company, "Customer", DisplayName="Ada")
        self.kept = Caller(self.caller.emulator, SAMPLE)

    def post(self, entity: str, params: dict[str, str] | None = None, **body: Any) -> httpx2.Response:
        """A write."""
        return self.caller.send("POST", entity, body, **(params or {}))

    def line(self, amount: object = 10, **detail: object) -> dict[str, Any]:
        """A priced line."""
        held = {"ItemRef": {"value": "1"}, **detail}
        return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": held}

    def invoice(self, *lines: object, **fields: object) -> httpx2.Response:
        """A new invoice."""
        body = {"CustomerRef": ref(self.customer), "Line": list(lines) or [self.line()], **fields}
        return self.caller.send("POST", "invoice", body)

    def made(self, **fields: object) -> dict[str, Any]:
        """A new invoice, as it is stored."""
        invoice: dict[str, Any] = self.invoice(**fields).json()["Invoice"]
        return invoice

    def end(self, entity: str, stored: dict[str, Any], operation: str) -> httpx2.Response:
        """A void or delete."""
        body = {"Id": stored["Id"], "SyncToken": stored["SyncToken"]}
        return self.post(entity, {"operation": operation}, **body)

    def switch(self, **settings: object) -> None:
        """What the owner switches inside QuickBooks."""
        for name, value in settings.items():
            assert hasattr(self.company.settings, name)
            setattr(self.company.settings, name, value)


def _throttled(scene: Scene) -> httpx2.Response:
    scene.caller.emulator.call("PATCH", "/_emulator/options", json={"limits": "documented", "throttle_answer": "json"})
    for _ in range(10):
        scene.caller.get("customer/1")
    return scene.caller.send("GET", "customer/1")


def _expired(scene: Scene) -> httpx2.Response:
    scene.caller.emulator.clock.advance(3601)
    return scene.caller.send("GET", "customer/1")


def _elsewhere(scene: Scene) -> httpx2.Response:
    scene.caller.realm = SAMPLE
    return scene.caller.send("GET", "customer/1")


def _without_admin(scene: Scene) -> httpx2.Response:
    scene.caller.emulator.call("POST", f"/_emulator/companies/{FRESH}/remove-admin")
    return scene.caller.send("GET", "customer/1")


def _repeated(scene: Scene) -> httpx2.Response:
    scene.caller.emulator.call("PATCH", "/_emulator/options", json={"request_ids": "refuse"})
    scene.post("customer", {"requestid": "r"}, DisplayName="Bob")
    return scene.post("customer", {"requestid": "r"}, DisplayName="Bob")


def _own_parent(scene: Scene) -> httpx2.Response:
    child = write(scene.company, "Customer", DisplayName="Child", Job=True, ParentRef=ref(scene.customer))
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Job": True, "ParentRef": ref(child)}
    return scene.caller.send("POST", "customer", body)


def _six_levels(scene: Scene) -> httpx2.Response:
    parent = scene.customer
    for level in range(2, 6):
        parent = write(scene.company, "Customer", DisplayName=f"L{level}", Job=True, ParentRef=ref(parent))
    return scene.post("customer", DisplayName="L6", Job=True, ParentRef=ref(parent))


def _stale(scene: Scene) -> httpx2.Response:
    return scene.post("customer", Id="1", SyncToken="7", sparse=True, Notes="x")


def _batch(scene: Scene, *items: object) -> httpx2.Response:
    return scene.post("batch", BatchItemRequest=list(items))


def _no_plan(scene: Scene) -> httpx2.Response:
    scene.switch(offering="QuickBooks Online Essentials")
    return scene.post("item", Name="Nails", Type="Inventory", IncomeAccountRef={"value": _account(scene, "Income")})


def _closed(scene: Scene, password: bool) -> httpx2.Response:
    scene.caller.emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"book_close_date": "2026-01-31"})
    scene.switch(book_close_password=password)
    return scene.invoice()


def _owing(scene: Scene) -> httpx2.Response:
    scene.made()
    return scene.post("customer", Id="1", SyncToken="0", sparse=True, Active=False)


def _doubled_number(scene: Scene) -> httpx2.Response:
    scene.made(DocNumber="A-1")
    return scene.invoice(DocNumber="A-1")


def _of_a_stock_item_too_early(scene: Scene) -> httpx2.Response:
    kept = scene.kept
    rows = kept.emulator.world.companies[SAMPLE].tables["Item"].rows.values()
    item = next(row for row in rows if row.data["Type"] == "Inventory")
    line = {**scene.line(), "SalesItemLineDetail": {"ItemRef": {"value": item.id}}}
    body = {"CustomerRef": {"value": "1"}, "TxnDate": "1999-01-01", "Line": [line]}
    return kept.send("POST", "invoice", body)


def _settled(scene: Scene) -> httpx2.Response:
    paid = pay(scene.company, scene.made(), "10")
    scene.company.row("Payment", paid["Id"]).settled = True
    body = {"Id": paid["Id"], "SyncToken": paid["SyncToken"], "sparse": True}
    return scene.post("payment", {"operation": "update", "include": "void"}, **body)


def _matched(scene: Scene) -> httpx2.Response:
    paid = pay(scene.company, scene.made(), "10")
    scene.company.row("Payment", paid["Id"]).matched = True
    return scene.end("payment", paid, "delete")


def _deposited(scene: Scene) -> httpx2.Response:
    paid = pay(scene.company, scene.made(), "10")
    deposits.deposit(scene.company, [paid["Id"]], _account(scene, "Bank"))
    return scene.end("payment", scene.company.row("Payment", paid["Id"]).data, "delete")


def _untaxed(scene: Scene) -> httpx2.Response:
    scene.switch(country="GB", using_sales_tax=True, automated_sales_tax=False)
    tax = {"GlobalTaxCalculation": "NotApplicable", "TxnTaxDetail": {"TotalTax": 1}}
    return scene.invoice(**tax)


def _custom_tax(scene: Scene) -> httpx2.Response:
    company = scene.kept.emulator.world.companies[SAMPLE]
    code = company.insert("TaxCode", {"Name": "CustomSalesTax", "Active": True, "Taxable": True, "TaxGroup": True})
    body = {"CustomerRef": {"value": "1"}, "Line": [scene.line(TaxCodeRef={"value": "TAX"})]}
    return scene.kept.send("POST", "invoice", {**body, "TxnTaxDetail": {"TxnTaxCodeRef": {"value": code.id}}})


def _foreign_code(scene: Scene) -> httpx2.Response:
    scene.switch(using_sales_tax=True)
    return scene.invoice(scene.line(TaxCodeRef={"value": "20"}))


def _unpaid(scene: Scene) -> httpx2.Response:
    scene.switch(subscription_active=False)
    return scene.caller.send("GET", "preferences")


Situation = Callable[[Scene], httpx2.Response]

SITUATIONS: dict[str, Situation] = {
    "3001": _throttled,
    "3100": _elsewhere,
    "3200": _expired,
    "3202": lambda scene: scene.caller.raw("GET", "customer/1", authorization=""),
    "120": _without_admin,
    "500": lambda scene: scene.caller.send("GET", "customer/1/5"),
    "600": _repeated,
    "610": lambda scene: scene.caller.send("GET", "invoice/99"),
    "700": lambda scene: scene.post("customer", DisplayName="B", Job=True, ParentRef={"value": "99"}),
    "900": _own_parent,
    "1040": lambda scene: _batch(scene, *({"bId": str(number)} for number in range(31))),
    "2010": lambda scene: scene.invoice(BadJson=1),
    "2020": lambda scene: scene.post("invoice", Line=[scene.line()]),
    "2030": lambda scene: scene.caller.send("GET", "customer/1.5"),
    "2040": lambda scene: scene.post("customer", DisplayName="A:B"),
    "2050": lambda scene: scene.invoice(DocNumber="1" * 25),
    "2060": lambda scene: scene.invoice(TxnDate="soon"),
    "2070": lambda scene: scene.invoice(TxnDate="2026-02-30"),
    "2080": lambda scene: scene.post("term", Name="T", DueDays="many"),
    "2100": lambda scene: scene.invoice(scene.line(UnitPrice="much")),
    "2110": lambda scene: scene.invoice(scene.line("ten")),
    "2120": lambda scene: scene.post("customer", DisplayName=["Bob"]),
    "2130": lambda scene: scene.post("customer", {"requestid": "x" * 51}, DisplayName="Bob"),
    "2140": lambda scene: scene.invoice(
        scene.line(),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 101}},
    ),
    "2160": lambda scene: scene.invoice(scene.line(Qty="some")),
    "2170": lambda scene: scene.invoice(PrintStatus="Printed"),
    "2210": lambda scene: scene.invoice(BillEmail={"Address": "nobody"}),
    "2220": lambda scene: scene.invoice(CurrencyRef={"value": "EUR"}),
    "2230": lambda scene: scene.post("customer", DisplayName="Bob", Taxable="perhaps"),
    "2240": lambda scene: scene.post("payment", CustomerRef={"value": "1"}, TotalAmt="-44.94"),
    "2290": lambda scene: scene.invoice(
        scene.line(), {"DetailType": "DiscountLineDetail", "Amount": -1, "DiscountLineDetail": {"PercentBased": False}}
    ),
    "2500": lambda scene: scene.post("invoice", CustomerRef={"value": "583"}, Line=[scene.line()]),
    "2600": lambda scene: scene.post("term", Name="T", DueDays=5, DayOfMonthDue=1),
    "3000": lambda scene: scene.invoice(CustomField=[{"DefinitionId": "9", "StringValue": "x"}]),
    "4000": lambda scene: scene.caller.send("GET", "query", query="SELECT & FROM Customer"),
    "4001": lambda scene: scene.caller.send("GET", "query", query="SELECT * FROM Custmoer"),
    "5010": _stale,
    "5030": _no_plan,
    "6000": lambda scene: scene.invoice(scene.line(-5), scene.line(3)),
    "6010": lambda scene: scene.post("account", Name="New"),
    "6070": lambda scene: scene.invoice(scene.line("10.01", Qty=2, UnitPrice=5)),
    "6080": lambda scene: scene.post("customer", CompanyName="Acme"),
    "6090": lambda scene: scene.invoice(
        scene.line(), {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}}
    ),
    "6100": _foreign_code,
    "6140": _doubled_number,
    "6150": lambda scene: scene.post("customer", DisplayName="Bob", Job=True),
    "6160": _custom_tax,
    "6170": _untaxed,
    "6180": _six_levels,
    "6190": _unpaid,
    "6200": lambda scene: _closed(scene, password=False),
    "6210": lambda scene: _closed(scene, password=True),
    "6220": _owing,
    "6240": lambda scene: scene.post("customer", DisplayName="ada"),
    "6270": _of_a_stock_item_too_early,
    "6420": lambda scene: scene.invoice(EmailStatus="NeedToSend"),
    "6430": lambda scene: scene.post(
        "item", Name="X", Type="Service", IncomeAccountRef={"value": _account(scene, "Bank")}
    ),
    "6450": _settled,
    "6480": _matched,
    "6540": _deposited,
}
INSIDE_A_BATCH: dict[str, object] = {"2000": {"bId": "1", "operation": "create", "Custmoer": {}}}
ON_DEMAND = sorted(ERROR_CODES.keys() - SITUATIONS.keys() - INSIDE_A_BATCH.keys())


def test_every_code_of_the_sheet_is_in_the_table() -> None:
    assert set(ERROR_CODES) == set(SHEET.split())


def _pattern(known: ErrorCode) -> str:
    """What the detail of a code looks like, whatever stands in its places."""
    return ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", known.detail))


@pytest.mark.parametrize("code", list(SITUATIONS))
def test_f9_3_a_real_situation_brings_the_code(code: str) -> None:
    answer, known = SITUATIONS[code](Scene()), ERROR_CODES[code]
    assert answer.status_code == known.status
    gateway = known.kind in (GATEWAY, GATEWAY_SIGN_IN)
    fault = answer.json()["fault" if gateway else "Fault"]
    assert fault["type"] == known.kind
    (error,) = fault["error" if gateway else "Error"]
    assert error["code"] == code
    assert error["message" if gateway else "Message"] == known.message
    said = error["detail" if gateway else "Detail"] or ""
    assert re.fullmatch(_pattern(known).replace(r"\{tail\}", ".*"), said, re.DOTALL)
    assert ("time" in answer.json()) is known.timed
    if not gateway:
        assert ("element" in error) is (known.element is not None)


@pytest.mark.parametrize("code", list(INSIDE_A_BATCH))
def test_f9_3_an_item_of_a_batch_brings_the_code(code: str) -> None:
    (item,) = _batch(Scene(), INSIDE_A_BATCH[code]).json()["BatchItemResponse"]
    error = item["Fault"]["Error"][0]
    assert (error["code"], error["Message"]) == (code, ERROR_CODES[code].message)


@pytest.mark.parametrize("code", ON_DEMAND)
def test_f9_3_what_no_situation_brings_is_answered_on_demand(code: str) -> None:
    sim = Simulated()
    sim.rule({"kind": "code", "code": code}, operation="read")
    delivery = sim.send("GET", "companyinfo/1")
    assert code_of(delivery) == code
    assert delivery.answer is not None
    assert delivery.answer.status == ERROR_CODES[code].status
    assert ERROR_CODES[code].message in delivery.answer.body.decode()
    assert sim.send("GET", "companyinfo/1").answer is not None


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
