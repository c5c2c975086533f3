"""Addresses of these pages."""

from django.urls import path

from bluepro.web.contacts import editing, views

urlpatterns = [
    path("", views.contacts, name="contacts"),
    path("new", editing.new, name="contact_new"),
    path("<int:contact_id>", views.contact, name="contact"),
    path("<int:contact_id>/edit", editing.edit, name="contact_edit"),
    path("<int:contact_id>/archive", views.archive, name="contact_archive"),
    path("<int:contact_id>/delete", views.delete, name="contact_delete"),
]
