"""Addresses of these pages."""

from django.urls import path

from bluepro.web.accounts import joining, signing, views

urlpatterns = [
    path("", views.start, name="start"),
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-up/", signing.sign_up, name="sign_up"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("password/", signing.password, name="password"),
    path("companies/", views.workspaces, name="workspaces"),
    path("companies/new/", views.workspace_new, name="workspace_new"),
    path("join/<str:secret>/", joining.invitation, name="invitation"),
]
