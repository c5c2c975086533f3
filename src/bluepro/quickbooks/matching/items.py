"""Services beside the items there. Only an active Service or Non-inventory item of the name links without asking."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from bluepro.quickbooks.matching.proposals import (
    MOST_SHOWN,
    Candidate,
    Proposal,
    Proposed,
    Taken,
    Trait,
    likelihood,
    names_taken,
    plain,
)
from bluepro.quickbooks.snapshot import Kind, ServiceRecord
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate.outcome import Held
from qbo_client import wire
from qbo_client.wire import given

LINKABLE = frozenset({"Service", "NonInventory"})
CATEGORY = "Category"


class Items:
    """The items there, found by name and SKU."""

    def __init__(self, items: Iterable[wire.Item], linked: Collection[str] = ()) -> None:
        self._by: dict[Trait, list[wire.Item]] = defaultdict(list)
        self._names: dict[str, Taken] = {}
        for item in items:
            key, entity_id = names.key(given(item.name, "")), given(item.id, "")
            self._names[key] = Taken(key, "item", entity_id)
            if entity_id in linked or given(item.type, "") == CATEGORY:
                continue
            self._by["name", names.key(names.clean_name(given(item.name, "")))].append(item)
            if sku := given(item.sku, "").strip().casefold():
                self._by["SKU", sku].append(item)

    def match(self, service: ServiceRecord) -> Proposed:
        """What is proposed for a service or product, looked at alone."""
        wanted = names.wanted_name(service)
        traits: list[Trait] = [] if isinstance(wanted, Held) else [("name", names.key(wanted))]
        if sku := service.sku.strip().casefold():
            traits.append(("SKU", sku))
        found: dict[str, tuple[wire.Item, list[str]]] = {}
        for trait in traits:
            for item in self._by.get(trait, ()):
                found.setdefault(given(item.id, ""), (item, []))[1].append(trait[0])
        likely = sorted((_item_candidate(item, evidence) for item, evidence in found.values()), key=likelihood)
        return Proposed(
            Kind.SERVICE,
            service.id,
            service.name[:200],
            _item_proposal(likely),
            tuple(likely[:MOST_SHOWN]),
            taken=names_taken(wanted, self._names),
            wanted=plain(wanted),
        )


def _item_candidate(item: wire.Item, evidence: Sequence[str]) -> Candidate:
    notes = [] if given(item.active, True) else ["inactive"]
    kind = given(item.type, "")
    if kind not in LINKABLE:
        notes.append(f"of type {kind}")
    name = given(item.name, "")
    return Candidate(given(item.id, ""), given(item.sync_token, "0"), name, tuple(evidence), ", ".join(notes))


def _item_proposal(likely: Sequence[Candidate]) -> Proposal:
    if not likely:
        return Proposal.CREATE
    sure = [one for one in likely if "name" in one.evidence and not one.note]
    return Proposal.LINK if len(sure) == 1 else Proposal.ASK
