"""What API Gateway answers: 202 with ids, or a problem."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from behavior import rules
from behavior.domain import Event
from behavior.tests.gateway import DEPLOY, Gateway, Request
from behavior.tests.making import NOW, sent, ulid
from luca.api.catalogue import title
from luca.api.problems import ALWAYS, MEDIA_TYPE
from luca.aws import clients, queue
from luca.kernel.ids import uuid7

ALL = json.loads((DEPLOY / "behavior.integration.json").read_text())
RESPONSES = {one["selection_pattern"]: one for one in ALL["integration_responses"]}
ANSWER, AWAY, REST = RESPONSES[r"2\d{2}"], RESPONSES[r"5\d{2}"], RESPONSES[""]
STORED = {"SendMessageResponse": {"SendMessageResult": {"MessageId": "m-1"}}}
ANA = {"custom:school_id": "liceo-1", "custom:person_id": "ana", "cognito:groups": "student"}
MINE, ALSO_MINE = uuid7(NOW, b"0123456789"), ulid(NOW)


def answered(gateway: Gateway, response: Any, said: Any, request: Request) -> tuple[str, Any]:
    """The status and the body that a client gets, rendered after the request was."""
    context = gateway.request(request).context
    (template,) = response["response_templates"].values()
    found = gateway.answer(template, context, said)
    status = found.context["responseOverride"].get("status", response["status_code"])
    return str(status), json.loads(found.text)


def asked(body: Any, claims: Any = None, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(json.dumps(body).encode(), ANA if claims is None else claims, named)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (sent(), [None]),
        ([sent()], [None]),
        (sent(event_id=MINE), [MINE]),
        ([sent(event_id=MINE), sent(), sent(event_id=ALSO_MINE)], [MINE, None, ALSO_MINE]),
        ({"events": [sent(), sent(event_id=MINE)]}, [None, MINE]),
        ([sent(event_id=None)] * 50, [None] * 50),
        ([sent(event_id=MINE)] * 50, [MINE] * 50),
        ([sent(event_id='","x":"'), sent(event_id=7), sent(event_id={"a": [1]})], [None] * 3),
        ([sent(event_id="$context.requestId#set($x=1)-----------")], [None]),
        ([sent(event_id="x" * 37), sent(event_id=""), sent(event_id=True)], [None] * 3),
    ],
)
def test_an_accepted_request_is_answered_with_the_ids_of_its_own(
    gateway: Gateway, body: Any, ids: list[str | None]
) -> None:
    request = asked(body)
    status, answer = answered(gateway, ANSWER, STORED, request)
    assert status == "202"
    assert answer == {"request_id": request.id, "event_ids": ids}


def test_the_ids_of_the_others_follow_from_the_answer(gateway: Gateway) -> None:
    """As docs/behavior.md tells a client to find them."""
    request = asked([sent(), sent(event_id=MINE), sent()], Idempotency_Key="lesson-7")
    request = replace(request, at=round(NOW.timestamp() * 1000))
    _, answer = answered(gateway, ANSWER, STORED, request)
    assert answer["request_id"] == b64encode(b"lesson-7").decode()
    parcel = rules.opened(gateway.message(request))
    assert isinstance(parcel, rules.Parcel)
    at = round(datetime.fromisoformat(sent()["time"]).timestamp() * 1000)
    found = [
        own or followed(at, "liceo-1", "ana", answer["request_id"], place)
        for place, own in enumerate(answer["event_ids"])
    ]
    assert found == [one.id for one in parcel.events if isinstance(one, Event)]


def followed(at: int, school: str, person: str, request: str, place: int) -> str:
    digest = sha256(f"{school}\n{person}\n{request}\n{place}".encode()).digest()
    rest = int.from_bytes(digest[:10])
    high, low = rest >> 68 & 0xFFF, rest & (1 << 62) - 1
    return str(UUID(int=at << 80 | 7 << 76 | high << 64 | 2 << 62 | low))


def test_where_a_template_leaves_nothing_the_answer_still_names_the_request(
    gateway: Gateway,
) -> None:
    request = asked(sent())
    found = gateway.answer("behavior_response.vtl", request.context, STORED)
    assert json.loads(found.text) == {"request_id": request.id, "event_ids": []}


def refused(code: str, message: str) -> dict[str, Any]:
    """As SQS words it to a caller who wants JSON."""
    return {"Error": {"Type": "Sender", "Code": code, "Message": message}, "RequestId": "r"}


NO_QUEUE = refused("AWS.SimpleQueueService.NonExistentQueue", "The queue does not exist.")
PROBLEMS = [
    (refused("InvalidParameterValue", "Value  for parameter MessageGroupId is invalid."), "502"),
    (NO_QUEUE, "502"),
    (refused("AccessDenied", "Access to the resource is denied."), "502"),
    (refused("RequestThrottled", "Request is throttled."), "503"),
    (refused("ThrottlingException", "Rate exceeded"), "503"),
    ({}, "502"),
]


@pytest.mark.parametrize(("said", "status"), PROBLEMS)
def test_a_refusal_of_the_queues_is_a_problem(gateway: Gateway, said: Any, status: str) -> None:
    found, answer = answered(gateway, REST, said, asked(sent()))
    assert found == status
    assert_problem(answer, int(status))


@pytest.mark.parametrize("missing", ["custom:school_id", "custom:person_id"])
def test_a_token_without_a_school_or_person_that_the_queue_refuses_is_forbidden(
    gateway: Gateway, missing: str
) -> None:
    claims = {name: value for name, value in ANA.items() if name != missing}
    status, answer = answered(gateway, REST, PROBLEMS[0][0], asked(sent(), claims))
    assert status == "403"
    assert_problem(answer, 403)


@pytest.mark.usefixtures("school")
def test_what_is_too_large_for_the_queue_is_too_large_for_the_client(gateway: Gateway) -> None:
    """The queue's own words, whatever limit it has."""
    request = asked([sent(metadata={"note": "x" * 7000})] * 28)
    body = gateway.message(request)
    sqs = clients.sqs()
    with pytest.raises(sqs.exceptions.ClientError) as caught:
        sqs.send_message(QueueUrl=queue.url("behavior"), MessageBody=body)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    said = refused(error["Error"]["Code"], error["Error"]["Message"])
    status, answer = answered(gateway, REST, said, request)
    assert status == "413"
    assert_problem(answer, 413)


