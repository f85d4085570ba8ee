"""Parts of pages: what takes a while comes after the page around it stands."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from luca.dynadmin.saying import said
from luca.dynadmin.screens import Screen
from luca.kernel.errors import LucaError


class Part(Screen):
    """What a page asks for after it stands; what cannot be shown says so in its place.

    Its template begins with `{% if trouble %}{% include "dynadmin/trouble.html" %}{% else %}`.
    """

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        try:
            shown = self.shown(**where)
        except LucaError as error:
            shown = {"trouble": [said(error), *(said(one.message) for one in error.errors)]}
        answer = TemplateResponse(request, self.template, dict(shown))
        answer["Cache-Control"] = "no-store"
        return answer
