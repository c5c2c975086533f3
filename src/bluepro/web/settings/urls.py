"""Addresses of these pages."""

from django.urls import path

from bluepro.web.settings import exporting, importing, people, rates, views

urlpatterns = [
    path("", views.overview, name="settings"),
    path("company/", views.company, name="settings_company"),
    path("books/", views.books, name="settings_books"),
    path("tax-rates/", rates.rates, name="settings_rates"),
    path("tax-rates/<int:rate_id>/", rates.rate, name="settings_rate"),
    path("tax-rates/<int:rate_id>/active/", rates.rate_active, name="settings_rate_active"),
    path("people/", people.members, name="settings_people"),
    path("people/invitations/<int:invitation_id>/withdraw/", people.withdraw, name="settings_invitation_withdraw"),
    path("people/<int:membership_id>/", people.person, name="settings_person"),
    path("people/<int:membership_id>/remove/", people.remove, name="settings_person_remove"),
    path("people/<int:membership_id>/owner/", people.hand_over, name="settings_person_owner"),
    path("import/", importing.uploads, name="settings_import"),
    path("import/<int:run_id>/", importing.run, name="settings_import_run"),
    path("import/<int:run_id>/go/", importing.go_on, name="settings_import_go"),
    path("export/", exporting.export, name="settings_export"),
    path("export/file/", exporting.export_file, name="settings_export_file"),
]
