"""Commands of the operator: migrate, check, worker."""

import argparse
import os
from collections.abc import Callable

from bluepro.common.clock import SystemClock
from bluepro.common.errors import BlueProError
from bluepro.config import boot
from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.connect.deployment import from_environment
from bluepro.quickbooks.models import Connection, ConnectionState
from bluepro.quickbooks.store import restoring
from bluepro.quickbooks.store.reads import reads
from bluepro.quickbooks.worker import run_worker
from bluepro.running.folders import FolderError


def migrate(_options: argparse.Namespace) -> int:
    """Applies the migrations that are missing (an embedded database was migrated when it was started)."""
    applied = boot.migrate()
    print(f"Applied {len(applied)} migrations." if applied else "The database is up to date.")
    return 0


def restored(options: argparse.Namespace) -> int:
    """Begins a new era for every company that something was sent to."""
    names = restoring.begin(options.since, SystemClock().now())
    if not names:
        print("Nothing was ever sent to QuickBooks from this database: there is nothing to match.")
        return 0
    print(f"{', '.join(names)}: nothing is sent before a worker has read what changed in QuickBooks since the backup.")
    print("What cannot be known is listed then: bluepro problems")
    print("Names that QuickBooks has already are asked about from now on; to go back: bluepro map --name-clash suffix")
    return 0


def check(_options: argparse.Namespace) -> int:
    """Looks at everything that must stand, one line each; 1 if something does not."""
    failures = [_look("database", boot.refuse_if_behind)]
    if not any(failures):
        failures += [_look("keys", _check_keys), _look("connections", _check_connections), _look("reads", _check_reads)]
    failures.append(_look("QuickBooks settings", lambda: from_environment(os.environ)))
    return 1 if any(failures) else 0


def _look(what: str, look: Callable[[], object]) -> bool:
    try:
        found = look()
    except (BlueProError, FolderError) as error:
        print(f"{what}: {error}")
        return True
    print(f"{what}: {found if isinstance(found, str) else 'ok'}")
    return False


def _check_keys() -> None:
    """All stored tokens can be read with the keys that are there."""
    stored = Connection.objects.exclude(state=ConnectionState.DISCONNECTED).values_list("refresh_token", flat=True)
    secrets.unseal(secrets.seal(b""))
    for sealed in stored:
        secrets.unseal(sealed)


def _check_connections() -> None:
    lost = Connection.objects.filter(state=ConnectionState.LOST).select_related("workspace")
    names = ", ".join(f"{one.workspace.name} ({one.company_name})" for one in lost)
    if names:
        raise BlueProError(f"lost, connect again with bluepro connect: {names}")


def _check_reads() -> str:
    """How many of the month's reads are used; wrong if none is left."""
    found = reads(SystemClock().now())
    used = f"{found.used:,} of {found.budget:,} used this month"
    if found.free_at is not None:
        raise BlueProError(f"{used}; what must be read first waits until {found.free_at:%Y-%m-%d %H:%M} UTC")
    return used


def worker(options: argparse.Namespace) -> int:
    """Works until SIGTERM or Ctrl-C, then finishes what is under way."""
    run_worker(from_environment(os.environ), concurrency=options.concurrency)
    return 0
