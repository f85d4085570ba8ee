"""The bases of every view: one knows the caller and is inside their school, one is for all."""

from contextlib import ExitStack
from typing import Any

from django.http import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from luca.api import throttling
from luca.api.auth import CognitoAuthentication, Principal, caller
from luca.api.permissions import Anyone
from luca.aws.audit import settled
from luca.kernel import context


class SchoolView(APIView):
    """A view inside one school: the caller's, always.

    The context holds school, actor and groups from the moment the caller is let
    in until the answer is made, whatever happens in between.
    """

    authentication_classes = [CognitoAuthentication]
    permission_classes = [Anyone()]
    changing_classes: list[Any] | None = None  # for what is no GET; None: the same
    metadata_class = None  # OPTIONS would describe the view to whoever asks

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # What staff looked at is written beside the work, and before the answer leaves.
        with ExitStack() as stack, settled():
            self._inside = stack
            return super().dispatch(request, *args, **kwargs)

    def get_permissions(self) -> Any:
        if self.changing_classes is None or self.request.method in SAFE_METHODS:
            return super().get_permissions()
        return [permission() for permission in self.changing_classes]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        who = caller(request)
        self._inside.enter_context(
            context.entered(school=who.school, actor=who.person, groups=who.groups)
        )

    def perform_authentication(self, request: Request) -> None:
        """Count before permissions are asked: who is refused has asked too."""
        super().perform_authentication(request)
        who: Any = request.user  # the stubs know the admin's users only
        if isinstance(who, Principal):
            throttling.check_caller(who)

    @property
    def caller(self) -> Principal:
        return caller(self.request)


class PublicView(APIView):
    """A view for everybody: it looks at no token and enters no school."""

    authentication_classes = []
    permission_classes = []
    metadata_class = None
    limited = True  # by the caller's address

    def check_throttles(self, request: Request) -> None:
        if self.limited:
            throttling.check_address(request._request)  # noqa: SLF001 -- DRF's request hides its headers' source
