"""The addresses that are registered with Intuit, for people who come back and for webhooks: outside any workspace."""

from django.urls import path

from bluepro.web.quickbooks.hooks import webhook
from bluepro.web.quickbooks.sign_in import callback

urlpatterns = [
    path("quickbooks/callback", callback, name="quickbooks_callback"),
    path("quickbooks/webhook", webhook, name="quickbooks_webhook"),
]
