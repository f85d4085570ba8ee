"""Addresses of behaviour."""

from django.urls import path

from behavior.views import activity, events, statements, types

urlpatterns = [
    path("behavior", events.Behavior.as_view()),
    path("event-types", types.EventTypes.as_view()),
    path("event-types/<id:type>", types.OneEventType.as_view()),
    path("students/<id:student>/events", events.StudentEvents.as_view()),
    path("students/<id:student>/activity", activity.StudentActivity.as_view()),
    path("groups/<id:group>/activity", activity.GroupActivity.as_view()),
    path("xapi/about", statements.About.as_view()),
    path("xapi/statements", statements.Statements.as_view()),
]
