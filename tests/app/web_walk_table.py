"""Every URL of the project and who may open it (GET) and send it (POST): the Roles table of the design, page by page.

A string of letters names roles: O(wner), A(dmin), M(anager), B(ookkeeper), m(ember). None: the method is not taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from bluepro.workspaces.models import Role

LETTERS = {Role.OWNER: "O", Role.ADMIN: "A", Role.MANAGER: "M", Role.BOOKKEEPER: "B", Role.MEMBER: "m"}
ALL, OFFICE, TEAM, HEADS = "OAMBm", "OAM", "OAMm", "OA"
NOT_MEMBERS, DECIDERS = "OAMB", "OAB"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a workspace. `args` name ids of the world ("=x" stands for x itself); `query` may name one in braces.

    `told`: roles whose POST is refused by a message on the page that they came from, instead of 403.
    """

    view: str
    get: str | None
    post: str | None
    args: tuple[str, ...] = ()
    query: str = ""
    told: str = ""

    def __str__(self) -> str:
        return " ".join((self.view, *self.args, self.query)).strip()


PAGES = (
    Page("home", ALL, ALL),
    Page("contacts", ALL, None),
    Page("contact_new", TEAM, TEAM),
    Page("contact", ALL, None, ("contact",)),
    Page("contact_edit", TEAM, TEAM, ("contact",)),
    Page("contact_archive", None, TEAM, ("contact",)),
    Page("contact_delete", TEAM, TEAM, ("contact",)),
    Page("services", ALL, None),
    Page("service_new", OFFICE, OFFICE),
    Page("service", ALL, None, ("service",)),
    Page("service_edit", OFFICE, OFFICE, ("service",)),
    Page("service_archive", None, OFFICE, ("service",)),
    Page("service_delete", OFFICE, OFFICE, ("service",)),
    Page("invoices", ALL, None),
    Page("invoices", ALL, None, query="?q=1&status=paid&contact={contact}&sort=-total&page=2"),
    Page("invoice_new", TEAM, TEAM),
    Page("invoice_new", TEAM, TEAM, query="?contact={contact}"),
    Page("invoice_editor_customers", TEAM, None),
    Page("invoice_editor_customer", TEAM, None, query="?contact={contact}"),
    Page("invoice_editor_services", TEAM, None),
    Page("invoice_editor_line", TEAM, None, query="?add={service}"),
    Page("invoice_editor_totals", None, TEAM),
    Page("invoice", ALL, None, ("invoice",)),
    Page("invoice", ALL, None, ("draft",)),
    Page("invoice_edit", OFFICE, OFFICE, ("draft",)),
    Page("invoice_edit", TEAM, TEAM, ("member_draft",)),
    Page("invoice_edit", OFFICE, OFFICE, ("unpaid",)),
    Page("invoice_issue", OFFICE, OFFICE, ("draft",)),
    Page("invoice_issue", TEAM, TEAM, ("member_draft",)),
    Page("invoice_schedule", None, OFFICE, ("draft",)),
    Page("invoice_schedule", None, TEAM, ("member_draft",)),
    Page("invoice_unschedule", None, OFFICE, ("draft",)),
    Page("invoice_unschedule", None, TEAM, ("member_draft",)),
    Page("invoice_cancel", OFFICE, OFFICE, ("unpaid",)),
    Page("invoice_cancel", OFFICE, OFFICE, ("member_draft",)),
    Page("invoice_delete", OFFICE, OFFICE, ("draft",)),
    Page("invoice_delete", TEAM, TEAM, ("member_draft",)),
    Page("invoice_delete", OFFICE, OFFICE, ("unpaid",)),
    Page("invoice_copy", None, TEAM, ("invoice",)),
    Page("invoice_refresh", None, OFFICE, ("draft",)),
    Page("invoice_refresh", None, TEAM, ("member_draft",)),
    Page("invoice_comment", None, ALL, ("invoice",)),
    Page("invoice_comment_delete", None, OFFICE, ("invoice", "comment"), told="Bm"),
    Page("invoice_link", None, ALL, ("unpaid",)),
    Page("invoice_as_client", ALL, None, ("invoice",)),
    Page("payments", ALL, None),
    Page("payment_new", TEAM, TEAM),
    Page("payment_new", OFFICE, OFFICE, query="?invoice={unpaid}"),
    Page("payment_new", TEAM, TEAM, query="?invoice={member_draft}"),
    Page("payment_new", TEAM, TEAM, query="?contact={contact}"),
    Page("payment", ALL, None, ("payment",)),
    Page("payment_edit", OFFICE, OFFICE, ("payment",)),
    Page("payment_delete", OFFICE, OFFICE, ("payment",)),
    Page("settings", ALL, ALL),
    Page("settings_company", HEADS, HEADS),
    Page("settings_books", DECIDERS, DECIDERS),
    Page("settings_rates", HEADS, HEADS),
    Page("settings_rate", HEADS, HEADS, ("rate",)),
    Page("settings_rate_active", None, HEADS, ("rate",)),
    Page("settings_people", ALL, HEADS),
    Page("settings_invitation_withdraw", None, HEADS, ("invitation",)),
    Page("settings_person", HEADS, HEADS, ("membership",)),
    Page("settings_person_remove", None, HEADS, ("membership",)),
    Page("settings_person_owner", None, "O", ("membership",)),
    Page("settings_import", OFFICE, OFFICE),
    Page("settings_import_run", OFFICE, OFFICE, ("run",)),
    Page("settings_import_go", None, OFFICE, ("run",)),
    Page("settings_export", NOT_MEMBERS, NOT_MEMBERS),
    Page("settings_export_file", NOT_MEMBERS, NOT_MEMBERS),
    Page("quickbooks", ALL, None),
    Page("quickbooks_connect", None, HEADS),
    Page("quickbooks_start", None, HEADS),
    Page("quickbooks_preview", DECIDERS, DECIDERS),
    Page("quickbooks_sync", None, NOT_MEMBERS),
    Page("quickbooks_progress", ALL, None),
    Page("quickbooks_pause", None, HEADS),
    Page("quickbooks_resume", None, HEADS),
    Page("quickbooks_disconnect", HEADS, HEADS),
    Page("quickbooks_mapping", ALL, HEADS, told="MBm"),
    Page("quickbooks_account", None, HEADS),
    Page("quickbooks_check", None, HEADS),
    Page("quickbooks_problems", ALL, None),
    Page("quickbooks_problems", ALL, None, query="?show=closed"),
    Page("quickbooks_retry", None, NOT_MEMBERS, ("problem",)),
    Page("quickbooks_dismiss", None, DECIDERS, ("problem",)),
    Page("quickbooks_answer", None, DECIDERS, ("problem",)),
    Page("quickbooks_compare", NOT_MEMBERS, NOT_MEMBERS),
    Page("quickbooks_help", ALL, None),
    Page("quickbooks_record", ALL, None, ("=contact", "contact")),
    Page("quickbooks_record", ALL, None, ("=service", "service")),
    Page("quickbooks_record", ALL, None, ("=invoice", "invoice")),
    Page("quickbooks_record", ALL, None, ("=payment", "payment")),
    Page("quickbooks_push", None, NOT_MEMBERS, ("=invoice", "invoice")),
)

PERSONAL = ("password", "workspaces", "workspace_new", "quickbooks_callback")
"""Pages of a signed-in person that belong to no workspace."""

PUBLIC = ("healthz", "start", "sign_in", "sign_up", "sign_out", "client_invoice", "invitation", "quickbooks_webhook")
"""Pages that anybody may open."""


def all_views(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[str]:
    """The name of every URL of the project."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from all_views(one.url_patterns)
        else:
            yield str(one.name)
