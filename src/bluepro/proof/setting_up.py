"""Sets a rehearsal's connection up: real sign-in, missing accounts made, the questions of a first push answered.

Everything goes through the same services as a person's clicks; the answers are told, so that they can be printed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bluepro.catalogue.models import Service
from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, Refused
from bluepro.common.ids import Ids
from bluepro.payments.models import Payment
from bluepro.proof.browser import Callback, visit
from bluepro.quickbooks.connect import mapping, provision, sign_in
from bluepro.quickbooks.connect.begin import accept
from bluepro.quickbooks.connect.calls import NoAnswer, QuickBooksRefused
from bluepro.quickbooks.connect.checks import MethodChoice, suggested_tax_mode
from bluepro.quickbooks.connect.decisions import Decision, answer_all
from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.connect.first_push import needs_preview
from bluepro.quickbooks.connect.mapping import MappingEdit
from bluepro.quickbooks.connect.match import match
from bluepro.quickbooks.connect.readiness import Account, Readiness, Use, accounts_for
from bluepro.quickbooks.connect.start import choose_start
from bluepro.quickbooks.connect.tokens import TokenUnavailable
from bluepro.quickbooks.models import Connection, NameClash
from bluepro.quickbooks.queries import rates_used
from bluepro.quickbooks.snapshot import TaxMode
from bluepro.workspaces.roles import Actor

UNKNOWN_AFTER = 2  # seconds: the emulator answers at once, so it cannot be at work on a call for longer

EXISTING_WORDS = "none is taken for one of ours; where one holds a name of ours, ours gets the next free suffix"

TAX_WORDS = {
    TaxMode.AUTOMATED: "QuickBooks' automated sales tax, with the invoice's own tax amount",
    TaxMode.CODES: "computed by QuickBooks' own tax codes, each of the invoice's own rate",
    TaxMode.LINE: "as a line of its own on a liability account, since QuickBooks cannot compute it here",
}


@dataclass
class SettingUp:
    """One connection being set up. `answers` collects (question, answer) in the order in which they were given."""

    actor: Actor
    deployment: Deployment
    clock: Clock
    ids: Ids
    answers: list[tuple[str, str]] = field(default_factory=list)

    tries: int = 1

    def stubbornly(self, step: Callable[[], Connection]) -> Connection:
        """A step that a person would try again, as long as QuickBooks fails. Raises what it says last."""
        for left in reversed(range(self.tries)):
            told = len(self.answers)
            try:
                return step()
            except (NoAnswer, QuickBooksRefused, TokenUnavailable):
                del self.answers[told:]
                if not left:
                    raise
        raise AssertionError("a step is tried at least once")

    def connect(self, callback: Callback, *, unlimited: bool) -> Connection:
        """Signs in through the consent page of the local QuickBooks. Raises SignInFailed, Refused, TokenUnavailable."""
        begun = sign_in.begin(self.actor, self.deployment, clock=self.clock, ids=self.ids)
        visit(begun.address)
        answer = sign_in.answer_of(callback.answer())
        connection = sign_in.finish(self.actor, answer, self.deployment, clock=self.clock, ids=self.ids)
        Connection.objects.filter(pk=connection.pk).update(unknown_after=UNKNOWN_AFTER, unlimited_rates=unlimited)
        self.answers.append(("Send from", "everything"))
        return choose_start(self.actor, connection, None, self.deployment, clock=self.clock, ids=self.ids)

    def map(self, connection: Connection) -> Connection:
        """Maps accounts, payment methods and tax, making what is missing, and enables. Raises Refused, NoAnswer."""
        self.answers.append(("Customers and items that are there already", EXISTING_WORDS))
        accounts = {use: self._account(connection, use) for use in Use}
        self._own_accounts(connection)
        methods = tuple(self._methods(connection))
        rates = rates_used(self.actor.workspace_id)
        mode = suggested_tax_mode(self._snapshot(connection), mapping.choices_of(connection), rates)
        self.answers.append(("Sales tax", TAX_WORDS[mode]))
        edit = MappingEdit(
            income=accounts[Use.INCOME].id,
            discount=accounts[Use.DISCOUNT].id,
            deposit=accounts[Use.DEPOSIT].id,
            methods=methods,
            tax_mode=mode,
            name_clash=NameClash.SUFFIX,
            enabled=True,
        )
        mapped = mapping.save_mapping(self.actor, connection, edit, self.deployment, clock=self.clock, ids=self.ids)
        return self._begin(mapped) if needs_preview(mapped) else mapped

    def _begin(self, connection: Connection) -> Connection:
        """Looks at the preview of a company with data of its own: nothing there is taken for one of ours."""
        match(self.actor, connection, self.deployment, clock=self.clock, ids=self.ids)
        links = answer_all(self.actor, connection, Decision.CREATE, links=True, clock=self.clock)
        asked = answer_all(self.actor, connection, Decision.CREATE, clock=self.clock)
        self.answers.append(("Preview", f"seen; {links} proposed links undone, {asked} questions answered: create"))
        return accept(self.actor, connection, self.deployment, clock=self.clock, ids=self.ids)

    def _snapshot(self, connection: Connection) -> Readiness:
        connection.refresh_from_db()
        return mapping.snapshot_of(connection)

    def _account(self, connection: Connection, use: Use) -> Account:
        offered = accounts_for(self._snapshot(connection), use)
        account = offered[0] if offered else self._create_account(connection, use, "")
        made = "" if offered else " (created)"
        self.answers.append((f"{use.value.capitalize()} account", f"{account.full_name}{made}"))
        return account

    def _create_account(self, connection: Connection, use: Use, name: str) -> Account:
        return provision.create_account(
            self.actor, connection, use, name, self.deployment, clock=self.clock, ids=self.ids
        )

    def _own_accounts(self, connection: Connection) -> None:
        """The income accounts that single services name."""
        services = Service.objects.filter(workspace=self.actor.workspace_id).exclude(income_account="")
        for name in services.order_by("income_account").values_list("income_account", flat=True).distinct():
            try:
                mapping.find_account(self._snapshot(connection), "income_account", name)
                self.answers.append((f"Income account {name}", "as it is there"))
            except NotFound:
                self._create_account(connection, Use.INCOME, name)
                self.answers.append((f"Income account {name}", "created"))

    def _methods(self, connection: Connection) -> Iterator[MethodChoice]:
        """Payment methods by name; one that QuickBooks lacks is made there, one that it cannot hold stays unmapped."""
        payments = Payment.objects.filter(workspace=self.actor.workspace_id)
        for name in sorted(set(payments.values_list("method", flat=True).distinct())):
            known = {one.name.casefold(): one for one in self._snapshot(connection).payment_methods if one.active}
            found = known.get(name.strip().casefold())
            if found is not None:
                self.answers.append((f"Payment method {name}", f"{found.name}, by its name"))
                yield MethodChoice(name, found.id)
            else:
                yield self._new_method(connection, name)

    def _new_method(self, connection: Connection, name: str) -> MethodChoice:
        try:
            made = provision.create_payment_method(
                self.actor, connection, name, self.deployment, clock=self.clock, ids=self.ids
            )
        except Refused as error:
            self.answers.append((f"Payment method {name}", f"left out: {error}"))
            return MethodChoice(name)
        self.answers.append((f"Payment method {name}", f"{made.name} (created)"))
        return MethodChoice(name, made.id)
