"""The grammar of the query language, and the faults 4000 in the form of the recorded ones."""

from __future__ import annotations

import pytest
from emulator_books import refused, sample
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import query
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.query_syntax import Condition, Query, Value, parse

SAMPLE = sample()


def test_f5_1_2_every_part_of_the_grammar() -> None:
    parsed = parse(
        "select * , Sku from Item where Name = 'a' and UnitPrice >= 2.5 AND Active IN (true, 'false') "
        "and TxnDate < Current_Date ORDER BY Name desc, Id asc MAXRESULTS 5 STARTPOSITION 3"
    )
    assert parsed == Query(
        "Item",
        False,
        ("Sku",),
        (
            Condition("Name", "=", (Value("a"),)),
            Condition("UnitPrice", ">=", (Value("2.5"),)),
            Condition("Active", "in", (Value("true"), Value("false"))),
            Condition("TxnDate", "<", (Value("Current_Date", current_date=True),)),
        ),
        (("Name", True), ("Id", False)),
        3,
        5,
    )
    assert parse("SELECT COUNT(*) FROM Customer").count is True
    assert parse("Select Id,MetaData.CreateTime From Customer").columns == ("Id", "MetaData.CreateTime")


def test_spaces_and_lines_do_not_matter() -> None:
    assert parse("select*from\n Item\twhere Id='1'and Name='b'orderby Id") == parse(
        "SELECT * FROM Item WHERE Id = '1' AND Name = 'b' ORDER BY Id"
    )


@given(st.text(max_size=40))
def test_f5_1_4_any_value_survives_quoting(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    assert parse(f"select * from Customer where DisplayName = '{quoted}'").conditions[0].values == (Value(value),)


@given(
    st.lists(
        st.sampled_from(
            [
                *("select", "*", "count", "from", "where", "and", "or", "in", "like", "orderby", "order", "by"),
                *("asc", "desc", "startposition", "maxresults", "Customer", "Invoice", "Estimate", "Id", "Active"),
                *("TxnDate", "MetaData.CreateTime", "Shoe", "true", "'x'", "'", "''", "\\", "(", ")", ",", "=", "<"),
                *("<=", "!=", "&", "|", "%", ";", "0", "-1", "1.5", "9" * 30, "current_date", "\n", "é", "\x00"),
            ]
        )
        | st.text(max_size=3),
        max_size=14,
    )
)
def test_f9_3_35_any_text_gets_an_answer_or_a_fault(words: list[str]) -> None:
    for text in (" ".join(words), " ".join(["select * from", *words]), "".join(words)):
        try:
            assert isinstance(query.run(SAMPLE, text), dict)
        except Fault as fault:
            assert fault.errors[0].code in ("4000", "4001", "500")


@pytest.mark.parametrize(
    "text",
    [
        "select",
        "select * from",
        "select * Customer",
        "select * from Customer where",
        "select * from Customer where DisplayName",
        "select * from Customer where DisplayName = ",
        "select * from Customer where DisplayName = Ada",
        "select * from Customer where DisplayName like 5",
        "select * from Customer where DisplayName = 'a' 'b'",
        "select * from Customer where Id in ('1'",
        "select * from Customer where Id in ()",
        "select * from Customer where Id = '1' or Id = '2'",
        "select * from Customer where (Id = '1')",
        "select * from Customer where not Active = true",
        "select * from Invoice where TxnDate > 2026-01-05",
        "select * from Customer, Vendor",
        "select * from Customer group by Id",
        "select * from Customer maxresults many",
        "select * from Customer maxresults 1.5",
        "select * from Customer maxresults 5 maxresults 6",
        "select * from Customer maxresults 5 orderby Id",
        "select * from Customer order Id",
        "select count(Id) from Customer",
        "select count from Customer",
        "select * from Customer where Id = '1' desc",
    ],
)
def test_f9_3_35_what_cannot_be_parsed_is_4000(text: str) -> None:
    with refused("4000") as fault:
        query.run(SAMPLE, text)
    assert fault.error.message == "Error parsing query"
    assert fault.error.detail.startswith('QueryParserError: Encountered "')
    assert "Was expecting" in fault.error.detail
    assert fault.error.element is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("SELECT & FROM Customer", 'line 1, column 9.  Encountered: " " (32), after : "&"'),  # recorded
        ("SELECT * FROM Account where%20", 'line 1, column 28.  Encountered: "%" (37), after : ""'),
        ("select * from Customer;", 'line 1, column 23.  Encountered: ";" (59), after : ""'),
        ("select * from Customer\nwhere Id != '5'", 'line 2, column 10.  Encountered: "!" (33), after : ""'),
        ("select * from Customer where Id = 'open", 'line 1, column 40.  Encountered: <EOF> after : "\'open"'),
        ('select * from Customer where Id = "5"', 'line 1, column 35.  Encountered: """ (34), after : ""'),
    ],
)
def test_f9_3_35_characters_that_begin_nothing(text: str, detail: str) -> None:
    with refused("4000") as fault:
        query.run(SAMPLE, text)
    assert fault.error.detail == f"QueryParserError: Invalid content. Lexical error at {detail}"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        # The first two are as reported by users of the real service, the second without its further alternatives.
        ("", 'Encountered "<EOF>" at line 0, column 0.\nWas expecting:\n    "select" ...\n    '),
        (
            "select * from vendor where DisplayName = 'Cutlery 'R Us'",
            'Encountered " <IDENTIFIER> "R "" at line 1, column 52.\nWas expecting one of:\n    <EOF> \n    <AND> ...\n'
            '    "order" ...\n    "orderby" ...\n    "startposition" ...\n    "maxresults" ...\n    ',
        ),
        (
            "select * form Customer",
            'Encountered " <IDENTIFIER> "form "" at line 1, column 10.\nWas expecting:\n    "from" ...\n    ',
        ),
        (
            "select * from Customer where Id = '1' or Id = '2'",
            'Encountered " <OR> "or "" at line 1, column 39.\nWas expecting one of:\n    <EOF> \n    <AND> ...\n'
            '    "order" ...\n    "orderby" ...\n    "startposition" ...\n    "maxresults" ...\n    ',
        ),
    ],
)
def test_f9_3_35_words_in_the_wrong_place(text: str, detail: str) -> None:
    with refused("4000") as fault:
        query.run(SAMPLE, text)
    assert fault.error.detail == f"QueryParserError: {detail}"
