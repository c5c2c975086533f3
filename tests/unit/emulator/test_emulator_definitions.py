"""What holds for every property of every definition: unknown ones are 2010, too long ones 2050, what is not modelled is
refused, what is read-only is read over, and no answer leaves its definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from emulator_answers import faults_of, require_definition
from emulator_books import fresh, read, ref, refused, sales_line, sample, uk, write

from qbo_emulator.books import cdc, query
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.fields import Definition, Field, check_object

BUILDERS = {"fresh": fresh, "sample": sample, "uk": uk}


def _nested(definition: Definition) -> Iterator[tuple[str, ...]]:
    """The paths of all objects inside, the definition's own being ()."""
    yield ()
    for field in definition.fields:
        inside = field.kind.nested
        if inside is not None and not field.read_only and field.kind.name != "Ref":
            yield from ((field.name, *path) for path in _nested(inside))


def _at(definition: Definition, path: tuple[str, ...]) -> Definition:
    for name in path:
        inside = definition.by_name[name].kind.nested
        assert inside is not None
        definition = inside
    return definition


def _wrapped(definition: Definition, path: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    """The value at a path inside an otherwise empty object."""
    if not path:
        return value
    field = definition.by_name[path[0]]
    assert field.kind.nested is not None
    held: Any = _wrapped(field.kind.nested, path[1:], value)
    return {path[0]: [held] if field.kind.many else held}


PLACES = [(entity, path) for entity, definition in DEFINITIONS.items() for path in _nested(definition)]
_IDS = [".".join((entity, *path)) for entity, path in PLACES]


def _codes(definition: Definition, body: dict[str, Any]) -> list[tuple[str, str | None]]:
    with pytest.raises(Fault) as caught:
        check_object(definition, body)
    return [(error.code, error.element) for error in caught.value.errors]


@pytest.mark.parametrize(("entity", "path"), PLACES, ids=_IDS)
def test_f9_3_18_an_unknown_property_is_2010_at_every_place(entity: str, path: tuple[str, ...]) -> None:
    definition = DEFINITIONS[entity]
    body = _wrapped(definition, path, {"NoSuchProperty": "x"})
    with pytest.raises(Fault) as caught:
        check_object(definition, body)
    (error,) = caught.value.errors
    assert (error.code, error.element) == ("2010", None)
    assert f'"NoSuchProperty" (class com.intuit.schema.finance.v3.{_at(definition, path).schema})' in error.detail


@pytest.mark.parametrize(("entity", "path"), PLACES, ids=_IDS)
def test_f9_3_22_a_text_that_is_too_long_is_2050_at_every_place(entity: str, path: tuple[str, ...]) -> None:
    definition = DEFINITIONS[entity]
    for field in _at(definition, path).fields:
        if field.read_only or field.kind.longest is None:
            continue
        filling = "a@b.c" if field.name == "Address" and "mail" in " ".join(path).lower() else ""
        longest = field.kind.longest
        fits = filling + "x" * (longest - len(filling))
        check_object(definition, _wrapped(definition, path, {field.name: fits}))
        expected = [("2050", field.label or field.name)]
        assert _codes(definition, _wrapped(definition, path, {field.name: fits + "x"})) == expected


def _refusing(field: Field) -> bool:
    return field.kind.name == "absent" and not field.read_only


@pytest.mark.parametrize(("entity", "path"), PLACES, ids=_IDS)
def test_what_is_not_modelled_is_refused_and_what_asks_for_nothing_is_not(entity: str, path: tuple[str, ...]) -> None:
    definition = DEFINITIONS[entity]
    for field in filter(_refusing, _at(definition, path).fields):
        assert _codes(definition, _wrapped(definition, path, {field.name: "x"})) == [("500", None)]
        nothings: tuple[Any, ...] = (None, "", False, 0, [], {})
        for nothing in nothings:
            check_object(definition, _wrapped(definition, path, {field.name: nothing}))


@pytest.mark.parametrize(("entity", "path"), PLACES, ids=_IDS)
def test_f3_2_17_what_is_read_only_is_read_over_at_every_place(entity: str, path: tuple[str, ...]) -> None:
    definition = DEFINITIONS[entity]
    sent = {field.name: {"any": "thing"} for field in _at(definition, path).fields if field.read_only}
    held: Any = check_object(definition, _wrapped(definition, path, sent))
    for name in path:
        held = held[name] if held else None
        held = held[0] if isinstance(held, list) and held else held
    assert not held


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_no_row_of_any_company_leaves_its_definition(build: Any) -> None:
    company: Company = build()
    for entity, table in company.tables.items():
        for row in table.rows.values():
            require_definition(entity, row.data)


def _everything() -> Company:
    """A company with something of everything, with as many properties as can be sent."""
    company = sample()
    company.choices.switched_off_fields = "accept"
    write(company, "Attachable", Note="x", AttachableRef=[{"EntityRef": {"type": "Customer", "value": "1"}}])
    north, shop = write(company, "Class", Name="North"), write(company, "Department", Name="Shop")
    sold: dict[str, Any] = {
        "CustomerRef": ref("1"),
        "Line": [sales_line("11", "30", "TAX", Qty=Decimal(2), UnitPrice=Decimal(15), ClassRef=ref(north))],
        "DepartmentRef": ref(shop),
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "3"}},
        "BillEmail": {"Address": "a@example.com"},
        "CustomerMemo": {"value": "Thanks"},
        "PrivateNote": "n",
        "CustomField": [{"DefinitionId": "1", "StringValue": "x"}],
    }
    invoice = write(company, "Invoice", **sold, TrackingNum="1Z", ShipDate="2026-01-02")
    for entity in ("CreditMemo", "SalesReceipt"):
        write(company, entity, **sold)
    write(company, "RefundReceipt", **sold, DepositToAccountRef=ref("35"))
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    line = {"Amount": Decimal(10), "LinkedTxn": [link]}
    write(company, "Payment", CustomerRef=ref("1"), TotalAmt=Decimal(10), Line=[line], PaymentRefNum="7")
    return company


def test_no_answer_to_a_read_a_query_or_change_data_capture_leaves_its_definition() -> None:
    company = _everything()
    tracked = [entity for entity in DEFINITIONS if entity not in cdc.NOT_TRACKED]
    changed = cdc.changes(company, ",".join(tracked), "2020-01-01T00:00:00Z")["QueryResponse"]
    for answer in changed:
        for entity, found in answer.items():
            if entity in DEFINITIONS:
                assert [fault for one in found for fault in faults_of(DEFINITIONS[entity], one, entity)] == []
    for entity in DEFINITIONS:
        found = query.run(company, f"select * from {entity} maxresults 1000").get(entity, [])
        assert found or entity == "Deposit"
        for one in found:
            require_definition(entity, one)
            require_definition(entity, read(company, entity, one["Id"]))


def test_the_check_of_answers_sees_what_is_wrong() -> None:
    wrong = {"DisplayName": "Ada", "Active": "yes", "UserId": "1", "Balance": 1.5, "BillAddr": {"Street": "x"}, "X": 1}
    assert len(list(faults_of(DEFINITIONS["Customer"], wrong))) == 5


def test_several_faults_of_one_body_come_together() -> None:
    with pytest.raises(Fault) as caught:
        write(fresh(), "Customer", DisplayName="x" * 101, Title="y" * 17, Taxable="perhaps")
    assert [error.code for error in caught.value.errors] == ["2050", "2050", "2230"]
    with refused("2010"):
        write(fresh(), "Customer", DisplayName="x" * 101, NoSuchProperty=1)
