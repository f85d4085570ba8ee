"""Addresses of the school, its people, and who they are."""

from django.urls import path

from tenants.views import own_account, school, signing_in

urlpatterns = [
    path("auth/login", signing_in.Login.as_view()),
    path("auth/challenge", signing_in.Answer.as_view()),
    path("auth/refresh", signing_in.Refresh.as_view()),
    path("auth/logout", signing_in.Logout.as_view()),
    path("auth/forgot-password", own_account.ForgotPassword.as_view()),
    path("auth/reset-password", own_account.ResetPassword.as_view()),
    path("auth/change-password", own_account.ChangePassword.as_view()),
    path("me", signing_in.Me.as_view()),
    path("me/totp", own_account.Totp.as_view()),
    path("me/totp/verify", own_account.VerifyTotp.as_view()),
    path("school", school.TheSchool.as_view()),
    path("periods", school.Periods.as_view()),
    path("groups", school.Groups.as_view()),
    path("groups/<id:group>/students", school.GroupStudents.as_view()),
    path("courses", school.Courses.as_view()),
    path("courses/<id:subject>/<id:period>/roster", school.Roster.as_view()),
    path("students/<id:student>", school.Student.as_view()),
]
