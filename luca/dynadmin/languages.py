"""The language that somebody chooses for the admin, kept by their browser."""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember it, and go back to the page where it was chosen. It shows and changes nothing."""
    root, came_from = reverse("admin:index"), _came_from(request)
    ours = came_from.netloc == request.get_host() and came_from.path.startswith(root)
    response = HttpResponseRedirect(
        came_from._replace(scheme="", netloc="").geturl() if ours else root
    )
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=root,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _came_from(request: HttpRequest) -> SplitResult:
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return urlsplit("")


def address(_request: HttpRequest) -> str:
    """Where the theme's switch sends the choice."""
    return reverse("admin:set_language")
