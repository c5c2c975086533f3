"""Tables of the bridge: the connection and its mapping, what changed, links, requests, runs and problems.

Written by `connect` (connections, mappings, sign-ins), by triggers alone (changes), and by `store` (all the rest).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value

from bluepro.quickbooks.snapshot import Kind, TaxMode
from bluepro.workspaces.models import Membership, Workspace

KINDS = [(int(kind), kind.name.lower()) for kind in Kind]


class ConnectionState(models.TextChoices):
    CONNECTED = "connected", "Connected"
    PAUSED = "paused", "Paused by a person"
    LOST = "lost", "Lost: needs to be connected again"
    DISCONNECTED = "disconnected", "Disconnected"


class NameClash(models.TextChoices):
    """What happens when a name is already held in QuickBooks by something that is not ours."""

    ASK = "ask", "Ask whether it is the same"
    SUFFIX = "suffix", "It is not the same: take the next free suffix"


class ChangedThere(models.TextChoices):
    """What happens when somebody changes an amount, date, customer, tax or line of ours in QuickBooks."""

    ASK = "ask", "Ask what counts"
    OVERWRITE = "overwrite", "BluePro's values are written over it"


class Connection(models.Model):
    """A workspace connected to a realm, with its tokens (encrypted) and its mapping (ids in QuickBooks, "" for none).

    `readiness` is the stored snapshot of CompanyInfo, Preferences, accounts, tax codes, terms and payment methods, read
    at `readiness_at`; without a time it is to be read anew. While `restored_from` is set, which is when the backup was
    made that the database was restored from, nothing is sent: what was sent since is matched first.
    `tax_code` goes beside our amount of tax; `tax_codes` are the codes that a person chose for rates ("8.25": id).
    `brake_after` is how many pushed invoices and payments change within ten minutes without a question (None: any).
    `synced_since` is when Sync Data was first pressed: nothing is pushed before. `unknown_after` is how many seconds
    QuickBooks can still be working on a call after it was sent. `start_date` is the first day whose invoices and
    payments are sent, null for everything, once `start_chosen_at` says that somebody chose. `holds` counts what
    QuickBooks had before the first push (customers, items, invoices, payments), {} for not known; `matched_at` is when
    it was read for the preview, `seen_at` when a person had seen that and let it go.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="connections")
    realm_id = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=ConnectionState.choices)
    state_reason = models.CharField(max_length=500, blank=True)
    enabled = models.BooleanField(default=False)
    company_name = models.CharField(max_length=200, blank=True)
    era = models.PositiveIntegerField(default=1)
    access_token = models.BinaryField()
    refresh_token = models.BinaryField()
    access_expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    refresh_owner = models.UUIDField(null=True)
    refresh_until = models.DateTimeField(null=True)
    readiness = models.JSONField(default=dict)
    readiness_at = models.DateTimeField(null=True)
    income_account = models.CharField(max_length=20, blank=True)
    discount_account = models.CharField(max_length=20, blank=True)
    deposit_account = models.CharField(max_length=20, blank=True)
    tax_mode = models.CharField(max_length=10, choices=[(mode.value, mode.value) for mode in TaxMode], blank=True)
    tax_code = models.CharField(max_length=20, blank=True)
    tax_codes = models.JSONField(default=dict)
    catch_all_item = models.CharField(max_length=20, blank=True)
    tax_item = models.CharField(max_length=20, blank=True)
    discount_item = models.CharField(max_length=20, blank=True)
    name_clash = models.CharField(max_length=6, choices=NameClash.choices, default=NameClash.ASK)
    changed_there = models.CharField(max_length=9, choices=ChangedThere.choices, default=ChangedThere.ASK)
    start_date = models.DateField(null=True)
    brake_after = models.PositiveIntegerField(null=True)
    start_chosen_at = models.DateTimeField(null=True)
    start_chosen_by = models.EmailField(blank=True)
    restored_from = models.DateTimeField(null=True)
    holds = models.JSONField(default=dict)
    matched_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.EmailField(blank=True)
    unknown_after = models.PositiveIntegerField(default=135)
    unlimited_rates = models.BooleanField(default=False)
    synced_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["realm_id"], condition=~Q(state="disconnected"), name="one_connection_per_realm"
            ),
            models.UniqueConstraint(
                fields=["workspace"], condition=~Q(state="disconnected"), name="one_connection_per_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_name} ({self.realm_id})"


class PaymentMethodMapping(models.Model):
    """How a payment method of BluePro (`method`, lower case) is booked: ids in QuickBooks, "" for the default."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="methods")
    method = models.CharField(max_length=50)
    method_id = models.CharField(max_length=20, blank=True)
    deposit_account = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "method"], name="one_mapping_per_method")]

    def __str__(self) -> str:
        return self.method


class Lease(models.Model):
    """Who owns a connection's work, until when. `number` grows with every owner and is checked at every write."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    owner = models.UUIDField(null=True)
    number = models.BigIntegerField(default=0)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"lease {self.number}"


class Change(models.Model):
    """That a record changed. Written by triggers alone; the engine only clears `dirty`, at the revision it pushed.

    `fresh` says of a dirty one that the change touched few records, as a person's edit does: it goes before a backlog.
    """

    pk = models.CompositePrimaryKey("workspace_id", "kind", "record_id")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.SmallIntegerField(choices=KINDS)
    record_id = models.BigIntegerField()
    revision = models.BigIntegerField()
    dirty = models.BooleanField()
    fresh = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "kind", "record_id"], condition=Q(dirty=True), name="change_dirty"),
            models.Index(
                fields=["workspace", "kind", "record_id"], condition=Q(dirty=True, fresh=True), name="change_fresh"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.record_id} r{self.revision}"


