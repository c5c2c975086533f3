"""The addresses of the pages; each room has its own list."""

from django.urls import include, path

handler404 = "bluepro.web.errors.not_found"

urlpatterns = [path("", include("bluepro.web.urls"))]
