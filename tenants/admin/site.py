"""The site: who may come in is judged at the door, signing in is a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from luca.dynadmin.site import Site
from tenants.admin import looking_up, signing


class LucaSite(Site):
    index_template = "luca/dashboard.html"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return signing.sign_in(request, self)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return signing.sign_out(request)

    def look_up(self, request: HttpRequest, asked: str) -> list[Any]:
        return looking_up.look_up(asked)
