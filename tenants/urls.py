"""Addresses of the school, its people, and who they are."""

from django.urls import path

<<<<<<< HEAD
from tenants.views import (
    accounts,
    arranging,
    finding,
    imports,
    own_account,
    people,
    school,
    signing_in,
)
=======
from tenants.views import arranging, audit, own_account, people, school, signing_in
>>>>>>> 9ae3100 (audit: let a school's admin read and export what was recorded)

urlpatterns = [
    path("audit", audit.Log.as_view()),
    path("audit/export", audit.Export.as_view()),
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
    path("courses/<id:subject>/<id:period>/enrolments", arranging.Enrolments.as_view()),
    path(
        "courses/<id:subject>/<id:period>/enrolments/<id:student>",
        arranging.OneEnrolment.as_view(),
    ),
    path("periods/<id:period>", school.OnePeriod.as_view()),
    path("groups/<id:group>", arranging.OneGroup.as_view()),
    path("groups/<id:group>/students/<id:student>", arranging.Member.as_view()),
    path("groups/<id:group>/teaching", arranging.Teachings.as_view()),
    path(
        "groups/<id:group>/teaching/<id:subject>/<id:teacher>",
        arranging.Teaches.as_view(),
    ),
    path("imports/<id:kind>", imports.Import.as_view()),
    path("people", finding.Search.as_view()),
    path("people/lookup", finding.Lookup.as_view()),
    path("students", people.Students.as_view()),
    path("students/<id:person>", people.OneStudent.as_view()),
    path("students/<id:student>/enrolments", people.EnrolmentHistory.as_view()),
    path("students/<id:student>/guardians", people.StudentGuardians.as_view()),
    path("teachers", people.Teachers.as_view()),
    path("teachers/<id:person>", people.OneTeacher.as_view()),
    path("guardians", people.Guardians.as_view()),
    path("guardians/<id:person>", people.OneGuardian.as_view()),
    path("guardians/<id:guardian>/children/<id:student>", people.Child.as_view()),
    path("invitations", accounts.Invitations.as_view()),
    path("invitations/import", accounts.InvitationImport.as_view()),
    path("invitations/progress", accounts.Progress.as_view()),
    path("invitations/<id:invitation>", accounts.Invitation.as_view()),
    path("invitations/<id:invitation>/resend", accounts.Resend.as_view()),
    path("accounts", accounts.Accounts.as_view()),
    path("accounts/<id:person>", accounts.Account.as_view()),
    path("accounts/<id:person>/orders", accounts.Orders.as_view()),
]
