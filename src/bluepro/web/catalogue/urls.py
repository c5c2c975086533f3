"""Addresses of these pages."""

from django.urls import path

from bluepro.web.catalogue import editing, views

urlpatterns = [
    path("", views.services, name="services"),
    path("new", editing.new, name="service_new"),
    path("<int:service_id>", views.service, name="service"),
    path("<int:service_id>/edit", editing.edit, name="service_edit"),
    path("<int:service_id>/archive", views.archive, name="service_archive"),
    path("<int:service_id>/delete", views.delete, name="service_delete"),
]
