"""The address that Intuit sends people back to; registered with Intuit, so it lies outside any workspace."""

from django.urls import path

from bluepro.web.quickbooks.sign_in import callback

urlpatterns = [path("quickbooks/callback", callback, name="quickbooks_callback")]
