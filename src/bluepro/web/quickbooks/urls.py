"""Addresses of the pages about QuickBooks."""

from django.urls import path

from bluepro.web.quickbooks import record

urlpatterns = [
    path("records/<str:kind>/<int:record_id>", record.record, name="quickbooks_record"),
    path("records/<str:kind>/<int:record_id>/push", record.push, name="quickbooks_push"),
]
