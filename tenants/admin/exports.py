"""A list of people as a file: CSV or XLSX, recorded in the audit log."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from luca.dynadmin.screens import Screen
from tenants.domain import Role, Status
from tenants.serializers import people_files
from tenants.services.handing_out import handed_out

HEADS = {
    "id": gettext_lazy("ID"),
    "given_name": gettext_lazy("Given names"),
    "family_name": gettext_lazy("Family names"),
    "curp": gettext_lazy("CURP"),
    "email": gettext_lazy("E-mail"),
    "external_id": gettext_lazy("External ID"),
    "left_on": gettext_lazy("Left on"),
}
FORMS = {
    "csv": (people_files.CSV, people_files.csv),
    "xlsx": (people_files.XLSX, people_files.xlsx),
}


class Export(Screen):
    """The whole list, or those of one status."""

    title = gettext_lazy("Export")
    role: ClassVar[Role]

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        form = request.GET.get("form", "csv")
        form = form if form in FORMS else "csv"
        wanted = request.GET.get("status", "")
        status = Status(wanted) if wanted in set(Status) else None
        people = handed_out(self.role, status)
        kind, write = FORMS[form]
        heads = [str(HEADS[one]) for one in people_files.fields(self.role is Role.STUDENT)]
        answer = HttpResponse(write(heads, people_files.rows(people)), content_type=kind)
        name = f"{self.role.value.lower()}s.{form}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class StudentExport(Export):
    role = Role.STUDENT


class TeacherExport(Export):
    role = Role.TEACHER


class GuardianExport(Export):
    role = Role.GUARDIAN
