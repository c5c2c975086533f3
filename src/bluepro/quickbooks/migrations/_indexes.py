"""The indexes and constraints of the first migration."""

import django.contrib.postgres.indexes
from django.db import migrations, models

INDEXES = [
    migrations.AddConstraint(
        model_name="connection",
        constraint=models.UniqueConstraint(
            condition=models.Q(("state", "disconnected"), _negated=True),
            fields=("realm_id",),
            name="one_connection_per_realm",
        ),
    ),
    migrations.AddConstraint(
        model_name="connection",
        constraint=models.UniqueConstraint(
            condition=models.Q(("state", "disconnected"), _negated=True),
            fields=("workspace",),
            name="one_connection_per_workspace",
        ),
    ),
    migrations.AddIndex(
        model_name="link",
        index=models.Index(condition=models.Q(("stale", True)), fields=["workspace", "realm_id"], name="link_stale"),
    ),
    migrations.AddIndex(
        model_name="link",
        index=models.Index(
            condition=models.Q(("retry_at__isnull", False)),
            fields=["workspace", "realm_id", "retry_at"],
            name="link_retry",
        ),
    ),
    migrations.AddIndex(
        model_name="link",
        index=django.contrib.postgres.indexes.GinIndex(
            condition=models.Q(("kind", 4), ("removed_at", None)),
            fastupdate=False,
            fields=["refers_to"],
            name="link_refers_to",
        ),
    ),
    migrations.AddIndex(
        model_name="link",
        index=models.Index(
            condition=models.Q(("open_request__isnull", False)), fields=["open_request"], name="link_open"
        ),
    ),
    migrations.AddIndex(
        model_name="link",
        index=models.Index(
            condition=models.Q(("name_key", ""), _negated=True),
            fields=["realm_id", "kind", "name_key"],
            name="link_by_name",
        ),
    ),
    migrations.AddConstraint(
        model_name="link",
        constraint=models.UniqueConstraint(
            condition=models.Q(("removed_at", None)),
            fields=("workspace", "realm_id", "kind", "record_id"),
            name="one_live_link_per_record",
        ),
    ),
    migrations.AddConstraint(
        model_name="link",
        constraint=models.UniqueConstraint(
            fields=("workspace", "realm_id", "kind", "record_id", "generation"), name="one_link_per_generation"
        ),
    ),
    migrations.AddConstraint(
        model_name="link",
        constraint=models.UniqueConstraint(
            condition=models.Q(("entity_id__isnull", False)),
            fields=("realm_id", "kind", "entity_id"),
            name="one_record_per_entity",
        ),
    ),
    migrations.AddIndex(
        model_name="drift",
        index=models.Index(fields=["link", "found_at"], name="drift_by_link"),
    ),
    migrations.AddConstraint(
        model_name="match",
        constraint=models.UniqueConstraint(
            fields=("workspace", "realm_id", "kind", "record_id"), name="one_match_per_record"
        ),
    ),
    migrations.AddConstraint(
        model_name="paymentmethodmapping",
        constraint=models.UniqueConstraint(fields=("connection", "method"), name="one_mapping_per_method"),
    ),
    migrations.AddIndex(
        model_name="problem",
        index=models.Index(condition=models.Q(("closed_at", None)), fields=["cause"], name="problem_open_by_cause"),
    ),
    migrations.AddConstraint(
        model_name="problem",
        constraint=models.UniqueConstraint(
            condition=models.Q(("closed_at", None)),
            fields=("connection", "kind", "record_id", "cause"),
            name="one_open_problem_per_cause",
            nulls_distinct=False,
        ),
    ),
    migrations.AddIndex(
        model_name="notice",
        index=models.Index(condition=models.Q(("sent_at", None)), fields=["id"], name="notice_to_send"),
    ),
    migrations.AddConstraint(
        model_name="notice",
        constraint=models.UniqueConstraint(
            condition=models.Q(("problem__isnull", False)),
            fields=("problem", "email"),
            name="one_notice_per_problem",
        ),
    ),
    migrations.AddConstraint(
        model_name="notice",
        constraint=models.UniqueConstraint(
            condition=models.Q(("day__isnull", False)),
            fields=("connection", "day", "email"),
            name="one_notice_per_day",
        ),
    ),
    migrations.AddIndex(
        model_name="request",
        index=models.Index(
            condition=models.Q(("state", "settled"), _negated=True), fields=["connection"], name="request_unsettled"
        ),
    ),
    migrations.AddIndex(
        model_name="request",
        index=models.Index(fields=["connection", "committed_at"], name="request_by_time"),
    ),
    migrations.AddIndex(
        model_name="request",
        index=models.Index(
            condition=models.Q(("status__in", (429, 403))),
            fields=["connection", "committed_at"],
            name="request_refused",
        ),
    ),
    migrations.AddIndex(
        model_name="request",
        index=models.Index(
            condition=models.Q(("lane", "read"), ("purpose", "look_up"), _connector="OR"),
            fields=["committed_at"],
            include=("size", "status"),
            name="request_reads",
        ),
    ),
    migrations.AddIndex(
        model_name="requestitem",
        index=models.Index(condition=models.Q(("settled", False)), fields=["request"], name="item_unsettled"),
    ),
    migrations.AddIndex(
        model_name="requestitem",
        index=models.Index(
            condition=models.Q(("operation", "create"), _negated=True), fields=["request"], name="item_changing"
        ),
    ),
]
