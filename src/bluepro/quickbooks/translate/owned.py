"""Owned fields: which of them differ from the last push, and the entity that sends just those. Knows no entity's rules.

An update is sparse: it holds what differs, and a blank for what our own last push had set and is gone (invariant 9).
That a blank is sent as `""` is a belief of ours [I]; QuickBooks documents no other way in a sparse update.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from bluepro.quickbooks.snapshot import LinkState
from bluepro.quickbooks.translate.outcome import E, Expected, Payload
from qbo_client import wire

_WHEN_GONE: Mapping[str, object] = {"Taxable": True}
"""What takes a field back that is not text: an exemption that we set is lifted by `true`."""


def plain(entity: wire.EntityBase | wire.Line) -> dict[str, Any]:
    """`entity` as JSON values by wire name, each number as a string of its exact digits."""
    return wire.plain(entity)


def fingerprint(owned: Mapping[str, object]) -> str:
    """The SHA-256, in hex, of the owned fields and what they refer to; the order of fields does not count."""
    return hashlib.sha256(wire.canonical(owned)).hexdigest()


def differing(owned: Mapping[str, object], last: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the fields that are new, other, or gone since the `last` push; gone ones last."""
    other = [name for name, value in owned.items() if name not in last or last[name] != value]
    gone = [name for name in last if name not in owned]
    return (*other, *gone)


def build(
    full: E,
    link: LinkState | None,
    *,
    create_only: E | None = None,
    owned: Mapping[str, object] | None = None,
    companions: Mapping[str, Iterable[str]] | None = None,
    resend: bool = False,
    warnings: Iterable[str] = (),
    expect: Expected | None = None,
    line_keys: tuple[str, ...] = (),
) -> Payload[E]:
    """The payload for `full`, an entity with all owned fields that are set.

    `create_only` has what a create adds to them. `owned` is given where it is not simply `full` as JSON. `companions`
    says which fields travel along when a field is sent. `resend` sends all owned fields, whatever the last push held.
    What a person left as it is in QuickBooks is not written over before it is changed here.
    """
    fields = plain(full) if owned is None else owned
    if link is None or not link.entity_id:
        changed = tuple(fields)
        entity = _merged(full, create_only)
    else:
        changed = differing(fields, link.owned)
        left = {name: value for name, value in link.accepted.items() if name not in changed}
        sent = [name for name in dict.fromkeys([*fields, *changed] if resend else changed) if name not in left]
        along = [name for sender in sent for name in (companions or {}).get(sender, ())]
        entity = _sparse(full, link, dict.fromkeys([*sent, *along]), fields, left)
    return Payload(entity, fields, fingerprint(fields), changed, tuple(warnings), expect, line_keys)


@cache
def _attributes(kind: type[E]) -> dict[str, str]:
    """The attribute behind each wire name."""
    return dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))


def _set_fields(entity: E) -> dict[str, Any]:
    return {name: value for name, value in wire.attributes(entity).items() if value is not wire.UNSET}


def _merged(full: E, create_only: E | None) -> E:
    return full if create_only is None else wire.replace(full, **_set_fields(create_only))


def _sparse(
    full: E, link: LinkState, names: Iterable[str], owned: Mapping[str, object], left: Mapping[str, object]
) -> E:
    """The update with these fields; of those that were `left` as they are there, that goes along."""
    theirs = {name: left[name] for name in names if left.get(name) is not None}
    names = [name for name in names if name not in left]
    attributes = _attributes(type(full))
    present = {attributes[name]: getattr(full, attributes[name]) for name in names}
    kept = {name: value for name, value in present.items() if value is not wire.UNSET}
    patches = {name: _with_blanks(name, owned.get(name), link.owned.get(name)) for name in names}
    given = {name: patch for name, patch in patches.items() if patch is not None} | theirs
    if given:
        kept |= _set_fields(wire.decode(wire.encode(given), type(full)))
    return type(full)(id=link.entity_id, sync_token=link.sync_token, **kept)


def _with_blanks(name: str, now: object, last: object) -> object:
    """`now` with a blank for each text that `last` had and `now` lacks; None if `now` stands as it is."""
    if isinstance(last, Mapping) and (now is None or isinstance(now, Mapping)):
        gone = [part for part in last if part not in (now or {})]
        return {**(now or {}), **dict.fromkeys(gone, "")} if gone else None
    if now is None and last is not None:
        return _WHEN_GONE.get(name, "")
    return None
