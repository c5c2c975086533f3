"""Tables keep their orders up through any writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books.table import Row, Table


@given(
    st.lists(
        st.tuples(st.sampled_from(["insert", "replace", "remove", "look"]), st.integers(0, 5), st.sampled_from("abc"))
    )
)
def test_an_order_that_is_kept_up_is_the_one_that_sorting_gives(steps: list[tuple[str, int, str]]) -> None:
    table = Table("Thing", ("Name",))
    for number in range(40):  # enough that single changes are moved, and many are sorted anew
        table.insert(Row(f"{number + 100}", {"Name": "b"}, 0, 0))

    def expected() -> list[Row]:
        return sorted(table.rows.values(), key=lambda row: (row.data["Name"], int(row.id)))

    def kept() -> list[Row]:
        return list(table.ordered(("Name",), lambda row: row.data["Name"]).walk(descending=False))

    for step, number, name in steps:
        row = table.get(str(number))
        if step == "look":
            assert kept() == expected()
        elif step == "insert" and row is None:
            table.insert(Row(str(number), {"Name": name}, 0, 0))
        elif step == "replace" and row is not None:
            table.replace(row, {"Name": name}, 1)
        elif step == "remove" and row is not None:
            table.remove(row, 1)
    order = table.ordered(("Name",), lambda row: row.data["Name"])
    assert kept() == expected()
    assert list(order.walk(descending=True)) == expected()[::-1]
    for sign, fits in (("=", "b".__eq__), ("<", "b".__gt__), ("<=", "b".__ge__), (">", "b".__lt__), (">=", "b".__le__)):
        assert order.at(order.span(sign, "b")) == [row for row in expected() if fits(row.data["Name"])]


def test_only_the_last_few_orders_are_kept_up() -> None:
    table = Table("Thing", ())
    first = table.ordered(("0",), lambda row: row.id)
    assert table.ordered(("0",), lambda row: row.id) is first
    for number in range(1, 9):
        table.ordered((str(number),), lambda row: row.id)
    assert table.ordered(("0",), lambda row: row.id) is not first
