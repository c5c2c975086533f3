"""Addresses of the payments' pages, below `/w/<workspace_id>/payments/`."""

from django.urls import path

from bluepro.web.payments import detail_views, list_views, record_views

urlpatterns = [
    path("", list_views.payments, name="payments"),
    path("new/", record_views.new, name="payment_new"),
    path("<int:payment_id>/", detail_views.payment, name="payment"),
    path("<int:payment_id>/edit/", record_views.edit, name="payment_edit"),
    path("<int:payment_id>/delete/", detail_views.delete, name="payment_delete"),
]
