"""The kinds of companies, how each is seeded, and the realm of the one that is always there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from qbo_emulator.books import seed_fresh, seed_sample, seed_uk
from qbo_emulator.books.company import Company
from qbo_emulator.clock import Clock

CompanyKind: TypeAlias = Literal["fresh", "sample", "uk"]
BUILDERS: Mapping[CompanyKind, Callable[[Clock], Company]] = {
    "fresh": seed_fresh.build,
    "sample": seed_sample.build,
    "uk": seed_uk.build,
}
REALMS: Mapping[CompanyKind, str] = {"fresh": seed_fresh.REALM, "sample": seed_sample.REALM, "uk": seed_uk.REALM}
