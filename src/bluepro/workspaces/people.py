"""The only writer of people and their passwords: signing up, changing the password, and the slow-down of sign-in.

Who belongs to which workspace is in `memberships`; sessions are the pages' concern.
"""

import hashlib
from datetime import timedelta

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, Refused, refuse
from bluepro.common.text import check_text, clean_text
from bluepro.workspaces.models import FailedSignIn, User
from bluepro.workspaces.rules import check_email, clean_email

FREE_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)
LONGEST_PASSWORD = 1000
NAME_LENGTH = 100

WRONG = "This e-mail and password do not go together. Check both, then try again."


def sign_up(name: str, email: str, password: str, *, clock: Clock) -> User:
    """A new person who can sign in. Raises Refused for a bad name, e-mail or password, or an e-mail that is taken.

    The address of somebody who was given a place by command and has no password yet is taken too: to hand it to
    whoever types it first would hand over the workspace.
    """
    name, email = clean_text(name), clean_email(email)
    errors = [*check_text("name", name, limit=NAME_LENGTH, required=True), *check_email("email", email)]
    errors += _check_password(password, User(email=email, name=name))
    if errors:
        raise Refused(errors)
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name, date_joined=clock.now())
    except IntegrityError:
        raise refuse("email", "taken", "There is an account with this e-mail already. Sign in instead.") from None


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """Gives a person a new password. Raises Refused with every reason why it is too weak."""
    errors = _check_password(password, user)
    if errors:
        raise Refused(errors)
    user.set_password(password)
    user.save(update_fields=["password"])


def change_password(user: User, old: str, new: str) -> None:
    """Gives a person who knows the present password a new one. Raises Refused for `old_password` or `password`."""
    if not user.check_password(old):
        raise refuse("old_password", "wrong", "This is not your present password.")
    set_password(user, new)


def _check_password(password: str, user: User) -> list[FieldError]:
    if len(password) > LONGEST_PASSWORD:
        return [FieldError("password", "too_long", f"A password may have at most {LONGEST_PASSWORD:,} characters.")]
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return [FieldError("password", "weak", message) for message in error.messages]
    return []


@transaction.atomic
def check_sign_in(email: str, password: str, *, address: str, clock: Clock) -> User | None:
    """The person with this e-mail and password, or None; never tells which of the two was wrong.

    `address` is where the request comes from. After FREE_ATTEMPTS failures of one e-mail from one address, each
    further attempt must wait twice as long, up to LONGEST_WAIT; one that comes too early is refused unread
    (Refused, "too_many"). Attempts of the same pair are taken one after the other, so that many at once gain nothing.
    """
    email, address, now = clean_email(email), address[:64], clock.now()
    _one_at_a_time(f"{email} {address}")
    FailedSignIn.objects.filter(at__lt=now - REMEMBERED).delete()
    failures = FailedSignIn.objects.filter(email=email, address=address).order_by("-at")
    times = list(failures.values_list("at", flat=True)[:20])
    if times and now < times[0] + _wait(len(times)):
        raise refuse("email", "too_many", _too_many(times[0] + _wait(len(times)) - now))
    user = authenticate(email=email, password=password)
    if isinstance(user, User):
        failures.delete()
        return user
    FailedSignIn.objects.create(email=email, address=address, at=now)
    return None


def _one_at_a_time(pair: str) -> None:
    digest = hashlib.sha256(pair.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def _wait(failures: int) -> timedelta:
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    doubled: timedelta = FIRST_WAIT * 2 ** (failures - FREE_ATTEMPTS)
    return min(doubled, LONGEST_WAIT)


def _too_many(left: timedelta) -> str:
    seconds = max(1, int(left.total_seconds()))
    time = f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"
    return f"Too many attempts to sign in with this e-mail. Wait {time}, then try again."
