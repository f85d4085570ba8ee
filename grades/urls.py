"""Addresses of grades."""

from django.urls import path

from grades.views import evaluations, reading

ONE = "evaluations/<id:student>/<id:subject>/<id:period>/<id:assessment>"

urlpatterns = [
    path("evaluations", evaluations.Evaluations.as_view()),
    path(ONE, evaluations.OneEvaluation.as_view()),
    path(f"{ONE}/excuse", evaluations.ExcuseEvaluation.as_view()),
    path("profile/<id:student>", reading.TheProfile.as_view()),
    path("students/<id:student>/evaluations", reading.StudentEvaluations.as_view()),
    path("students/<id:student>/grades", reading.StudentGrades.as_view()),
    path(
        "students/<id:student>/grades/<id:subject>/<id:period>/versions",
        reading.GradeVersions.as_view(),
    ),
    path(
        "students/<id:student>/grades/<id:subject>/<id:period>/explanation",
        reading.GradeExplanation.as_view(),
    ),
]
