"""All options of an emulator as one frozen object; the command line fills it, tests make their own.

What can change while it runs (a company's preferences, the clock) is in the control API instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qbo_emulator.books.kinds import CompanyKind
from qbo_emulator.company_changes import CompanyPatch, NewCompany
from qbo_emulator.gateway.fault_rules import FaultRule
from qbo_emulator.webhooks.subscription import Subscription

Limits = Literal["documented", "none"]
Latency = Literal["off", "documented"]

DEFAULT_CLIENT_ID = "emulator-client-id"
DEFAULT_CLIENT_SECRET = "emulator-client-secret"  # a name, not a secret: it opens nothing but this emulator


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of one emulator.

    `redirect_uris` are those of the first app. `company` is the one that consent preselects. `public_url` is the
    address in the discovery document; empty means: whatever Host the caller used. `request_log` switches the log
    of requests on. `options` are (name, value) pairs of options.py that differ from the defaults.
    `companies` are there beside the standard ones; `patches` are settings by realm id. `faults` are in force from the
    start; `fault_rate` (0 to 1) of all calls meet a random one besides, drawn from `fault_seed`, as are the times of
    the `latency` model. `webhook` is the first app's. `data` is the file that keeps everything between starts.
    """

    client_id: str = DEFAULT_CLIENT_ID
    client_secret: str = DEFAULT_CLIENT_SECRET
    redirect_uris: tuple[str, ...] = ()
    company: CompanyKind = "fresh"
    limits: Limits = "documented"
    auto_consent: bool = False
    public_url: str = ""
    request_log: bool = True
    options: tuple[tuple[str, object], ...] = ()
    companies: tuple[NewCompany, ...] = ()
    patches: tuple[tuple[str, CompanyPatch], ...] = ()
    latency: Latency = "off"
    faults: tuple[FaultRule, ...] = ()
    fault_seed: int = 0
    fault_rate: float = 0
    fault_lateness: float = 120
    webhook: Subscription | None = None
    data: Path | None = None