class Link(models.Model):
    """A record and its entity in a realm. Links outlive connections, so that reconnecting duplicates nothing.

    `name` is the name it has in QuickBooks (customers, items), `owned` the owned fields as last pushed, `lines` the
    lines as last answered, `refers_to` the ids of the records that its entity may refer to: of the
    last push, and of one that is under way (a payment's invoices).
    `asked_token` is the sync token of a change there that a person was asked about ("deleted": that it is gone).
    `accepted` has those owned fields that somebody changed in QuickBooks and a person left as they are there.
    `held_revision` is the revision that waits for a person, `held_for` the cause of the problem; `removed_at` marks an
    entity that we deleted.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    realm_id = models.CharField(max_length=40)
    kind = models.SmallIntegerField(choices=KINDS)
    record_id = models.BigIntegerField()
    generation = models.PositiveIntegerField(default=1)
    entity_id = models.CharField(max_length=40, null=True)
    sync_token = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=500, blank=True)
    name_key = models.CharField(max_length=500, blank=True, db_collation="C")
    wanted = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    pushed_revision = models.BigIntegerField(default=0)
    owned = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    asked_token = models.CharField(max_length=20, blank=True, db_default="", default="")
    accepted = models.JSONField(db_default=Value({}, models.JSONField()), default=dict)
    agreed = models.JSONField(db_default=Value({}, models.JSONField()), default=dict)
    refers_to = ArrayField(models.BigIntegerField(), default=list)
    voided = models.BooleanField(default=False)
    amount_only = models.BooleanField(default=False)
    stale = models.BooleanField(default=False)
    open_request = models.UUIDField(null=True)
    retry_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    held_revision = models.BigIntegerField(null=True)
    held_for = models.CharField(max_length=40, blank=True, db_default="")
    pushed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "realm_id", "kind", "record_id"],
                condition=Q(removed_at=None),
                name="one_live_link_per_record",
            ),
            models.UniqueConstraint(
                fields=["workspace", "realm_id", "kind", "record_id", "generation"],
                name="one_link_per_generation",
            ),
            models.UniqueConstraint(
                fields=["realm_id", "kind", "entity_id"],
                condition=Q(entity_id__isnull=False),
                name="one_record_per_entity",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "realm_id"], condition=Q(stale=True), name="link_stale"),
            models.Index(
                fields=["workspace", "realm_id", "retry_at"], condition=Q(retry_at__isnull=False), name="link_retry"
            ),
            GinIndex(
                fields=["refers_to"], condition=Q(kind=4, removed_at=None), fastupdate=False, name="link_refers_to"
            ),
            models.Index(fields=["open_request"], condition=Q(open_request__isnull=False), name="link_open"),
            models.Index(fields=["realm_id", "kind", "name_key"], condition=~Q(name_key=""), name="link_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.record_id} -> {self.entity_id}"


class Drift(models.Model):
    """What somebody changed in QuickBooks, and BluePro wrote over: by field, what it was here and what it was there."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="drifts")
    found_at = models.DateTimeField()
    fields = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["link", "found_at"], name="drift_by_link")]

    def __str__(self) -> str:
        return f"{self.link_id}: {', '.join(self.fields)}"


