"""All pages. What belongs to a workspace lies under `/w/<workspace_id>/`."""

from django.urls import include, path

from bluepro.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("bluepro.web.accounts.urls")),
    path("i/", include("bluepro.web.client.urls")),
    path("", include("bluepro.web.quickbooks.callback_urls")),
    path("w/<int:workspace_id>/", include("bluepro.web.home.urls")),
    path("w/<int:workspace_id>/contacts/", include("bluepro.web.contacts.urls")),
    path("w/<int:workspace_id>/services/", include("bluepro.web.catalogue.urls")),
    path("w/<int:workspace_id>/invoices/", include("bluepro.web.invoicing.urls")),
    path("w/<int:workspace_id>/payments/", include("bluepro.web.payments.urls")),
    path("w/<int:workspace_id>/settings/", include("bluepro.web.settings.urls")),
    path("w/<int:workspace_id>/quickbooks/", include("bluepro.web.quickbooks.urls")),
]
