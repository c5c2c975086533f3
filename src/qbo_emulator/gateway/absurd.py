"""Answers that are valid but wrong, made from right ones.

Only what the caller is told changes, never the books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qbo_emulator.books.wire import Obj
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.wire_format import decode, encode


def distort(answer: Answer, what: str, item: int | None) -> Answer:
    """The answer with one thing wrong, in the given item of a batch. Only a body can be cut of what is no success."""
    if what == "body_cut":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    if answer.status != 200 or not answer.content_type.startswith("application/json"):
        return answer
    content = decode(answer.body)
    changed = _in_batch(content, what, item) if item is not None else _in_object(content, _CHANGES[what])
    return replace(answer, body=encode(changed))


def _in_batch(content: Obj, what: str, item: int) -> Obj:
    answers: list[Obj] = content.get("BatchItemResponse", [])
    if item >= len(answers):
        return content
    if what == "item_missing":
        kept = [*answers[:item], *answers[item + 1 :]]
    elif what == "item_doubled":
        kept = [*answers[: item + 1], *answers[item:]]
    else:
        kept = [*answers[:item], _in_object(answers[item], _CHANGES[what]), *answers[item + 1 :]]
    return {**content, "BatchItemResponse": kept}


def _in_object(content: Obj, change: Callable[[Obj], Obj]) -> Obj:
    """The content with the entity that it holds changed."""
    held = {name: value for name, value in content.items() if isinstance(value, dict) and "Id" in value}
    return {**content, **{name: change(value) for name, value in held.items()}}


def _other_id(entity: Obj) -> Obj:
    row_id = str(entity["Id"])  # of digits, but for the tax codes TAX and NON
    return {**entity, "Id": str(int(row_id) + 1) if row_id.isdecimal() else f"{row_id}1"}


def _other_total(entity: Obj) -> Obj:
    return {**entity, "TotalAmt": Decimal(entity.get("TotalAmt", 0)) + Decimal("1.00")}


def _other_number(entity: Obj) -> Obj:
    return {**entity, "DocNumber": f"{entity.get('DocNumber', '')}9"[-21:]}


_CHANGES: dict[str, Callable[[Any], Obj]] = {
    "other_id": _other_id,
    "other_total": _other_total,
    "other_number": _other_number,
}
