"""Tables of the tenant. Written only by `services`; no defaults that depend on time or chance."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Creates people; the e-mail address, in lower case, is the name they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; belongs to any number of workspaces."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class Workspace(models.Model):
    """One business. All its records carry its id; nothing is shared between workspaces."""

    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64)
    terms_days = models.PositiveSmallIntegerField(default=30)
    street = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=255, blank=True)
    next_invoice_number = models.PositiveIntegerField(default=1001)
    books_locked_through = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="workspace_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    BOOKKEEPER = "bookkeeper", "Bookkeeper"
    MEMBER = "member", "Member"


class Membership(models.Model):
    """A person's place in a workspace; every write names the membership that acts."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_person"),
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(role="owner"), name="one_owner_per_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class TaxRate(models.Model):
    """A named sales tax rate, in percent (8.25 means 8.25%). Invoices copy the percentage."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tax_rates")
    name = models.CharField(max_length=100)
    percent = models.DecimalField(max_digits=8, decimal_places=5)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="tax_rate_name")]

    def __str__(self) -> str:
        return self.name


class HistoryEntry(models.Model):
    """What happened to an issued invoice or a payment: kept for ever, also after the record is gone.

    `old` and `new` hold the changed values only, as JSON (money and dates as strings). `by` is the acting
    person's e-mail, kept as text since people leave; `by_command` marks what the command line did in the
    Owner's name.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="history")
    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=100)
    action = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.EmailField()
    by_command = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "kind", "record_id", "id"], name="history_of_record"),
            models.Index(fields=["workspace", "id"], name="history_of_workspace"),
            models.Index(
                fields=["workspace"],
                condition=models.Q(kind="payment", action="deleted"),
                name="history_deleted_payments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.label}"


class Invitation(models.Model):
    """A place in a workspace offered to a person: open until it is accepted, withdrawn or expired. Works once.

    The link's secret is not stored; `invitations` derives it from the id.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    invited_by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_email",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"


class FailedSignIn(models.Model):
    """An attempt to sign in that failed: which e-mail was typed and the network address it came from. Kept an hour."""

    email = models.EmailField()
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email", "address", "at"], name="failed_sign_in"),
            models.Index(fields=["at"], name="failed_sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.email} at {self.at:%Y-%m-%d %H:%M}"
