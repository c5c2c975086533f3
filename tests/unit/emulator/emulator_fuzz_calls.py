"""Calls of the Accounting API, most of them nearly right: what the fuzz of the emulator sends.

Bodies are drawn as they should be and then mangled at one place or at none. What depends on the books (an id that there
is, its current SyncToken) is a place holder that is filled in when the call is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any  # JSON of any shape

from hypothesis import strategies as st

from qbo_emulator.books.company import DEFINITIONS, TRANSACTIONS
from qbo_emulator.books.query_fields import FIELDS
from qbo_emulator.books.unmodelled import ENTITIES as UNMODELLED

ENTITIES = tuple(DEFINITIONS)


@dataclass(frozen=True)
class RowId:
    """The id of one of the rows there are; 999 where there is none."""

    entity: str
    number: int


@dataclass(frozen=True)
class RowToken:
    """The current SyncToken of the row with the same entity and number."""

    entity: str
    number: int


@dataclass(frozen=True)
class Step:
    """One call; `body` is JSON with place holders, or bytes."""

    method: str
    path: tuple[object, ...]
    params: dict[str, str] = field(default_factory=dict)
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


words = st.sampled_from(
    [
        *("", " ", "0", "1", "2", "99", "-1", "1.5", "1e400", "NaN", "TAX", "NON", "CustomSalesTax", "Invoice", "true"),
        *("SalesItemLineDetail", "DescriptionOnly", "2026-01-05", "2026-02-30", "0001-01-01", "9999-12-31", "a@b.c"),
        *("Ada", "ada ", "Ada:Bob", "a\tb", "x" * 101, "x" * 5000, "\x00", "é🐦", "' or 1=1", "USD", "Void", "Service"),
    ]
)
numbers = st.integers(-(10**20), 10**20) | st.sampled_from(
    [Decimal(text) for text in ("0.005", "-0.0", "1E+400", "1E-400", "99999999999.99", "-44.94", "0.1", "123.456")]
)
leaves = st.none() | st.booleans() | words | numbers | st.text(max_size=5)
keys = st.sampled_from(["value", "name", "Id", "Line", "Amount", "Qty", "ItemRef", "TxnId", "LinkedTxn", "X"])
weird = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)

money = st.decimals(0, 500, places=2) | st.sampled_from([Decimal("0.005"), Decimal("1E+9"), Decimal("-5")])
days = st.sampled_from(["2026-01-05", "2025-12-31", "2026-02-01", "2024-02-29", "2026-01-20"])
rows = st.integers(0, 12)
names = st.text(alphabet="aAbé &'%_", min_size=1, max_size=6) | st.sampled_from(["Ada", "ADA", "Bob", "Ada (deleted)"])


def refs(entity: str) -> st.SearchStrategy[Any]:
    """A reference to a row."""
    return rows.map(lambda number: {"value": RowId(entity, number)})


def objects(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with all of the required properties and some of the others."""
    return st.fixed_dictionaries(required, optional=optional)


addresses = objects(
    {}, Line1=st.just("1 Elm"), City=names, CountrySubDivisionCode=st.sampled_from(["CA", "NY", "AZ", "ZZ"])
)
tax_codes = st.sampled_from(["TAX", "NON", "2", "3", "20"]).map(lambda code: {"value": code})
sales_details = objects(
    {"ItemRef": refs("Item")}, TaxCodeRef=tax_codes, ServiceDate=days, Qty=st.integers(0, 5), UnitPrice=money
)


@st.composite
def sales_lines(draw: st.DrawFn) -> Any:
    """A priced line, whose amount fits its quantity and price, or a discount, or words."""
    kind = draw(st.sampled_from(["priced", "priced", "priced", "discount", "text"]))
    if kind == "text":
        return {"DetailType": "DescriptionOnly", "Description": draw(names)}
    if kind == "discount":
        percent = draw(st.booleans())
        detail: Any = {"PercentBased": percent, **({"DiscountPercent": draw(st.integers(0, 101))} if percent else {})}
        given = {} if percent else {"Amount": draw(money)}
        return {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail, **given}
    detail = draw(sales_details)
    amount: Any = draw(money)
    if "Qty" in detail and "UnitPrice" in detail:
        amount = detail["Qty"] * detail["UnitPrice"]
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}


