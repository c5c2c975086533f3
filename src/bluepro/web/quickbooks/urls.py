"""Addresses of the pages about QuickBooks."""

from django.urls import path

from bluepro.web.quickbooks import compare, mapping, previewing, problems, record, sign_in, starting, views

urlpatterns = [
    path("", views.overview, name="quickbooks"),
    path("connect", sign_in.connect, name="quickbooks_connect"),
    path("start", starting.start, name="quickbooks_start"),
    path("preview", previewing.preview_page, name="quickbooks_preview"),
    path("sync", views.sync, name="quickbooks_sync"),
    path("progress", views.progress, name="quickbooks_progress"),
    path("pause", views.pause, name="quickbooks_pause"),
    path("resume", views.resume, name="quickbooks_resume"),
    path("disconnect", views.disconnect, name="quickbooks_disconnect"),
    path("settings", mapping.mapping, name="quickbooks_mapping"),
    path("settings/account", mapping.account, name="quickbooks_account"),
    path("settings/check", mapping.check_again, name="quickbooks_check"),
    path("problems", problems.problems, name="quickbooks_problems"),
    path("problems/<int:problem_id>/retry", problems.retry, name="quickbooks_retry"),
    path("problems/<int:problem_id>/dismiss", problems.dismiss, name="quickbooks_dismiss"),
    path("problems/<int:problem_id>/answer", problems.answer, name="quickbooks_answer"),
    path("compare", compare.compare, name="quickbooks_compare"),
    path("help", views.help_page, name="quickbooks_help"),
    path("records/<str:kind>/<int:record_id>", record.record, name="quickbooks_record"),
    path("records/<str:kind>/<int:record_id>/push", record.push, name="quickbooks_push"),
]
