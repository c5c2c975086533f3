"""The query language: tokens and a recursive-descent parser (section 5.1). What a query finds is query.py's work.

Grammar: SELECT (* | COUNT(*) | columns) FROM Entity [WHERE cond (AND cond)*] [ORDERBY prop [ASC|DESC] (, ...)*]
[STARTPOSITION n] [MAXRESULTS n], the last two in either order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from qbo_emulator.books import faults

_OPERATORS = ("<=", ">=", "=", "<", ">")
_PUNCTUATION = "(),*"
_WORD_EXTRA = "_.-:+"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `kind` is word, string, mark or end. Columns count from 1."""

    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Condition:
    """`prop operator values`; only IN has several values. Values are the texts between quotes, or bare words."""

    prop: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; positions as written, None where absent."""

    entity: str
    count: bool
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    start: int | None
    limit: int | None


def tokenize(text: str) -> list[Token]:
    """The tokens of a query. Fault 4000 for a character that begins none, or an open quote."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "'":
            at = _string(text, at, tokens)
        else:
            at = _mark_or_word(text, at, tokens)
    tokens.append(Token("end", "<EOF>", len(text) + 1))
    return tokens


def _lexical(text: str, at: int) -> NoReturn:
    """The recorded wording of a lexical error: it points behind the character."""
    following = text[at + 1 : at + 2]
    met = f'"{following}" ({ord(following)}), ' if following else "<EOF> "
    detail = f'Invalid content. Lexical error at line 1, column {at + 2}.  Encountered: {met}after : "{text[at]}"'
    raise faults.unparsable(detail)


def _string(text: str, start: int, tokens: list[Token]) -> int:
    r"""A quoted value; \' is a quote and \\ a backslash (F5.1-4)."""
    value: list[str] = []
    at = start + 1
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("'", "\\"):
            value.append(text[at + 1])
            at += 2
        elif text[at] == "'":
            tokens.append(Token("string", "".join(value), start + 1))
            return at + 1
        else:
            value.append(text[at])
            at += 1
    _lexical(text, start)


def _mark_or_word(text: str, at: int, tokens: list[Token]) -> int:
    for operator in _OPERATORS:
        if text.startswith(operator, at):
            tokens.append(Token("mark", operator, at + 1))
            return at + len(operator)
    if text[at] in _PUNCTUATION:
        tokens.append(Token("mark", text[at], at + 1))
        return at + 1
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] in _WORD_EXTRA):
        end += 1
    if end == at:
        _lexical(text, at)
    tokens.append(Token("word", text[at:end], at + 1))
    return end


class _Parser:
    """Recursive descent over the tokens; every method eats what it names."""

    def __init__(self, text: str) -> None:
        self._tokens = tokenize(text)
        self._at = 0

    def query(self) -> Query:
        self._keyword("select")
        count = self._selection()
        self._keyword("from")
        entity = self._word("an entity")
        conditions = self._conditions() if self._has("where") else ()
        order = self._order() if self._has("orderby") or self._has_order_by() else ()
        start, limit = self._window()
        if self._now.kind != "end":
            self._refuse("<EOF>")
        return Query(entity, count, conditions, order, start, limit)

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._now
        if token.kind != "end":
            self._at += 1
        return token

    def _refuse(self, *expected: str) -> NoReturn:
        token = self._now
        detail = (
            f'Encountered " <{token.kind.upper()}> "{token.text} "" at line 1, '
            f"column {token.column}.\nWas expecting:\n    " + " or ".join(f'"{word}"' for word in expected)
        )
        raise faults.unparsable(detail)

    def _is(self, keyword: str) -> bool:
        return self._now.kind == "word" and self._now.text.lower() == keyword

    def _has(self, keyword: str) -> bool:
        if self._is(keyword):
            self._at += 1
            return True
        return False

    def _has_order_by(self) -> bool:
        if not self._has("order"):
            return False
        self._keyword("by")
        return True

    def _keyword(self, keyword: str) -> None:
        if not self._has(keyword):
            self._refuse(keyword)

    def _mark(self, mark: str) -> bool:
        if self._now.kind == "mark" and self._now.text == mark:
            self._at += 1
            return True
        return False

    def _need_mark(self, mark: str) -> None:
        if not self._mark(mark):
            self._refuse(mark)

    def _word(self, what: str) -> str:
        if self._now.kind != "word":
            self._refuse(what)
        return self._take().text

    def _selection(self) -> bool:
        """Whether it counts; a list of columns is read over, for whole objects come back (F5.1-2)."""
        if self._is("count"):
            self._take()
            self._need_mark("(")
            self._need_mark("*")
            self._need_mark(")")
            return True
        while True:
            if not self._mark("*"):
                self._word("*")
            if not self._mark(","):
                return False

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._has("and"):
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        prop = self._word("a property")
        if self._has("in"):
            return Condition(prop, "in", self._list())
        if self._has("like"):
            return Condition(prop, "like", (self._value(),))
        if self._now.kind == "mark" and self._now.text in _OPERATORS:
            return Condition(prop, self._take().text, (self._value(),))
        self._refuse(*_OPERATORS, "in", "like")

    def _list(self) -> tuple[str, ...]:
        self._need_mark("(")
        values = [self._value()]
        while self._mark(","):
            values.append(self._value())
        self._need_mark(")")
        return tuple(values)

    def _value(self) -> str:
        if self._now.kind not in ("string", "word"):
            self._refuse("a value")
        return self._take().text

    def _order(self) -> tuple[tuple[str, bool], ...]:
        """Properties, each with True for descending."""
        found = []
        while True:
            prop = self._word("a property")
            descending = self._has("desc")
            if not descending:
                self._has("asc")
            found.append((prop, descending))
            if not self._mark(","):
                return tuple(found)

    def _window(self) -> tuple[int | None, int | None]:
        """STARTPOSITION and MAXRESULTS, in either order (F5.1-9)."""
        found: dict[str, int] = {}
        while self._is("startposition") or self._is("maxresults"):
            keyword = self._take().text.lower()
            text = self._word("a number")
            if not text.lstrip("-").isdecimal():
                self._at -= 1
                self._refuse("a number")
            found[keyword] = int(text)
        return found.get("startposition"), found.get("maxresults")


def parse(text: str) -> Query:
    """The query that a text says. Fault 4000 if it says none."""
    return _Parser(text).query()
