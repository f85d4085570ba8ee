"""What one page leaves for the next to say: in a cookie, which names people, so it is sealed."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.urls import reverse

from luca.api import sealing
from luca.api.sealing import NotOurs

LIFETIME = 3600  # seconds


class Sealed(CookieStorage):
    """Django's own is signed but can be read, and it would tell the next one at this computer."""

    def _encode_parts(self, messages: Any, encode_empty: bool = False) -> str | None:  # noqa: FBT001, FBT002 -- Django's
        plain = super()._encode_parts(messages, encode_empty)  # type: ignore[misc]  # no types
        return sealing.seal(plain, self._purpose()) if plain else None

    def _decode(self, data: str | None) -> Any:
        try:
            plain = data and sealing.unseal(data, self._purpose(), lifetime=LIFETIME)
        except NotOurs:
            plain = ""
            self.used = True  # so that it is taken away
        return super()._decode(plain)  # type: ignore[misc]  # no types

    def _update_cookie(self, encoded_data: str | None, response: HttpResponse) -> None:
        root = reverse("admin:index")
        if not encoded_data:
            response.delete_cookie(self.cookie_name, path=root, samesite="Lax")
            return
        response.set_cookie(
            self.cookie_name,
            encoded_data,
            path=root,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def _purpose(self) -> str:
        return f"messages\0{getattr(self.request.user, 'pk', None) or ''}"
