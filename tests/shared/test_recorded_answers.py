"""Every recorded answer of QuickBooks, held against the emulator's in the same situation: keys, order, types, texts.

Bodies and what they show are listed in the folder's index. Newer answers hold a few keys more (F3.5-4); each is named.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from emulator_http import SAMPLE, Caller, Emulator
from recordings import FOLDER, differences, parsed, recorded, require_alike

_ITEM_ACCOUNT = "SalesItemLineDetail.ItemAccountRef"


@pytest.fixture
def caller() -> Caller:
    """Somebody signed in at the sandbox."""
    return Caller(Emulator(), SAMPLE)


def change(caller: Caller, path: str, row_id: str, **fields: object) -> Any:
    """A sparse update of what is there."""
    entity, stored = next(iter(caller.get(f"{path}/{row_id}").items()))
    body = {"Id": row_id, "SyncToken": stored["SyncToken"], "sparse": True, **fields}
    return caller.post(path, body)[entity]


def query(caller: Caller, text: str) -> Any:
    """The answer to a query."""
    return parsed(caller.send("GET", "query", query=text).text)


def get(caller: Caller, path: str, **params: str) -> Any:
    """The answer to a GET, numbers as Decimal."""
    return parsed(caller.send("GET", path, **params).text)


def post(caller: Caller, path: str, body: object, **params: str) -> Any:
    """The answer to a POST, numbers as Decimal."""
    return parsed(caller.send("POST", path, body, **params).text)


def test_a_new_customer(caller: Caller) -> None:
    require_alike("qboapi-customer-create", post(caller, "customer", {"DisplayName": "Doe5, Jane"}, requestid=""))


def _name(caller: Caller, row_id: str, given: str, family: str, company: str | None = None) -> None:
    """What the recording knows of a customer beside his name."""
    fields: dict[str, object] = {"GivenName": given, "FamilyName": family}
    change(caller, "customer", row_id, **fields, **({"CompanyName": company} if company else {}))


def test_a_customer_that_is_read(caller: Caller) -> None:
    _name(caller, "5", "Peter", "Dukes", "Dukes Basketball Camp")
    require_alike("qboapi-customer-read", get(caller, "customer/5"))


def test_a_customer_before_and_after_a_full_update(caller: Caller) -> None:
    made = post(caller, "customer", {"DisplayName": "Doe2, Jane"})
    row_id = made["Customer"]["Id"]
    require_alike("qboapi-customer-update-before", get(caller, f"customer/{row_id}"))
    phone = {"FreeFormNumber": "(415) 444-1234"}
    body = {"Id": row_id, "SyncToken": "0", "DisplayName": "Jack Moe", "PrimaryPhone": phone}
    after = post(caller, "customer", body)
    require_alike("qboapi-customer-update-after", after)
    theirs = recorded("qboapi-customer-update-after")["Customer"]
    for prop in ("SyncToken", "FullyQualifiedName", "DisplayName", "PrintOnCheckName", "DefaultTaxCodeRef"):
        assert after["Customer"][prop] == theirs[prop]


def test_a_customer_with_a_quote_in_the_name(caller: Caller) -> None:
    _name(caller, "1", "Amy", "Lauterbach", "Amy's Bird Sanctuary")
    line = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    caller.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line]})
    found = query(caller, r"SELECT * FROM Customer WHERE DisplayName = 'Amy\'s Bird Sanctuary'")
    require_alike("qboapi-customer-query-escaped-quote", found)
    theirs = recorded("qboapi-customer-query-escaped-quote")["QueryResponse"]["Customer"][0]
    for prop in ("Balance", "BalanceWithJobs", "FullyQualifiedName"):
        assert found["QueryResponse"]["Customer"][0][prop] == theirs[prop]


def test_a_count(caller: Caller) -> None:
    require_alike("qboapi-customer-count", query(caller, "SELECT COUNT(*) FROM Customer"))


def test_pages_of_customers(caller: Caller) -> None:
    _name(caller, "5", "Peter", "Dukes", "Dukes Basketball Camp")
    _name(caller, "6", "Dylan", "Sollfrank")
    more = {
        "Mobile": {"FreeFormNumber": "(973) 555-8849"},
        "Fax": {"FreeFormNumber": "(520) 555-7894"},
        "WebAddr": {"URI": "http://sportinggoods.intuit.com"},
    }
    for row_id, given, family in (("7", "Kirby", "Freeman"), ("8", "Sasha", "Tillou")):
        _name(caller, row_id, given, family, "Freeman Sporting Goods")
        change(caller, "customer", row_id, **more)
    wanted = "Id IN ('5', '6', '7', '8', '9', '10') AND Active IN ( true, false )"
    pages = ("qboapi-customer-page-1-of-3", "qboapi-customer-page-2-of-3", "qboapi-customer-page-past-end")
    for name, start in zip(pages, (1, 3, 7), strict=True):
        page = query(caller, f"SELECT * FROM Customer WHERE {wanted} MAXRESULTS 2 STARTPOSITION {start}")
        require_alike(name, page)


def _invoice(caller: Caller) -> Any:
    line = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    return post(caller, "invoice", {"Line": [line], "CustomerRef": {"value": "1"}})


NEWER = (".Invoice.FreeFormAddress", f".Invoice.Line[].{_ITEM_ACCOUNT}")


def test_an_invoice_made_and_read(caller: Caller) -> None:
    made = _invoice(caller)
    require_alike("qboapi-invoice-create", made, *NEWER)
    require_alike("qboapi-invoice-read", get(caller, f"invoice/{made['Invoice']['Id']}"), *NEWER)
    theirs = recorded("qboapi-invoice-create")["Invoice"]
    for prop in ("LinkedTxn", "TxnTaxDetail", "TotalAmt", "Balance", "PrintStatus", "EmailStatus", "CustomField"):
        assert made["Invoice"][prop] == theirs[prop]


def test_an_invoice_before_and_after_a_void(caller: Caller) -> None:
    made = _invoice(caller)["Invoice"]
    require_alike("qboapi-invoice-void-before", {"Invoice": made, "time": ""}, *NEWER)
    after = post(caller, "invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    require_alike("qboapi-invoice-void-after", after, *NEWER)
    theirs = recorded("qboapi-invoice-void-after")["Invoice"]
    for prop in ("SyncToken", "PrivateNote", "LinkedTxn", "TotalAmt", "Balance"):
        assert after["Invoice"][prop] == theirs[prop]


def test_a_deleted_invoice(caller: Caller) -> None:
    made = _invoice(caller)["Invoice"]
    gone = post(caller, "invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    require_alike("qboapi-invoice-delete", gone)
    assert gone["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}


def _sales_receipts(caller: Caller) -> tuple[Any, Any]:
    """The two of the recording: one without a customer, one of Dylan Sollfrank, who paid by check."""
    detail = {"ItemRef": {"value": "4"}, "UnitPrice": 75, "Qty": 4.5}
    line = {"Amount": 337.5, "Description": "Custom Design", "DetailType": "SalesItemLineDetail"}
    body: dict[str, Any] = {"Line": [{**line, "SalesItemLineDetail": detail}]}
    change(caller, "customer", "6", BillAddr={"Line1": "Dylan Sollfrank"})
    first = caller.post("salesreceipt", body)
    more: dict[str, Any] = {
        "CustomerRef": {"value": "6"},
        "TxnDate": "2015-10-04",
        "PrivateNote": "A private note.",
        "CustomerMemo": {"value": "Thank you for your business and have a great day!"},
        "PaymentMethodRef": {"value": "2"},
        "PaymentRefNum": "10264",
        "DepositToAccountRef": {"value": "35"},
    }
    return first, caller.post("salesreceipt", {**body, **more})


def test_a_batch(caller: Caller) -> None:
    _sales_receipts(caller)
    change(caller, "customer", "2", Notes="changed meanwhile")
    items = [
        {"bId": "bid1", "operation": "create", "Vendor": {"DisplayName": "Boraski Family Store"}},
        {"bId": "bid2", "operation": "delete", "Invoice": {"Id": "999999", "SyncToken": "0"}},
        {"bId": "bid3", "operation": "update", "Customer": {"Id": "2", "SyncToken": "0", "sparse": True}},
        {"bId": "bid4", "Query": "select * from SalesReceipt"},
    ]
    ours = post(caller, "batch", {"BatchItemRequest": items})
    sold = ".BatchItemResponse[].QueryResponse.SalesReceipt[]"
    require_alike("qboapi-batch-mixed", ours, f"{sold}.FreeFormAddress", f"{sold}.Line[].{_ITEM_ACCOUNT}")
    theirs = recorded("qboapi-batch-mixed")["BatchItemResponse"]
    assert ours["BatchItemResponse"][1] == theirs[1]
    assert _said(ours["BatchItemResponse"][2]) == _said(theirs[2]).replace("Christian Pelczarski", "Craig Carlson")


def _said(answer: Any) -> str:
    (error,) = answer["Fault"]["Error"]
    return f"{error['code']} {error['Message']} {error['Detail']} {error['element']!r}"


def test_change_data_capture(caller: Caller) -> None:
    """Estimates are not modelled, so the envelope and what they share with invoices are held against an invoice."""
    whole = recorded("qboapi-cdc-estimate")
    theirs = whole["CDCResponse"][0]["QueryResponse"][0]
    _name(caller, "18", "Kathy", "Paulsen", "Paulsen Medical Supplies")
    line = {"Description": "Rocks", "Amount": 180, "DetailType": "SalesItemLineDetail"}
    detail = {"ItemRef": {"value": "13"}, "UnitPrice": 22.5, "Qty": 8, "TaxCodeRef": {"value": "NON"}}
    elsewhere = {"Line1": "900 Main St.", "City": "Middlefield", "CountrySubDivisionCode": "CA", "PostalCode": "94304"}
    body = {
        "CustomerRef": {"value": "18"},
        "CustomerMemo": {"value": "Thank you"},
        "BillAddr": elsewhere,
        "BillEmail": {"Address": "Medical@intuit.com"},
        "Line": [{**line, "SalesItemLineDetail": detail}],
    }
    made = caller.post("invoice", body)["Invoice"]
    ours = get(caller, "cdc", changedSince="2011-10-10T09:00:00-07:00", entities="invoice")
    assert list(ours) == list(whole)
    answer = ours["CDCResponse"][0]["QueryResponse"][0]
    assert [key.replace("Invoice", "Estimate") for key in answer] == list(theirs)
    shared = (
        "MetaData",
        "CustomField",
        "CurrencyRef",
        "Line",
        "TxnTaxDetail",
        "CustomerRef",
        "CustomerMemo",
        "BillAddr",
    )
    mine = next(one for one in answer["Invoice"] if one["Id"] == made["Id"])
    estimate = theirs["Estimate"][0]
    _require_like({key: estimate[key] for key in shared}, {key: mine[key] for key in shared})
    order = [key for key in mine if key in estimate]
    assert order == [key for key in estimate if key in mine]


def _require_like(theirs: Any, ours: Any) -> None:
    found = list(differences(theirs, ours, frozenset({f".Line[].{_ITEM_ACCOUNT}"})))
    assert not found, found


def test_an_inactive_account_and_its_deactivation_again(caller: Caller) -> None:
    change(caller, "account", "5", Active=False)
    before = get(caller, "account/5")
    require_alike("qboapi-account-read", before)
    caller.emulator.clock.advance(60)
    body = {"Id": "5", "SyncToken": before["Account"]["SyncToken"], "sparse": True, "Active": False}
    after = post(caller, "account", body)
    require_alike("qboapi-account-deactivate", after)
    assert after["Account"] == before["Account"]
    assert after["Account"]["Name"] == recorded("qboapi-account-read")["Account"]["Name"]


def test_a_page_of_vendors(caller: Caller) -> None:
    for vendor in recorded("qboapi-vendor-query-page")["QueryResponse"]["Vendor"]:
        fields = {
            key: _bare(value)
            for key, value in vendor.items()
            if key not in ("Balance", "CurrencyRef", "domain", "sparse", "Id", "SyncToken", "MetaData", "Active")
        }
        change(caller, "vendor", vendor["Id"], **fields)
    page = query(caller, "SELECT * FROM Vendor MAXRESULTS 5 STARTPOSITION 1")
    require_alike("qboapi-vendor-query-page", page)
    theirs = recorded("qboapi-vendor-query-page")["QueryResponse"]["Vendor"]
    for mine, other in zip(page["QueryResponse"]["Vendor"], theirs, strict=True):
        assert (mine["Id"], mine["DisplayName"]) == (other["Id"], other["DisplayName"])
        assert mine.get("TaxIdentifier") == other.get("TaxIdentifier")


def _bare(value: Any) -> Any:
    """A value as a caller sends it, without what QuickBooks adds."""
    if isinstance(value, dict):
        return {key: held for key, held in value.items() if key not in ("Id", "Lat", "Long")}
    return value


def _error(answer: Any) -> dict[str, str]:
    (error,) = answer["Fault"]["Error"]
    return dict(error)


def test_fault_2010(caller: Caller) -> None:
    ours = post(caller, "invoice", {"BadJson": 1})
    require_alike("qboapi-fault-2010-unknown-property", ours)
    mine, theirs = _error(ours), _error(recorded("qboapi-fault-2010-unknown-property"))
    assert (mine["Message"], mine["code"]) == (theirs["Message"], theirs["code"])
    opening, _, listed = theirs["Detail"].partition(" (83 known properties: ")
    assert mine["Detail"].startswith(f"{opening} (")
    assert mine["Detail"].endswith(listed[listed.index(" [truncated]") :])
    assert abs(len(mine["Detail"]) - len(theirs["Detail"])) < 40  # cut at 1,000 characters, in the order of each


@pytest.mark.parametrize(
    ("name", "path", "params"),
    [
        ("qboapi-fault-2030-id-not-number", "customer/1.5", {}),
        ("qboapi-fault-4001-unknown-entity", "query", {"query": "SELECT * FROM Custmoer"}),
        ("qboapi-fault-4000-query-parse", "query", {"query": "SELECT & FROM Customer"}),
    ],
)
def test_faults_of_reads(caller: Caller, name: str, path: str, params: dict[str, str]) -> None:
    answer = caller.send("GET", path, **params)
    assert answer.status_code == 400
    ours, theirs = parsed(answer.text), recorded(name)
    require_alike(name, ours)
    assert _error(ours) == _error(theirs)


def test_fault_500_of_a_path_that_is_none(caller: Caller) -> None:
    ours = get(caller, "customer/1/5")
    require_alike("qboapi-fault-500-bad-path", ours)
    theirs = _error(recorded("qboapi-fault-500-bad-path"))
    detail = theirs["Detail"].replace("https://c50.sandbox.qbo.intuit.com/qbo50", "http://quickbooks.test")
    assert _error(ours) == {**theirs, "Detail": detail.replace("COMPANY_ID", SAMPLE)}


def test_fault_6240(caller: Caller) -> None:
    ours = post(caller, "customer", {"DisplayName": "Amy's Bird Sanctuary"})
    require_alike("qboapi-fault-6240-duplicate-name", ours)
    assert _error(ours) == _error(recorded("qboapi-fault-6240-duplicate-name"))


def test_fault_3200(caller: Caller) -> None:
    caller.emulator.clock.advance(3601)
    answer = caller.send("GET", "customer/1")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    ours, theirs = parsed(answer.text), recorded("qboapi-fault-3200-token-expired")
    require_alike("qboapi-fault-3200-token-expired", ours)
    assert ours["fault"]["type"] == theirs["fault"]["type"]
    (mine,), (other,) = ours["fault"]["error"], theirs["fault"]["error"]
    assert (mine["message"], mine["code"]) == (other["message"], other["code"])
    assert mine["detail"].startswith("Token expired: ")


# What companies of later years show beyond the recording of 2019.
_LATER = (
    *("UseAccountNumbers", "FirstMonthOfFiscalYear", "TaxYearMonth"),
    *("UsingProgressInvoicing", "DefaultTerms", "AutoApplyCredit"),
)


def test_preferences_of_a_developers_company(caller: Caller) -> None:
    settings = {
        "track_departments": True,
        "class_tracking_per_txn_line": True,
        "allow_discount": False,
        "default_customer_message": "Thank you for your business and have a great day!",
        "multi_currency": True,
        "purchase_field_names": {"1": "Crew #", "2": "Sales Rep"},
    }
    changed = caller.emulator.call("PATCH", f"/_emulator/companies/{SAMPLE}", json=settings)
    assert changed.status_code == 200
    ours = get(caller, "preferences")
    later = [
        f".Preferences.{section}.{key}" for section in ("AccountingInfoPrefs", "SalesFormsPrefs") for key in _LATER
    ]
    require_alike("qbosdk-preferences", {"Preferences": ours["Preferences"]}, *later)


def test_a_throttled_call() -> None:
    caller = Caller(Emulator(limits="documented"), SAMPLE)
    for _ in range(10):
        assert caller.send("GET", "customer/1").status_code == 200
    answer = caller.send("GET", "customer/1")
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/xml")
    theirs = (FOLDER / "rbxml-fault-3001-throttle-429.xml").read_text(encoding="utf-8")
    assert _without_time(answer.text) == _without_time(theirs)


def _without_time(text: str) -> list[str]:
    return re.sub(r'time="[^"]*"', 'time=""', text).split()


def test_every_recorded_body_is_looked_at() -> None:
    names = {path.stem for path in FOLDER.iterdir() if path.suffix in (".json", ".xml")}
    text = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if name not in text} == set()
