"""The query language: tokens and a recursive-descent parser (section 5.1). What a query finds is query.py's work.

    SELECT (* | COUNT(*) | columns) FROM Entity [WHERE condition (AND condition)*]
    [ORDERBY property [ASC | DESC] (, ...)*] [STARTPOSITION n] [MAXRESULTS n]        the last two in either order
    condition: property (= | < | > | <= | >=) value | property LIKE string | property IN (value, ...)

Faults name what was met and what was expected in the form of the recorded ones, which are those of a JavaCC parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from qbo_emulator.books import faults

IDENTIFIER, INTEGER, DECIMAL, STRING, EOF = "<IDENTIFIER>", "<INTEGER>", "<DECIMAL>", "<STRING>", "<EOF>"
AND, OR = "<AND>", "<OR>"
_VALUES = (STRING, INTEGER, DECIMAL, '"true"', '"false"', '"current_date"')
_WORDS = (
    *("select", "from", "where", "in", "like", "orderby", "order", "by", "asc", "desc", "count"),
    *("startposition", "maxresults", "iterator", "true", "false", "current_date"),
)
_IMAGES = {"and": AND, "or": OR, **{word: f'"{word}"' for word in _WORDS}}
_OPERATORS = ("=", "<", ">", "<=", ">=")
_COMPARISONS = tuple(f'"{sign}"' for sign in _OPERATORS)
_AFTER_ORDER = ('"startposition"', '"maxresults"')
_AFTER_CONDITION = (AND, '"order"', '"orderby"', *_AFTER_ORDER)
_LONGEST_NUMBER = 9  # digits of a position; more are out of range and need no look at their value

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>'(?:[^'\\]|\\.)*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<mark><=|>=|[=<>(),*])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(['\\])")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind in the form of fault texts, what is written, and where, counted from 1."""

    kind: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Value:
    """What something is compared with, without its quotes; or the day of the query."""

    text: str
    current_date: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """`prop operator values`; only IN has several values. The operator is in lower case."""

    prop: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query, names as written. `order` has True for descending. Positions are None where absent."""

    entity: str
    count: bool
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    start: int | None
    limit: int | None


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query one by one, the last one its end. Fault 4000 for a character that begins none, or an open
    quote; it comes when its place is reached, so that what is wrong before it is told first.
    """
    at, line, line_start = 0, 1, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            _lexical(text, at, line, line_start)
        if found.lastgroup != "space":
            yield _token(found.lastgroup, found.group(), line, at - line_start + 1)
        breaks = found.group().count("\n")
        if breaks:
            line, line_start = line + breaks, text.rindex("\n", 0, found.end()) + 1
        at = found.end()
    yield Token(EOF, EOF, *((line, len(text) - line_start) if text else (0, 0)))


def _token(group: str | None, text: str, line: int, column: int) -> Token:
    if group == "string":
        return Token(STRING, _ESCAPE.sub(r"\1", text[1:-1]), line, column)  # F5.1-4
    if group == "number":
        return Token(DECIMAL if "." in text else INTEGER, text, line, column)
    if group == "word":
        return Token(_IMAGES.get(text.lower(), IDENTIFIER), text, line, column)
    return Token(f'"{text}"', text, line, column)


def _lexical(text: str, at: int, line: int, line_start: int) -> NoReturn:
    """The recorded wording: it names the character that cannot go on, and what there was of a token before it.

    & and | begin tokens of two characters, so that it is the next one that cannot go on. An open quote goes on to the
    end.
    """
    begun = text[at:] if text[at] == "'" else text[at] if text[at] in "&|" else ""
    at += len(begun)
    met = f'"{text[at]}" ({ord(text[at])}), ' if at < len(text) else "<EOF> "
    raise faults.unparsable(
        f"Invalid content. Lexical error at line {line}, column {at - line_start + 1}.  "
        f'Encountered: {met}after : "{begun}"'
    )


