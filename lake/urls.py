"""Addresses of the lake."""

from django.urls import path

from lake.views import OneQuestion, Questions

urlpatterns = [
    path("analytics", Questions.as_view()),
    path("analytics/<id:query>", OneQuestion.as_view()),
]
