from django.urls import path

from behavior.views import Behavior, StudentEvents

urlpatterns = [
    path("behavior", Behavior.as_view()),
    path("students/<id:student>/events", StudentEvents.as_view()),
]
