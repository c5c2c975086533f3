"""Plain values come back from JSON as they were, each of its own type, to the digit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books.history import Actor, FieldChange
from qbo_emulator.books.state import VALUES
from qbo_emulator.persistence.codec import SIGN, pack, unpack

texts = st.text(max_size=12) | st.text(max_size=6).map(lambda text: SIGN + text)
atoms = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | texts
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000))
    | st.builds(Actor, texts, st.booleans())
)
values = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(texts | st.tuples(texts, texts), inner, max_size=4)
        | st.builds(FieldChange, texts, inner, inner)
    ),
    max_leaves=15,
)


def _typed(value: Any) -> Any:
    """The value with the types of all its parts, for 1 == Decimal(1) == True."""
    if isinstance(value, dict):
        return dict, [(_typed(key), _typed(held)) for key, held in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [_typed(held) for held in value]
    if isinstance(value, FieldChange):
        return FieldChange, _typed([value.name, value.old, value.new])
    return type(value), str(value)


@given(value=values)
def test_any_plain_value_comes_back_as_it_was(value: Any) -> None:
    back = unpack(msgspec.json.decode(msgspec.json.encode(pack(value))))
    assert _typed(back) == _typed(value)


@pytest.mark.parametrize(
    "value", [Decimal("0"), Decimal("0.00"), Decimal("10"), Decimal("10.00"), Decimal("1E+3"), Decimal("-0.005")]
)
def test_money_keeps_its_digits(value: Decimal) -> None:
    assert repr(unpack(msgspec.json.decode(msgspec.json.encode(pack(value))))) == repr(value)


def test_a_date_is_no_moment() -> None:
    day, moment = date(2026, 1, 20), datetime(2026, 1, 20, tzinfo=UTC)
    assert [type(one) for one in unpack(pack([day, moment]))] == [date, datetime]


@dataclass(frozen=True)
class _Stranger:
    name: str


@pytest.mark.parametrize("value", [1.5, {1, 2}, _Stranger("x"), object(), b"bytes"])
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        pack({"held": [value]})


@pytest.mark.parametrize("carried", ["=q1", "=", "=nabc", {"=x": []}, {"=v": ["Nobody"]}, {"=v": ["Actor", "a"]}, 1.5])
def test_what_was_not_packed_is_refused(carried: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, ArithmeticError)):
        unpack(carried)


def test_every_value_class_has_a_name_of_its_own() -> None:
    assert all(kind.__name__ == name for name, kind in VALUES.items())
