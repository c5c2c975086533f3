"""Send from: what was sent before there was a choice was sent from the beginning."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models import F


def _chosen_by_syncing(apps, _schema):  # type: ignore[no-untyped-def]  # a historical model, made at run time
    connections = apps.get_model("quickbooks", "Connection").objects.exclude(synced_since=None)
    connections.update(start_chosen_at=F("synced_since"))


class Migration(migrations.Migration):
    dependencies = [
        ("quickbooks", "0007_drift"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="start_chosen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="start_chosen_by",
            field=models.EmailField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoicechanges",
            name="invoice_totals_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoicechanges",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE woken bigint;",
                    func="\nWITH marked AS (\n    INSERT INTO quickbooks_change AS change (workspace_id, kind, record_id, revision, dirty, fresh)\n    SELECT found.workspace_id, found.kind, found.record_id, 1, true, count(*) OVER () <= 10\n      FROM (SELECT payment.workspace_id, 4, payment.id FROM (SELECT n.* FROM new_rows n JOIN old_rows o USING (id) WHERE ROW(n.total, n.contact_id, n.issue_date) IS DISTINCT FROM ROW(o.total, o.contact_id, o.issue_date) UNION ALL SELECT o.* FROM old_rows o JOIN new_rows n USING (id) WHERE ROW(n.total, n.contact_id, n.issue_date) IS DISTINCT FROM ROW(o.total, o.contact_id, o.issue_date)) AS changed JOIN payments_allocation allocation ON allocation.invoice_id = changed.id JOIN payments_payment payment ON payment.id = allocation.payment_id) AS found (workspace_id, kind, record_id)\n     GROUP BY found.workspace_id, found.kind, found.record_id\n     ORDER BY found.workspace_id, found.kind, found.record_id\n        ON CONFLICT (workspace_id, kind, record_id)\n        DO UPDATE SET revision = change.revision + 1, dirty = true,\n                      fresh = excluded.fresh OR change.dirty AND change.fresh\n    RETURNING change.workspace_id\n)\nSELECT count(pg_notify('bluepro_changes', workspace_id::text)) INTO woken\n  FROM (SELECT DISTINCT workspace_id FROM marked) AS workspaces;\nRETURN NULL;\n",
                    hash="522f58d7aa15be72aee16047cd9c83ef8bd21633",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_invoice_totals_update_b8784",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="invoicing_invoice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(_chosen_by_syncing, migrations.RunPython.noop),
    ]
