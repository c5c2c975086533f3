"""What most commands need: the workspace that is meant, its Owner as the one who acts, clock, ids, the deployment."""

import argparse
import os
from dataclasses import dataclass

from rich.console import Console

from bluepro.common.clock import Clock, SystemClock
from bluepro.common.ids import Ids, RandomIds
from bluepro.quickbooks.connect.deployment import Deployment, from_environment
from bluepro.quickbooks.connect.lifecycle import active_connection
from bluepro.quickbooks.models import Connection
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import find_workspace, owner_actor
from bluepro.workspaces.roles import Actor


@dataclass(frozen=True)
class Here:
    """One command's surroundings. Commands act as the workspace's Owner and are recorded as "by command"."""

    workspace: Workspace
    actor: Actor
    clock: Clock
    ids: Ids
    console: Console

    def connection(self) -> Connection:
        """The workspace's connection. Raises NotFound if there is none."""
        return active_connection(self.workspace.pk)

    def say(self, text: str) -> None:
        """Prints one line as it is."""
        say(self.console, text)

    def deployment(self) -> Deployment:
        """The QuickBooks that the environment names. Raises DeploymentError."""
        return from_environment(os.environ)


def here(options: argparse.Namespace) -> Here:
    """The surroundings for `--workspace`, or for the only workspace. Raises NotFound."""
    workspace = find_workspace(options.workspace)
    return Here(workspace, owner_actor(workspace, by_command=True), SystemClock(), RandomIds(), Console())


def say(console: Console, text: str) -> None:
    """Prints one line as it is: neither broken nor coloured, so that other programs can read it."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