class Watch(models.Model):
    """Where the reading of what changed in a realm stands: all is known up to `through`, last read at `read_at`.

    `ask_at` is when it was asked to be read next. `kind`, `since`, `start` and `until` are set while lists are
    read page by page (see `seen.Place`).
    """

    realm_id = models.CharField(max_length=40, primary_key=True)
    through = models.DateTimeField()
    read_at = models.DateTimeField()
    ask_at = models.DateTimeField(null=True)
    kind = models.SmallIntegerField(choices=KINDS, null=True)
    since = models.DateTimeField(null=True)
    start = models.PositiveIntegerField(default=1)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.realm_id} through {self.through:%Y-%m-%d %H:%M}"


class TakenName(models.Model):
    """A name found held in QuickBooks by something that is not ours; `holder` is the list that holds it."""

    realm_id = models.CharField(max_length=40)
    kind = models.SmallIntegerField(choices=KINDS)
    name_key = models.CharField(max_length=500, db_collation="C")
    holder = models.CharField(max_length=12)
    entity_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["realm_id", "kind", "name_key"], name="taken_name")]

    def __str__(self) -> str:
        return self.name_key


class Match(models.Model):
    """What was proposed for a record before the first push into a realm that had data, and what a person answered.

    There is a row for whatever is not simply made. `candidates` and `taken` are those of `matching.proposals`, the
    likeliest first; `answer` is "link" (to `entity_id`), "create", "hold", or "" as long as nobody has answered.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    realm_id = models.CharField(max_length=40)
    kind = models.SmallIntegerField(choices=KINDS)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    wanted = models.CharField(max_length=500, blank=True)
    proposal = models.CharField(max_length=6)
    note = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list)
    taken = models.JSONField(default=list)
    answer = models.CharField(max_length=6, blank=True)
    entity_id = models.CharField(max_length=40, blank=True)
    answered_by = models.EmailField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "realm_id", "kind", "record_id"], name="one_match_per_record")
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.label}"


THROTTLED = (429, 403)  # what a throttled call is answered; 403 was in use in 2016 {F1.2-3}


class RequestState(models.TextChoices):
    OPEN = "open", "Committed; may be under way"
    ANSWERED = "answered", "Answered, not yet settled"
    UNKNOWN = "unknown", "Outcome unknown: to be looked up"
    SETTLED = "settled", "Settled"


class Request(models.Model):
    """One call to QuickBooks, committed before its first byte leaves. `body` and `answer` are encrypted, later pruned.

    The id is the request id sent to QuickBooks. `lane` is single, batch or read; `purpose` push,
    look_up, changes or setup.
    `size` is how many items a batch holds, else 1: of a look-up, so many reads.
    """

    id = models.UUIDField(primary_key=True)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="requests")
    lease_number = models.BigIntegerField()
    purpose = models.CharField(max_length=8)
    lane = models.CharField(max_length=6)
    size = models.PositiveSmallIntegerField(db_default=1)
    method = models.CharField(max_length=4)
    path = models.CharField(max_length=200)
    params = models.JSONField(default=list)
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=RequestState.choices)
    committed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)
    tid = models.CharField(max_length=100, blank=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["connection"], condition=~Q(state="settled"), name="request_unsettled"),
            models.Index(fields=["connection", "committed_at"], name="request_by_time"),
            models.Index(
                fields=["connection", "committed_at"], condition=Q(status__in=THROTTLED), name="request_refused"
            ),
            models.Index(
                fields=["committed_at"],
                include=["size", "status"],
                condition=Q(lane="read") | Q(purpose="look_up"),
                name="request_reads",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.id}"


class RequestItem(models.Model):
    """What a request carries for one link: operation, revision, and (encrypted) what settling it needs.

    `look_at` is when its outcome may be looked up, `code` why (or what came of it). `done_there_at` is when it was
    done, by QuickBooks' clock, as far as it is known.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="items")
    bid = models.CharField(max_length=10, blank=True)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="items")
    operation = models.CharField(max_length=6)
    revision = models.BigIntegerField()
    changed = models.JSONField(default=list)
    carried = models.BinaryField(null=True)
    settled = models.BooleanField(default=False)
    look_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=12, blank=True)
    done_there_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["request"], condition=Q(settled=False), name="item_unsettled"),
            models.Index(fields=["request"], condition=~Q(operation="create"), name="item_changing"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.link_id}"