_FORM: dict[str, st.SearchStrategy[Any]] = {
    "TxnDate": days,
    "DocNumber": st.sampled_from(["1001", "A-9", "x" * 21, "x" * 22]),
    "BillAddr": addresses,
    "ShipAddr": addresses,
    "PrivateNote": names,
    "BillEmail": st.just({"Address": "a@b.example"}),
    "EmailStatus": st.sampled_from(["NotSet", "NeedToSend"]),
    "ApplyTaxAfterDiscount": st.booleans(),
    "GlobalTaxCalculation": st.sampled_from(["TaxExcluded", "TaxInclusive", "NotApplicable"]),
    "TxnTaxDetail": objects({}, TotalTax=money, TxnTaxCodeRef=tax_codes),
}
_form = objects({"CustomerRef": refs("Customer"), "Line": st.lists(sales_lines(), min_size=1, max_size=4)}, **_FORM)
_due = objects({}, DueDate=days, SalesTermRef=refs("Term"), Deposit=money)
_banked = objects({"DepositToAccountRef": refs("Account")}, PaymentMethodRef=refs("PaymentMethod"), PaymentRefNum=names)
_link = st.tuples(rows, st.sampled_from(["Invoice", "Invoice", "CreditMemo", "Payment"])).map(
    lambda pair: [{"TxnId": RowId(pair[1], pair[0]), "TxnType": pair[1]}]
)
_person = objects(
    {"DisplayName": names},
    GivenName=names,
    CompanyName=names,
    Active=st.booleans(),
    BillAddr=addresses,
    PrimaryEmailAddr=st.just({"Address": "a@b.example"}),
)