class _Parser:
    """Recursive descent over the tokens; every method eats what it names."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._now = next(self._tokens)

    def query(self) -> Query:
        self._need('"select"')
        count, columns = self._selection()
        self._need('"from"')
        entity = self._need(IDENTIFIER).text
        conditions = self._conditions() if self._has('"where"') else ()
        order = self._order() if self._has_order() else ()
        start, limit = self._window()
        self._need(EOF, *(_AFTER_CONDITION if conditions and not order else _AFTER_ORDER))
        return Query(entity, count, columns, conditions, order, start, limit)

    def _step(self) -> Token:
        token = self._now
        if token.kind != EOF:
            self._now = next(self._tokens)
        return token

    def _refuse(self, *expected: str) -> NoReturn:
        token = self._now
        met = token.text if token.kind == EOF else f' {token.kind} "{token.text} "'
        listed = "".join(f"{image} " if image == EOF else f"{image} ..." for image in expected[:1])
        listed += "".join(f"\n    {image} ..." for image in expected[1:])
        raise faults.unparsable(
            f'Encountered "{met}" at line {token.line}, column {token.column}.\n'
            f"Was expecting{' one of' if len(expected) > 1 else ''}:\n    {listed}\n    "
        )

    def _has(self, kind: str) -> bool:
        if self._now.kind != kind:
            return False
        self._step()
        return True

    def _need(self, kind: str, *or_else: str) -> Token:
        """The token there is, which has to be of this kind; a fault names what else could have come."""
        if self._now.kind != kind:
            self._refuse(kind, *or_else)
        return self._step()

    def _any(self, *kinds: str) -> Token:
        if self._now.kind not in kinds:
            self._refuse(*kinds)
        return self._step()

    def _selection(self) -> tuple[bool, tuple[str, ...]]:
        """Whether it counts, and the columns named beside or instead of * (F5.1-2)."""
        if self._has('"count"'):
            for mark in ('"("', '"*"', '")"'):
                self._need(mark)
            return True, ()
        columns = []
        while True:
            column = self._any('"*"', IDENTIFIER)
            if column.kind == IDENTIFIER:
                columns.append(column.text)
            if not self._has('","'):
                return False, tuple(columns)

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._has(AND):
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        prop = self._need(IDENTIFIER).text
        sign = self._any(*_COMPARISONS, '"in"', '"like"').text.lower()
        if sign == "in":
            return Condition(prop, sign, self._list())
        if sign == "like":
            return Condition(prop, sign, (Value(self._need(STRING).text),))
        return Condition(prop, sign, (self._value(),))

    def _list(self) -> tuple[Value, ...]:
        self._need('"("')
        values = [self._value()]
        while self._has('","'):
            values.append(self._value())
        self._need('")"', '","')
        return tuple(values)

    def _value(self) -> Value:
        token = self._any(*_VALUES)
        return Value(token.text, current_date=token.kind == '"current_date"')

    def _has_order(self) -> bool:
        if self._has('"orderby"'):
            return True
        if not self._has('"order"'):
            return False
        self._need('"by"')
        return True

    def _order(self) -> tuple[tuple[str, bool], ...]:
        found = []
        while True:
            prop = self._need(IDENTIFIER).text
            descending = self._has('"desc"')
            if not descending:
                self._has('"asc"')
            found.append((prop, descending))
            if not self._has('","'):
                return tuple(found)

    def _window(self) -> tuple[int | None, int | None]:
        """STARTPOSITION and MAXRESULTS, once each, in either order (F5.1-9)."""
        found: dict[str, int] = {}
        for _ in range(2):
            for word in ("startposition", "maxresults"):
                if word not in found and self._has(f'"{word}"'):
                    found[word] = self._number()
        return found.get("startposition"), found.get("maxresults")

    def _number(self) -> int:
        text = self._need(INTEGER).text
        if len(text) > _LONGEST_NUMBER:
            raise faults.senseless(f"value {text[:_LONGEST_NUMBER]}... is out of range")
        return int(text)


def parse(text: str) -> Query:
    """The query that a text says. Fault 4000 if it says none, 4001 for a position beyond all bounds."""
    return _Parser(text).query()
