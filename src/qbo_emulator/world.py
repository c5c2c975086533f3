"""Everything that one running emulator holds: companies, apps and tokens, limits, replayed answers, the log.

A reset makes it as it was at the start; the clock keeps its shift.
"""

from __future__ import annotations

from qbo_emulator import options
from qbo_emulator.books import seed_fresh, seed_sample
from qbo_emulator.books.company import Company
from qbo_emulator.clock import Clock, ShiftedClock
from qbo_emulator.gateway.replay import Replay
from qbo_emulator.gateway.throttle import Throttle
from qbo_emulator.ids import Ids
from qbo_emulator.oauth import OAuth
from qbo_emulator.request_log import RequestLog
from qbo_emulator.settings import CompanyKind, Settings

_BUILDERS = {"fresh": seed_fresh.build, "sample": seed_sample.build}
REALMS = {"fresh": seed_fresh.REALM, "sample": seed_sample.REALM}


class World:
    """The emulator's state. Not safe for threads: one event loop uses it."""

    def __init__(self, settings: Settings, clock: Clock, ids: Ids) -> None:
        self.settings = settings
        self.clock = ShiftedClock(clock)
        self.ids = ids
        self.preselected: CompanyKind = settings.company
        self.log = RequestLog(settings.request_log)
        self.reset()

    def reset(self) -> None:
        """Both companies new, only the first app, no tokens, an empty log, the options of the start."""
        self.options = options.changed(options.Options(), dict(self.settings.options))
        self.companies: dict[str, Company] = {}
        for kind, realm_id in REALMS.items():
            self.companies[realm_id] = _BUILDERS[kind](self.clock)
        self.oauth = OAuth(self.clock, self.ids)
        self.oauth.register(self.settings.client_id, self.settings.client_secret, self.settings.redirect_uris)
        self.throttle = Throttle()
        self.replay = Replay()
        self.log.clear()

    def company(self, realm_id: str) -> Company | None:
        """The company behind a realm id."""
        return self.companies.get(realm_id)

    def preselected_realm(self) -> str:
        """The realm that consent offers first and that --auto-consent takes."""
        return REALMS[self.preselected]
