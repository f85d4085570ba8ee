"""Addresses of the lake."""

from django.urls import path

from lake.views import OneQuestion, Questions
from lake.views.past import PastEvents

urlpatterns = [
    path("analytics", Questions.as_view()),
    path("analytics/<id:query>", OneQuestion.as_view()),
    path("students/<id:student>/events/past", PastEvents.as_view()),
]
