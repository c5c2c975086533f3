"""The emulator's definitions, held against the field table that was drawn from Intuit's schemas: names, types,
enumerations, what is read-only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from recordings import SHARED

from qbo_emulator.books.company import DEFINITIONS
from qbo_emulator.books.fields import Definition, Field

TABLE: dict[str, Any] = json.loads((SHARED / "reference" / "qbo_fields.json").read_text(encoding="utf-8"))
# Enumerations of which QuickBooks Online takes or answers fewer words than the schema has, or the emulator makes fewer.
FEWER = {
    ("Item", "Type"),  # the rest are the desktop product's
    ("Account", "AccountType"),  # Non-Posting accounts hold estimates and orders
    ("Line", "DetailType"),  # by kind of transaction
    ("SalesForm", "PaymentType"),  # Expense is for purchases
    ("*", "status"),  # stubs of deleted ones only
}


def _definitions(definition: Definition, seen: dict[int, Definition]) -> None:
    if id(definition) in seen:
        return
    seen[id(definition)] = definition
    for field in definition.fields:
        if field.kind.nested is not None:
            _definitions(field.kind.nested, seen)


def _all() -> list[Definition]:
    seen: dict[int, Definition] = {}
    for definition in DEFINITIONS.values():
        _definitions(definition, seen)
    return [one for one in seen.values() if one.schema != "ReferenceType"]


ALL = _all()


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.schema)
def test_a_definition_has_exactly_the_properties_of_the_schema(definition: Definition) -> None:
    assert set(definition.order) == set(TABLE["types"][definition.schema])
    assert len(set(definition.order)) == len(definition.order)


def _wrong_types(definition: Definition) -> Iterator[str]:
    for field in definition.fields:
        known = TABLE["types"][definition.schema][field.name]
        if field.kind.name == "absent":
            continue
        fits = known["t"] == field.kind.name or (
            field.kind.name == "enum" and (known["t"].startswith("enum:") or known["t"] == "string")
        )
        if not fits or field.kind.many != bool(known.get("a")):
            yield f"{definition.schema}.{field.name}: {field.kind.name} {field.kind.many}, schema {known}"


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.schema)
def test_every_property_has_the_type_of_the_schema(definition: Definition) -> None:
    assert list(_wrong_types(definition)) == []


def _may_have_fewer(schema: str, field: Field) -> bool:
    forms = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt")
    names = {schema, "*", *(("SalesForm",) if schema in forms else ())}
    return any((name, field.name) in FEWER for name in names)


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.schema)
def test_enumerations_have_the_words_of_the_schema(definition: Definition) -> None:
    for field in definition.fields:
        known = TABLE["types"][definition.schema][field.name]
        if field.kind.name != "enum" or not known["t"].startswith("enum:"):
            continue
        words = set(TABLE["enums"][known["t"].removeprefix("enum:")])
        assert set(field.kind.words) <= words, field.name
        if not _may_have_fewer(definition.schema, field):
            assert set(field.kind.words) == words, field.name


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.schema)
def test_what_the_schema_calls_read_only_cannot_be_written(definition: Definition) -> None:
    for field in definition.fields:
        if TABLE["types"][definition.schema][field.name].get("ro"):
            assert field.read_only, field.name


def test_all_entities_of_the_emulator_are_looked_at() -> None:
    assert set(DEFINITIONS) <= set(TABLE["entities"])
    assert {DEFINITIONS[name].schema for name in DEFINITIONS} == set(DEFINITIONS)
