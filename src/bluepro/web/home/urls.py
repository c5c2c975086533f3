"""Addresses of these pages."""

from django.urls import path

from bluepro.web.home import views

urlpatterns = [path("", views.home, name="home")]
