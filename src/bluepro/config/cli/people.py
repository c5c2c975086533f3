"""The command `password`: lets somebody sign in to the pages who was made by command, or has forgotten the password."""

import argparse
import sys
from getpass import getpass

from bluepro.common.errors import NotFound
from bluepro.workspaces.models import User
from bluepro.workspaces.people import set_password
from bluepro.workspaces.rules import clean_email


def password(options: argparse.Namespace) -> int:
    """Asks twice on a terminal; else reads one line. Raises Refused with every reason why it is too weak."""
    user = User.objects.filter(email=clean_email(options.email)).first()
    if user is None:
        raise NotFound(f"Nobody here has the e-mail address {options.email}. See: bluepro workspace list")
    chosen = _asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if chosen is None:
        print("The two differ. Nothing was changed.")
        return 1
    set_password(user, chosen)
    print(f"{user.email} can sign in with the new password.")
    return 0


def _asked() -> str | None:
    first = getpass("New password: ")
    return first if first == getpass("The same again: ") else None
