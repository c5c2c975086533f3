"""Commands about workspaces: create, list."""

import argparse

from rich.console import Console
from rich.table import Table

from bluepro.common.clock import SystemClock
from bluepro.workspaces.models import Membership, Role
from bluepro.workspaces.services import create_workspace


def create(options: argparse.Namespace) -> int:
    """Makes a workspace with its Owner."""
    workspace = create_workspace(
        options.workspace_name,
        options.owner,
        options.time_zone,
        clock=SystemClock(),
        terms_days=options.terms_days,
    )
    print(f"Made the workspace {workspace.name!r} with {options.owner} as its Owner.")
    return 0


def show_all(_options: argparse.Namespace) -> int:
    """A table of all workspaces with their Owners."""
    table = Table("Workspace", "Owner", "Time zone")
    owners = Membership.objects.filter(role=Role.OWNER).select_related("workspace", "user").order_by("workspace__name")
    for owner in owners:
        table.add_row(owner.workspace.name, owner.user.email, owner.workspace.time_zone)
    Console().print(table)
    return 0
