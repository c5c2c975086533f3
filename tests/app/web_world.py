"""A small business with a person of each role, and browsers (Django's test client) signed in as them.

For tests of pages. `Business` (in `invoicing_records`) writes records through the services.
"""

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse
from invoicing_records import NOW, Business, make_business

from bluepro.workspaces.models import Membership, Role, User, Workspace
from bluepro.workspaces.queries import actor_for
from bluepro.workspaces.roles import Actor

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PASSWORD = "four plain words here"


@dataclass
class World:
    """A business, its people by role (without passwords, see `give_password`), and a browser for each of them."""

    business: Business
    people: dict[Role, User]
    _browsers: dict[Role, Client] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.business.workspace

    def actor(self, role: Role = Role.OWNER) -> Actor:
        """The acting membership of the person of that role."""
        return actor_for(self.people[role], self.workspace)

    def browser(self, role: Role = Role.OWNER) -> Client:
        """A test client signed in as the person of that role; the same one at every call."""
        if role not in self._browsers:
            client = Client()
            client.force_login(self.people[role])
            self._browsers[role] = client
        return self._browsers[role]

    def address(self, view: str, *args: object) -> str:
        """The address of a page of this workspace, by its view name."""
        return reverse(view, args=[self.workspace.pk, *args])

    def get(self, view: str, *args: object, role: Role = Role.OWNER, query: str = "") -> "Answer":
        """Opens a page of this workspace as the person of that role; `query` begins with "?"."""
        return self.browser(role).get(self.address(view, *args) + query)

    def post(
        self, view: str, *args: object, role: Role = Role.OWNER, data: dict[str, object] | None = None
    ) -> "Answer":
        """Sends a form of this workspace as the person of that role, with a one-time key unless `data` has one."""
        typed = {"once": str(uuid.uuid4()), **(data or {})}
        return self.browser(role).post(self.address(view, *args), typed)


def make_world(name: str = "Bright Panes") -> World:
    """A business of that name with a person of each of the five roles; names and e-mails begin with the role."""
    business = make_business(name)
    return World(business, {role: _person(business.workspace, role) for role in Role})


def _person(workspace: Workspace, role: Role) -> User:
    if role is Role.OWNER:
        user = User.objects.get(memberships__workspace=workspace, memberships__role=Role.OWNER)
        user.name = "Owner Person"
        user.save(update_fields=["name"])
    else:
        user = User.objects.create_user(f"{role}-{workspace.pk}@example.com", name=f"{role.label} Person")
        Membership.objects.create(workspace=workspace, user=user, role=role, created_at=NOW)
    return user


def give_password(user: User) -> User:
    """Lets this person sign in with `PASSWORD`; hashing is slow on purpose, so only tests of sign-in do it."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def text_of(answer: "Answer") -> str:
    """The page as text."""
    return answer.content.decode()
