"""Addresses of grades."""

from django.urls import path

from grades.views import (
    assessments,
    consolidations,
    curves,
    evaluations,
    gradebook,
    gradebook_imports,
    reading,
    reports,
    rules,
    simulations,
)

ONE = "evaluations/<id:student>/<id:subject>/<id:period>/<id:assessment>"
ASSESSMENTS = "courses/<id:subject>/<id:period>/assessments"
BOOK = "gradebook/<id:subject>/<id:period>/<id:group>"
CURVE = f"{ASSESSMENTS}/<id:assessment>/curve"
UPLOAD = f"{BOOK}/imports/<id:upload>"

RULES = "subjects/<id:subject>/rules"

urlpatterns = [
    path(RULES, rules.Rules.as_view()),
    path(f"{RULES}/simulations", simulations.Simulations.as_view()),
    path("simulations/<id:job>", simulations.OneSimulation.as_view()),
    path(f"{RULES}/<id:version>", rules.OneVersion.as_view()),
    path(BOOK, gradebook.TheGradebook.as_view()),
    path(f"{BOOK}/imports", gradebook_imports.GradebookImports.as_view()),
    path(UPLOAD, gradebook_imports.OneGradebookImport.as_view()),
    path(f"{UPLOAD}/apply", gradebook_imports.ApplyGradebookImport.as_view()),
    path(f"{UPLOAD}/undo", gradebook_imports.UndoGradebookImport.as_view()),
    path(ASSESSMENTS, assessments.Assessments.as_view()),
    path(f"{ASSESSMENTS}/<id:assessment>", assessments.OneAssessment.as_view()),
    path(CURVE, curves.Curves.as_view()),
    path(f"{CURVE}/preview", curves.CurvePreviews.as_view()),
    path(f"{CURVE}/undo", curves.UndoneCurves.as_view()),
    path(f"{CURVE}/events", curves.CurveEvents.as_view()),
    path("consolidations", consolidations.Consolidations.as_view()),
    path("evaluations", evaluations.Evaluations.as_view()),
    path(ONE, evaluations.OneEvaluation.as_view()),
    path(f"{ONE}/excuse", evaluations.ExcuseEvaluation.as_view()),
    path(f"{ONE}/void", evaluations.VoidEvaluation.as_view()),
    path(f"{ONE}/move", evaluations.MoveEvaluation.as_view()),
    path("students/<id:student>/report-cards/<id:period>", reports.TheReportCard.as_view()),
    path("report-cards", reports.ReportCards.as_view()),
    path("groups/<id:group>/boundary", reports.TheBoundary.as_view()),
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