class Run(models.Model):
    """One press of Sync Data. `counts` holds, per kind, how many records waited at the start."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    started_by = models.EmailField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"run of {self.started_at:%Y-%m-%d %H:%M}"


class Problem(models.Model):
    """Something a person must decide. Disappears only when fixed (`closed_by` "") or dismissed with a reason.

    `kind` and `record_id` name the record (kind null: the whole connection); `cause` is a stable code; `text` says what
    happened and why, `remedy` what to do and who can; `detail` holds the code, QuickBooks' words and `intuit_tid`.
    A `member` is one of many records that one problem of the whole connection, of the same cause, asks about.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="problems")
    kind = models.SmallIntegerField(choices=KINDS, null=True)
    record_id = models.BigIntegerField(null=True)
    member = models.BooleanField(db_default=False, default=False)
    label = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=40)
    text = models.CharField(max_length=1000)
    remedy = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.EmailField(blank=True)
    close_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "record_id", "cause"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="one_open_problem_per_cause",
            )
        ]
        indexes = [models.Index(fields=["cause"], condition=Q(closed_at=None), name="problem_open_by_cause")]

    def __str__(self) -> str:
        return f"{self.cause}: {self.label}"


class Notice(models.Model):
    """An e-mail to one person: about a problem of the whole connection, or (problem null) about what was open on `day`.

    A row is an event: it is mailed once. `taken_until` is until when a worker that took it may be sending it, or when
    it is tried again.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="notices")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="notices", null=True)
    day = models.DateField(null=True)
    email = models.EmailField()
    made_at = models.DateTimeField()
    taken_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "email"], condition=Q(problem__isnull=False), name="one_notice_per_problem"
            ),
            models.UniqueConstraint(
                fields=["connection", "day", "email"], condition=Q(day__isnull=False), name="one_notice_per_day"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None), name="notice_to_send")]

    def __str__(self) -> str:
        return f"{self.email}: {self.problem_id or self.day}"


class SignInAttempt(models.Model):
    """A sign-in at Intuit that was begun: binds the answer to the membership that asked. Works once, until it expires.

    `state_hash` is the SHA-256 of the state, in hex: whoever reads this table cannot forge an answer.
    """

    state_hash = models.CharField(max_length=64, unique=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-in begun {self.begun_at:%Y-%m-%d %H:%M}"
