"""What is proposed for a record, and why: the words that people, items and sales share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate.outcome import Held

MOST_SHOWN = 5  # candidates of one question

Trait = tuple[str, str]
"""What is compared ("name", "e-mail", ...) and its value, cleaned."""


class Proposal(StrEnum):
    """What is proposed for a record. CLASH asks too: its number is taken by another invoice."""

    LINK = "link"
    CREATE = "create"
    ASK = "ask"
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that the record may be. `evidence` says what is the same, `note` what is in the way ("inactive").

    Of a sale, `customer` is the customer's id there, `total` and `day` its figures; of a payment, `pays` are the ids of
    the invoices there.
    """

    entity_id: str
    sync_token: str
    name: str
    evidence: tuple[str, ...] = ()
    note: str = ""
    customer: str = ""
    total: str = ""
    day: str = ""
    pays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A name that somebody else holds there: its key, in which list, and by which entity."""

    key: str
    holder: str
    entity_id: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for one record, the likeliest candidate first. `taken` are names to keep clear of if it is made.

    `wanted` is the name that a contact or service asks for, "" if nothing of its name can be written.
    """

    kind: Kind
    record_id: int
    label: str
    proposal: Proposal
    candidates: tuple[Candidate, ...] = ()
    note: str = ""
    taken: tuple[Taken, ...] = ()
    wanted: str = ""


def likelihood(candidate: Candidate) -> tuple[bool, bool, int, str]:
    """Sorts the likeliest candidate of a name first."""
    return bool(candidate.note), "name" not in candidate.evidence, -len(candidate.evidence), candidate.entity_id


def each_entity_once(found: Iterable[Proposed]) -> list[Proposed]:
    """The same proposals, but where several records would be linked to one entity, all of them ask."""
    rows = list(found)
    wanted = Counter((one.kind, one.candidates[0].entity_id) for one in rows if one.proposal is Proposal.LINK)
    return [
        replace(one, proposal=Proposal.ASK, note="Another record here looks like the same one.")
        if one.proposal is Proposal.LINK and wanted[one.kind, one.candidates[0].entity_id] > 1
        else one
        for one in rows
    ]


def plain(wanted: str | Held) -> str:
    """The name, "" if there is none."""
    return "" if isinstance(wanted, Held) else wanted


def names_taken(wanted: str | Held, there: Mapping[str, Taken]) -> tuple[Taken, ...]:
    """The name that a record wants, and its numbered forms, as far as others have them there."""
    if isinstance(wanted, Held):
        return ()
    found: list[Taken] = []
    suffixes = ("", names.OTHER_LIST_SUFFIX)
    for suffix in suffixes:
        number = 1
        while (held := there.get(names.key(_numbered(wanted, suffix, number)))) is not None:
            found.append(held)
            number += 1
    return tuple(found)


def _numbered(wanted: str, suffix: str, number: int) -> str:
    return names.with_suffix(wanted, suffix + (f" ({number})" if number > 1 else ""))