def _merged(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


GOOD: dict[str, st.SearchStrategy[Any]] = {
    "Customer": _merged(
        _person,
        objects({}, Taxable=st.booleans(), SalesTermRef=refs("Term"), BillWithParent=st.booleans())
        | refs("Customer").map(lambda ref: {"Job": True, "ParentRef": ref}),
    ),
    "Vendor": _person,
    "Employee": _person,
    "Item": objects(
        {"Name": names, "Type": st.sampled_from(["Service", "NonInventory", "Category"])},
        IncomeAccountRef=refs("Account"),
        UnitPrice=money,
        Taxable=st.booleans(),
        Active=st.booleans(),
    ),
    "Account": objects(
        {"Name": names, "AccountType": st.sampled_from(["Income", "Bank", "Expense", "Accounts Receivable"])},
        ParentRef=refs("Account"),
        SubAccount=st.booleans(),
        Active=st.booleans(),
    ),
    "PaymentMethod": objects({"Name": names}, Active=st.booleans()),
    "Term": objects({"Name": names}, DueDays=st.integers(-1, 400), DayOfMonthDue=st.integers(0, 32)),
    "Invoice": _merged(_form, _due),
    "CreditMemo": _form,
    "SalesReceipt": _merged(_form, _banked),
    "RefundReceipt": _merged(_form, _banked),
    "Payment": objects(
        {"CustomerRef": refs("Customer"), "TotalAmt": money},
        Line=st.lists(objects({"Amount": money, "LinkedTxn": _link}), max_size=3),
        TxnDate=days,
        PaymentMethodRef=refs("PaymentMethod"),
        DepositToAccountRef=refs("Account"),
    ),
}


@st.composite
def wild(draw: st.DrawFn, entity: str) -> Any:
    """Any properties of the entity, with anything in them."""
    return draw(st.dictionaries(st.sampled_from(DEFINITIONS[entity].order), weird, max_size=6))


def bodies(entity: str) -> st.SearchStrategy[Any]:
    """Bodies for a create, most of them good."""
    return GOOD[entity] | GOOD[entity] | wild(entity) if entity in GOOD else wild(entity)


@st.composite
def mangled(draw: st.DrawFn, value: Any) -> Any:
    """The same with one place changed."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        match draw(st.integers(0, 4)):
            case 0:
                return {name: held for name, held in value.items() if name != key}
            case 1:
                return {**value, draw(keys | names): draw(weird)}
            case _:
                return {**value, key: draw(mangled(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(mangled(value[place])), *value[place + draw(st.integers(0, 1)) :]]
    return draw(weird)


@st.composite
def written(draw: st.DrawFn, entity: str) -> tuple[str, Any]:
    """An operation and its body."""
    ends = ["delete", "void"] if entity in TRANSACTIONS or not draw(st.integers(0, 9)) else []
    operation = draw(st.sampled_from(["create", "create", "update", "sparse", "sparse", *ends]))
    body: Any = {} if operation in ("delete", "void") else draw(bodies(entity))
    if operation != "create":
        number = draw(rows)
        body |= {"Id": RowId(entity, number), "SyncToken": RowToken(entity, number)}
    if operation == "sparse":
        kept = draw(st.sets(st.sampled_from(sorted(body))))
        body = {key: value for key, value in body.items() if key in ("Id", "SyncToken") or key in kept}
        body["sparse"] = True
    return operation, body if draw(st.integers(0, 2)) else draw(mangled(body))


_some_entity = st.sampled_from(ENTITIES) | st.sampled_from(sorted(GOOD)) | st.sampled_from(TRANSACTIONS)
request_ids = st.sampled_from(["", "", "", "", "", "", "r1", "x" * 51])


@st.composite
def writes(draw: st.DrawFn) -> Step:
    """A write of one object."""
    entity = draw(_some_entity)
    operation, body = draw(written(entity))
    params: dict[str, str] = {"minorversion": "75"} if draw(st.booleans()) else {}
    if operation == "void":
        params |= draw(st.sampled_from([{"operation": "void"}, {"operation": "update", "include": "void"}]))
    elif operation == "delete":
        params["operation"] = "delete"
    if request_id := draw(request_ids):
        params["requestid"] = request_id
    if not draw(st.integers(0, 9)):
        params |= draw(
            st.dictionaries(st.sampled_from(["operation", "include", "minorversion", "x"]), words, max_size=2)
        )
    return Step("POST", (entity.lower(),), params, body)


@st.composite
def batches(draw: st.DrawFn) -> Step:
    """A batch of writes and queries."""
    items = []
    for number in range(draw(st.integers(0, 5))):
        entity = draw(_some_entity)
        operation, body = draw(written(entity))
        named = "update" if operation == "sparse" else operation
        item: dict[str, Any] = {"bId": str(number), "operation": named, entity: body}
        items.append(draw(st.sampled_from([item, item, {"bId": "q", "Query": draw(queries())}])))
    body = {"BatchItemRequest": items}
    return Step("POST", ("batch",), {}, body if draw(st.integers(0, 3)) else draw(mangled(body)))


_pieces = st.sampled_from(
    [
        *("select", "*", "count(*)", "from", "where", "and", "or", "in", "like", "orderby", "order by", "desc", "asc"),
        *("startposition", "maxresults", "Customer", "Invoice", "Estimate", "Id", "Active", "TxnDate", "true", "'x'"),
        *("'", "\\", "(", ")", ",", "=", "<", ">=", "&", "%", ";", "0", "-1", "1.5", "9" * 30, "current_date", "\n"),
    ]
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """The text of a query that means something, or pieces of one."""
    if not draw(st.integers(0, 4)):
        return " ".join(draw(st.lists(_pieces | words, max_size=12)))
    entity = draw(st.sampled_from(list(FIELDS)))
    conditions = []
    for _ in range(draw(st.integers(0, 3))):
        prop = draw(st.sampled_from(sorted(FIELDS[entity])))
        value = draw(words | st.integers(0, 30).map(str) | days | names).replace("\\", "\\\\").replace("'", "\\'")
        sign = draw(st.sampled_from(["=", "<", ">", "<=", ">=", "like", "in"]))
        conditions.append(f"{prop} {sign} " + (f"('{value}', 'true')" if sign == "in" else f"'{value}'"))
    text = f"select {draw(st.sampled_from(['*', 'count(*)', 'Id', '*, Id']))} from {entity}"
    text += f" where {' and '.join(conditions)}" if conditions else ""
    if draw(st.booleans()):
        text += f" orderby {draw(st.sampled_from(sorted(FIELDS[entity])))} {draw(st.sampled_from(['', 'desc']))}"
    if draw(st.booleans()):
        text += f" startposition {draw(st.integers(0, 9))} maxresults {draw(st.integers(0, 1001))}"
    return text


@st.composite
def reads(draw: st.DrawFn) -> Step:
    """A read, a query, change data capture, a printed or mailed form, or a path that there is not."""
    entity = draw(_some_entity)
    row: object = draw(rows.map(lambda number: RowId(entity, number)) | words)
    match draw(st.sampled_from(["read", "query", "query", "posted", "cdc", "single", "form", "send", "other"])):
        case "query":
            return Step("GET", ("query",), {"query": draw(queries())})
        case "posted":
            text = draw(queries()).encode("utf-8", "replace")
            return Step("POST", ("query",), {}, text, {"content-type": "application/text"})
        case "cdc":
            since = draw(st.sampled_from(["2026-01-01T00:00:00-08:00", "2011-10-10"]) | words)
            return Step("GET", ("cdc",), {"entities": f"Invoice,{draw(_some_entity | words)}", "changedSince": since})
        case "single":
            return Step("GET", (draw(st.sampled_from(["preferences", "companyinfo"])),))
        case "form":
            return Step("GET", (entity.lower(), row, "pdf"), {}, b"", {"accept": "application/pdf"})
        case "send":
            params = draw(st.dictionaries(st.just("sendTo"), st.just("a@b.example") | words))
            return Step(
                "POST", (entity.lower(), row, "send"), params, b"", {"content-type": "application/octet-stream"}
            )
        case "other":
            path = draw(st.lists(st.sampled_from([name.lower() for name in UNMODELLED]) | words, max_size=3))
            return Step(draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])), tuple(path))
    return Step("GET", (entity.lower(), row))


@st.composite
def tax_codes_made(draw: st.DrawFn) -> Step:
    """A tax code with rates."""
    detail = objects(
        {},
        TaxRateName=names,
        RateValue=st.sampled_from(["8.5", "0", "101", "x"]),
        TaxAgencyId=st.sampled_from(["1", "9"]),
        TaxApplicableOn=st.sampled_from(["Sales", "Purchase", "Both"]),
        TaxRateId=st.sampled_from(["1", "2", "99"]),
    )
    body = draw(objects({"TaxCode": names, "TaxRateDetails": st.lists(detail, max_size=2)}))
    return Step("POST", ("taxservice", "taxcode"), {}, body if draw(st.integers(0, 2)) else draw(mangled(body)))


@st.composite
def garbled(draw: st.DrawFn) -> Step:
    """A write whose bytes or headers are no good."""
    entity = draw(_some_entity)
    body = draw(
        st.binary(max_size=40)
        | st.sampled_from([b"", b"null", b"[]", b"7", b"[" * 20_000, b'{"Id":' * 5_000, b'{"Id":"1"', b'{"Id":1e5}'])
    )
    headers = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "content-type": st.sampled_from(["", "text/plain", "application/json;charset=x", "application/xml"]),
                "accept": st.sampled_from(["", "*/*", "application/xml", "application/json"]),
                "authorization": st.sampled_from(["", "Bearer x", "Basic eDp5"]),
            },
        )
    )
    return Step(
        "POST", (draw(st.sampled_from([entity.lower(), "batch", "query", "taxservice/taxcode"])),), {}, body, headers
    )


steps = st.one_of(*[writes()] * 7, batches(), batches(), reads(), reads(), tax_codes_made(), garbled())
