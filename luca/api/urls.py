"""Addresses of the API that belong to no app."""

from django.urls import path

from luca.api.accounts import Login, Me, Refresh
from luca.api.health import Health, Readiness
from luca.api.schema import Docs, Schema

urlpatterns = [
    path("auth/login", Login.as_view()),
    path("auth/refresh", Refresh.as_view()),
    path("me", Me.as_view()),
    path("healthz", Health.as_view()),
    path("readyz", Readiness.as_view()),
    path("schema", Schema.as_view(), name="schema"),
    path("docs", Docs.as_view()),
]
