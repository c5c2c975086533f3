"""HTML as nested function calls. Every text is escaped; only what was built here counts as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

_VOID = frozenset({"input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Content: TypeAlias = "str | Iterable[Content] | None"
"""Text (escaped unless it is Html), nothing, or several of these."""


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element. In attributes a last `_` is dropped and others become `-`; None and False leave them out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{said}>") if name in _VOID else Html(f"<{name}{said}>{joined(content)}</{name}>")


def joined(content: Content) -> Html:
    """Several things one after the other."""
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return Html(escape(content))
    return Html("".join(joined(one) for one in content))


def link(address: str, *content: Content, current: bool = False, **attributes: str | bool | None) -> Html:
    """A link; `current` marks the page that is shown."""
    return tag("a", *content, href=address, aria_current="page" if current else None, **attributes)


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
