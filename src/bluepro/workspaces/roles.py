"""Who may do what: the Roles table, and the acting membership that every write carries. Pure but for the Role
names."""

from dataclasses import dataclass
from enum import StrEnum

from bluepro.common.errors import FieldError, NotAllowed
from bluepro.workspaces.models import Role


class Action(StrEnum):
    """What a role may be allowed to do; the values complete the sentence "A Member may not ..."."""

    SEE = "see the workspace"
    SEE_TOTALS = "see totals and the comparison"
    EDIT_CONTACTS = "change contacts"
    EDIT_OWN_DRAFTS = "change drafts"
    EDIT_INVOICES = "change, cancel or delete invoices of others"
    ISSUE_OWN_INVOICES = "issue invoices and record payments"
    EDIT_PAYMENTS = "record or delete payments on invoices of others"
    EDIT_CATALOGUE = "change the catalogue"
    IMPORT = "import records"
    PRESS_SYNC = "start a sync"
    ANSWER_PROBLEMS = "answer problems or lock the books"
    CONFIGURE_SYNC = "connect, map, pause or disconnect QuickBooks"
    EDIT_USERS = "change users and roles"
    EDIT_COMPANY = "change the company or its tax rates"
    OWN = "hand over or delete the workspace"


_EVERYONE = frozenset(Role)
_OFFICE = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})
_HEADS = frozenset({Role.OWNER, Role.ADMIN})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE: _EVERYONE,
    Action.SEE_TOTALS: _EVERYONE - {Role.MEMBER},
    Action.EDIT_CONTACTS: _OFFICE | {Role.MEMBER},
    Action.EDIT_OWN_DRAFTS: _OFFICE | {Role.MEMBER},
    Action.EDIT_INVOICES: _OFFICE,
    Action.ISSUE_OWN_INVOICES: _OFFICE | {Role.MEMBER},
    Action.EDIT_PAYMENTS: _OFFICE,
    Action.EDIT_CATALOGUE: _OFFICE,
    Action.IMPORT: _OFFICE,
    Action.PRESS_SYNC: _OFFICE | {Role.BOOKKEEPER},
    Action.ANSWER_PROBLEMS: _HEADS | {Role.BOOKKEEPER},
    Action.CONFIGURE_SYNC: _HEADS,
    Action.EDIT_USERS: _HEADS,
    Action.EDIT_COMPANY: _HEADS,
    Action.OWN: frozenset({Role.OWNER}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The membership that acts. `by_command` marks the command line acting as the Owner."""

    workspace_id: int
    membership_id: int
    role: Role
    email: str
    by_command: bool = False

    def may(self, action: Action) -> bool:
        return self.role in ALLOWED[action]


def require(actor: Actor, action: Action) -> None:
    """Raises NotAllowed, naming the role and what it may not do, unless the actor's role allows `action`."""
    if not actor.may(action):
        message = f"{a_role(actor.role)} may not {action.value}. Ask an Owner or Admin of this workspace."
        raise NotAllowed([FieldError("role", "not_allowed", message)])


def a_role(role: Role) -> str:
    """ "An Owner", "a Member" with a capital, to begin a sentence."""
    article = "An" if role.label[0] in "AO" else "A"
    return f"{article} {role.label}"
