"""Addresses of the invoices' pages, below `/w/<workspace_id>/invoices/`."""

from django.urls import path

from bluepro.web.invoicing import detail_views, editor_views, life_views, list_views

urlpatterns = [
    path("", list_views.invoices, name="invoices"),
    path("new/", editor_views.new, name="invoice_new"),
    path("editor/customers/", editor_views.customers, name="invoice_editor_customers"),
    path("editor/customer/", editor_views.customer, name="invoice_editor_customer"),
    path("editor/services/", editor_views.services, name="invoice_editor_services"),
    path("editor/line/", editor_views.line, name="invoice_editor_line"),
    path("editor/totals/", editor_views.totals, name="invoice_editor_totals"),
    path("<int:invoice_id>/", detail_views.invoice, name="invoice"),
    path("<int:invoice_id>/edit/", editor_views.edit, name="invoice_edit"),
    path("<int:invoice_id>/issue/", life_views.issue, name="invoice_issue"),
    path("<int:invoice_id>/schedule/", life_views.schedule, name="invoice_schedule"),
    path("<int:invoice_id>/unschedule/", life_views.unschedule, name="invoice_unschedule"),
    path("<int:invoice_id>/cancel/", life_views.cancel, name="invoice_cancel"),
    path("<int:invoice_id>/delete/", life_views.delete, name="invoice_delete"),
    path("<int:invoice_id>/copy/", life_views.copy, name="invoice_copy"),
    path("<int:invoice_id>/refresh/", life_views.refresh, name="invoice_refresh"),
    path("<int:invoice_id>/comments/", detail_views.comment, name="invoice_comment"),
    path(
        "<int:invoice_id>/comments/<int:comment_id>/delete/",
        detail_views.comment_delete,
        name="invoice_comment_delete",
    ),
    path("<int:invoice_id>/link/", detail_views.customer_link, name="invoice_link"),
    path("<int:invoice_id>/as-client/", detail_views.as_client, name="invoice_as_client"),
]
