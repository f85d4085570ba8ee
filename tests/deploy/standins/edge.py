"""What API Gateway is told and moto forgets: noted on the way in, and given to what it makes."""

from typing import Any

from moto.apigateway.models import Authorizer, Integration, RestAPI

from tests.deploy.standins.door import STAND_INS, Call

_types: dict[str, list[str]] = {}  # by the API's name
_links: dict[str, str] = {}  # by what an integration calls


@STAND_INS.path("apigateway", "POST", "/restapis/?")
def note_types(call: Call) -> None:
    _types[call.body["name"]] = call.body.get("binaryMediaTypes", [])


@STAND_INS.path("apigateway", "PUT", "/restapis/.+/integration")
def note_link(call: Call) -> None:
    if "connectionId" in call.body:
        _links[call.body["uri"]] = call.body["connectionId"]


def mend() -> None:
    _apis_know_binary_types()
    _integrations_know_their_link()
    _authorizers_know_what_a_token_must_say()


def _apis_know_binary_types() -> None:
    begin = RestAPI.__init__

    def keep(self: Any, *more: Any, **named: Any) -> None:
        begin(self, *more, **named)
        self.binaryMediaTypes = [*_types.get(self.name, self.binaryMediaTypes)]

    RestAPI.__init__ = keep  # type: ignore[method-assign]


def _integrations_know_their_link() -> None:
    answer = Integration.to_json

    def say(self: Any) -> dict[str, Any]:
        link = _links.get(self.uri)
        return answer(self) | ({"connectionId": link} if link else {})

    Integration.to_json = say  # type: ignore[method-assign]


def _authorizers_know_what_a_token_must_say() -> None:
    """Moto passes it on under a name with a letter missing, and then looks for the right one."""
    begin = Authorizer.__init__

    def keep(self: Any, *more: Any, **named: Any) -> None:
        begin(self, *more, **named)
        self.identity_validation_expression = named.get("identiy_validation_expression")

    Authorizer.__init__ = keep  # type: ignore[method-assign]
