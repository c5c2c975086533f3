"""The address of the customer's page, below `/i/`."""

from django.urls import path

from bluepro.web.client import views

urlpatterns = [path("<slug:token>", views.invoice, name="client_invoice")]