def test_the_queues_limit_is_the_one_that_the_api_keeps() -> None:
    deployed = json.loads((DEPLOY / "queues.json").read_text())["behavior-events-queue"]
    assert deployed["maximum_message_size_bytes"] == queue.LARGEST


def test_a_queue_that_is_down_is_unavailable(gateway: Gateway) -> None:
    status, answer = answered(gateway, AWAY, {}, asked(sent()))
    assert status == "503"
    assert_problem(answer, 503)
    assert AWAY["response_parameters"]["method.response.header.Retry-After"] == "'1'"


FAMILIES = {
    401: "unauthenticated",
    403: "forbidden",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    502: "internal",
    503: "unavailable",
}


def assert_problem(body: Any, status: int) -> None:
    """The same members as the API's problems, with the title that it gives them."""
    family = FAMILIES[status]
    assert list(body) == ["type", "title", "status", "detail", "code"]
    assert body["type"] == f"urn:luca:problem:{family}"
    assert (body["code"], body["status"], body["title"]) == (family, status, title(family, ""))
    assert body["detail"].endswith(".")


@pytest.mark.parametrize("kind", ALL["gateway_responses"])
def test_what_api_gateway_refuses_by_itself_is_a_problem_too(kind: str) -> None:
    response = ALL["gateway_responses"][kind]
    status = int(response["status_code"])
    assert_problem(response["body"], status)
    headers = response["response_parameters"]
    assert headers["gatewayresponse.header.Content-Type"] == f"'{MEDIA_TYPE}'"
    for name, value in ALWAYS.get(status, {}).items():
        assert headers[f"gatewayresponse.header.{name}"] == f"'{value}'"


def test_nothing_but_a_message_in_the_queue_is_answered_with_202() -> None:
    """The answer without a pattern is for everything else, and every status is declared."""
    assert [one["status_code"] for one in RESPONSES.values()] == ["202", "503", "502"]
    assert {one["status_code"] for one in RESPONSES.values()} <= set(ALL["method_responses"])
    for response in (AWAY, REST):
        kind = response["response_parameters"]["method.response.header.Content-Type"]
        assert kind == f"'{MEDIA_TYPE}'"


def test_only_json_reaches_the_template_and_only_as_text() -> None:
    integration = ALL["integration"]
    assert integration["passthrough_behavior"] == "NEVER"
    assert integration["content_handling"] == "CONVERT_TO_TEXT"
    assert integration["request_templates"] == {"application/json": "behavior.vtl"}
    assert integration["uri"].endswith(":sqs:path/${AccountId}/behavior-events-queue")
    assert ALL["method"]["request_validator"]["validate_request_body"] is True
    assert list(ALL["method"]["request_models"]) == ["application/json"]
