"""Everything that one running emulator holds: companies, apps and tokens, limits, replayed answers, the log.

A reset makes it as it was at the start; the clock keeps its shift.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

import msgspec

from qbo_emulator import company_changes
from qbo_emulator import options as named
from qbo_emulator.apps import App
from qbo_emulator.bad_input import BadInput
from qbo_emulator.books.company import Company, Written
from qbo_emulator.books.kinds import BUILDERS, REALMS
from qbo_emulator.books.state import Parts, State
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import Clock, ShiftedClock
from qbo_emulator.company_changes import CompanyPatch, NewCompany
from qbo_emulator.gateway.fault_mix import survivable
from qbo_emulator.gateway.fault_plan import FaultPlan
from qbo_emulator.gateway.lag import Lags
from qbo_emulator.gateway.latency import Latency
from qbo_emulator.gateway.later import Later
from qbo_emulator.gateway.meter import Meter
from qbo_emulator.gateway.name_lock import NameLock
from qbo_emulator.gateway.replay import Replay
from qbo_emulator.gateway.throttle import Throttle
from qbo_emulator.id_tokens import IdTokens
from qbo_emulator.ids import Ids
from qbo_emulator.oauth import OAuth
from qbo_emulator.request_log import RequestLog
from qbo_emulator.settings import Settings
from qbo_emulator.webhooks.queue import Rules, WebhookQueue
from qbo_emulator.webhooks.subscription import Subscription, names_this_machine

FIRST_ADDED = 9341450000001001


class World(State):
    """The emulator's state. Not safe for threads: one event loop uses it."""

    # Beside what it was given: what only this run knows (the log, limits of the last minute, faults on demand) and
    # what the command line says anew.
    APART = (
        *("settings", "ids", "activity", "preselected", "log", "throttle", "name_lock"),
        *("faults", "latency", "lags", "later", "companies", "_options"),
    )

    def __init__(self, settings: Settings, clock: Clock, ids: Ids) -> None:
        self.settings = settings
        self.clock = ShiftedClock(clock)
        self.ids = ids
        self.activity = 0  # counts whatever may have changed something
        self.preselected = REALMS[settings.company]
        self.log = RequestLog(settings.request_log)
        self.id_tokens = IdTokens(ids)
        self.webhooks = WebhookQueue(ids, self._webhook_rules())
        self.reset()

    def reset(self) -> None:
        """Both companies new, only the first app, no tokens, an empty log, the options of the start."""
        self.companies: dict[str, Company] = {}
        self.options = named.changed(
            named.Options(limits=self.settings.limits, latency=self.settings.latency), dict(self.settings.options)
        )
        for kind in REALMS:
            self._admit(BUILDERS[kind](self.clock))
        for new in self.settings.companies:
            self.add_companies(new)
        for realm_id, patch in self.settings.patches:
            self._patch(realm_id, patch)
        self.oauth = OAuth(self.clock, self.ids, lambda: self.options)
        self.webhooks.clear()
        self._begin_first_app()
        self.throttle = Throttle()
        self.name_lock = NameLock()
        self.meter = Meter()
        self.replay = Replay()
        self._prepare_faults(self.settings)
        self.log.clear()

    def dump(self) -> Parts:
        """All that outlives a stop."""
        companies = Parts((realm_id, company.dump()) for realm_id, company in self.companies.items())
        return Parts(**super().dump(), companies=companies, options=msgspec.to_builtins(self.options))

    def load(self, state: Obj) -> None:
        """Become what was dumped; what the command line says of the first app and of options counts more."""
        kept = {name: part for name, part in state.items() if name not in ("companies", "options")}
        self.companies = {}
        for one in state["companies"].values():
            self._admit(Company.restored(one, self.clock))
        super().load(kept)
        of_settings = {"limits": self.settings.limits, "latency": self.settings.latency, **dict(self.settings.options)}
        self.options = named.changed(named.Options(), {**state["options"], **of_settings})
        self._begin_first_app()

    def _begin_first_app(self) -> None:
        """The app that the settings name, and its endpoint; what else is known of it stays."""
        settings = self.settings
        known = self.oauth.apps.get(settings.client_id, App(settings.client_id, settings.client_secret))
        addresses = settings.redirect_uris or known.redirect_uris
        self.oauth.add(replace(known, client_secret=settings.client_secret, redirect_uris=addresses))
        if settings.webhook is not None:
            self.subscribe(settings.client_id, settings.webhook)

    def _patch(self, realm_id: str, patch: CompanyPatch) -> None:
        if realm_id not in self.companies:
            raise BadInput(f"there is no company {realm_id}")
        company_changes.apply(self.companies[realm_id], patch)

    def _prepare_faults(self, settings: Settings) -> None:
        self.faults = FaultPlan(Random(f"faults {settings.fault_seed}"))
        self.latency = Latency(Random(f"latency {settings.fault_seed}"))
        self.lags, self.later = Lags(), Later(self.clock)
        for rule in settings.faults:
            self.faults.add(rule)
        if settings.fault_rate:
            self.faults.add(survivable(settings.fault_rate, settings.fault_lateness))

    @property
    def options(self) -> named.Options:
        """The named options in force."""
        return self._options

    @options.setter
    def options(self, chosen: named.Options) -> None:
        """Choose others, in the books of all companies too."""
        self._options = chosen
        for company in self.companies.values():
            company.choices = chosen

    def _admit(self, company: Company) -> None:
        """Take a company in, and tell the webhooks of what is written in it."""
        company.choices = self.options
        company.watchers.append(partial(self._happened, company.realm_id))
        self.companies[company.realm_id] = company

    def add_companies(self, new: NewCompany) -> list[Company]:
        """Further companies of a kind. One is seeded; all begin as its copies, sharing rows until they change."""
        seeded = BUILDERS[new.kind](self.clock)
        company_changes.apply(seeded, new)
        state, name = seeded.dump(), seeded.settings.name
        first = max([FIRST_ADDED, *(int(realm) + 1 for realm in self.companies)])
        for number in range(new.count):
            company = Company.restored({**state, "realm_id": str(first + number)}, self.clock)
            company.settings.name = f"{name} {number + 1}" if new.count > 1 else name
            self._admit(company)
        return [self.companies[str(first + number)] for number in range(new.count)]

    def catch_up(self) -> None:
        """Do what is due by now; whoever looks at the books says so first."""
        self.activity += self.later.catch_up()

    def company(self, realm_id: str) -> Company | None:
        """The company behind a realm id."""
        return self.companies.get(realm_id)

    def subscribe(self, client_id: str, wanted: Subscription) -> Subscription:
        """Set an app's webhook endpoint. BadInput for one beyond this machine, unless the option allows it."""
        if not self.options.webhooks_anywhere and not names_this_machine(wanted.endpoint):
            raise BadInput("endpoint must be on this machine, unless the option webhooks_anywhere is on")
        return self.webhooks.subscribe(client_id, wanted, self.clock.now())

    def _happened(self, realm_id: str, written: Written) -> None:
        self.webhooks.happened(realm_id, written, self.clock.now())

    def _connected(self, client_id: str, realm_id: str) -> bool:
        return self.oauth.connected(client_id, realm_id)

    def _webhook_rules(self) -> Rules:
        return Rules(
            connected=self._connected,
            deactivation_deletes=lambda: self.options.webhook_deactivation == "delete",
        )
