"""Addresses of the API that belong to no app."""

from django.urls import path

from luca.api.health import Health, Readiness
from luca.api.jobs import JobFile, OneJob
from luca.api.schema import Docs, Schema

urlpatterns = [
    path("jobs/<id:job>", OneJob.as_view()),
    path("jobs/<id:job>/file", JobFile.as_view()),
    path("healthz", Health.as_view()),
    path("readyz", Readiness.as_view()),
    path("schema", Schema.as_view(), name="schema"),
    path("docs", Docs.as_view()),
]
