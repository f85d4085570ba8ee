"""The edge that Terraform makes is the one that behavior/tests judges."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.session import get_session
from django.conf import settings

from behavior import rules
from behavior.domain import Event
from behavior.tests.gateway import Request, Scene, airspeed, claims, rewritten
from behavior.tests.making import sent
from luca.api.catalogue import title
from luca.api.middleware import _CORRELATION
from luca.api.problems import ALWAYS, MEDIA_TYPE
from tests.deploy.planned import ACCOUNT, PREFIX, REGION, of_kind, planned
from tests.deploy.terraform import DEPLOY, Terraform

pytestmark = pytest.mark.deploy
DOCUMENT = json.loads((DEPLOY / "behavior.integration.json").read_text(encoding="utf-8"))
QUEUE = f"{PREFIX}behavior-events-queue"
MAIN = f"""
module "edge" {{
  source           = "../modules/edge"
  prefix           = "{PREFIX}"
  behavior         = module.documents.behavior
  pool_arn         = "arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/p"
  client_id        = "client"
  gateway_role_arn = module.documents.role_arns["gateway"]
  kms_key_arn      = "arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
  origin           = {{ url = "https://api.example/", private = true, nlb_arn = "arn:nlb" }}
}}
"""
Made = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def made(terraform: Terraform) -> Made:
    return planned(terraform, "edge", MAIN)


def of(made: Made, kind: str, name: str) -> dict[str, Any]:
    return made[f"module.edge.aws_api_gateway_{kind}.{name}"]


def answers(made: Made) -> dict[str, dict[str, Any]]:
    found = of_kind(made, "aws_api_gateway_integration_response")
    return {one["status_code"]: one for one in found}


def text(name: str) -> str:
    """A template, with the one name in it that differs between environments."""
    content = (DEPLOY / name).read_text(encoding="utf-8")
    return content.replace("behavior-events-queue", QUEUE)


def test_the_method_is_the_documents(made: Made) -> None:
    wanted, method = DOCUMENT["method"], of(made, "method", "behavior")
    assert of(made, "resource", "behavior")["path_part"] == wanted["path"].removeprefix("/")
    assert method["http_method"] == wanted["http_method"]
    assert method["authorization"] == wanted["authorization"]
    assert (method["authorization_scopes"] or []) == wanted["authorization_scopes"]
    assert method["request_parameters"] == wanted["request_parameters"]
    assert method["request_models"] == wanted["request_models"]
    validator = of(made, "request_validator", "behavior")
    assert {name: validator[name] for name in wanted["request_validator"]} == wanted[
        "request_validator"
    ]


def test_the_models_are_the_documents(made: Made) -> None:
    models = {one["name"]: one for one in of_kind(made, "aws_api_gateway_model")}
    assert {name: json.loads(one["schema"]) for name, one in models.items()} == DOCUMENT["models"]
    assert {one["content_type"] for one in models.values()} == {"application/json"}


def test_the_integration_is_the_documents_and_names_this_environments_queue(made: Made) -> None:
    wanted, found = DOCUMENT["integration"], of(made, "integration", "behavior")
    assert found["uri"] == f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/{QUEUE}"
    assert found["integration_http_method"] == wanted["http_method"]
    same = ("type", "passthrough_behavior", "content_handling", "timeout_milliseconds")
    assert {name: found[name] for name in same} == {name: wanted[name] for name in same}
    assert found["request_parameters"] == wanted["request_parameters"]
    templates = wanted["request_templates"]
    assert found["request_templates"] == {kind: text(name) for kind, name in templates.items()}
    assert found["credentials"] == f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}luca-gateway"


def test_the_answers_are_the_documents(made: Made) -> None:
    found = answers(made)
    assert set(found) == {one["status_code"] for one in DOCUMENT["integration_responses"]}
    for wanted in DOCUMENT["integration_responses"]:
        one = found[wanted["status_code"]]
        assert (one["selection_pattern"] or "") == wanted["selection_pattern"]
        assert one["response_parameters"] == wanted["response_parameters"]
        templates = wanted["response_templates"]
        assert one["response_templates"] == {kind: text(name) for kind, name in templates.items()}
    declared = of_kind(made, "aws_api_gateway_method_response")
    assert {one["status_code"] for one in declared} == set(DOCUMENT["method_responses"])
    for one in declared:
        assert set(one["response_parameters"]) >= {
            name
            for wanted in DOCUMENT["integration_responses"]
            for name in wanted["response_parameters"]
        }


def test_the_deployed_template_makes_a_message_that_the_consumer_opens(made: Made) -> None:
    """What Terraform would put into API Gateway, rendered: prefix and all."""
    (template,) = of(made, "integration", "behavior")["request_templates"].values()
    request = Request(json.dumps([sent(), sent()]).encode(), claims("liceo-1"))
    rendered = airspeed(template, Scene(request.context, rewritten(request.body)))
    message = json.loads(dict(parse_qsl(rendered.text, strict_parsing=True))["MessageBody"])
    assert message["properties"]["delivery_info"]["routing_key"] == QUEUE
    assert message["headers"]["luca_correlation_id"] == request.id
    assert json.loads(b64decode(message["body"]))[1]["request_id"] == request.id
    parcel = rules.opened(json.dumps(message))
    assert isinstance(parcel, rules.Parcel)
    assert parcel.correlation_id == request.id
    assert [type(one) for one in parcel.events] == [Event, Event]

    (answer,) = answers(made)["202"]["response_templates"].values()
    said = airspeed(answer, Scene(rendered.context, "{}"))
    assert json.loads(said.text) == {"request_id": request.id, "event_ids": [None, None]}


def test_only_people_of_our_client_write_to_the_queue(made: Made) -> None:
    authorizer = of(made, "authorizer", "people")
    assert authorizer["type"] == "COGNITO_USER_POOLS"
    assert authorizer["provider_arns"] == [f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/p"]
    assert authorizer["identity_validation_expression"] == "client"
    queues = [one for one in of_kind(made, "aws_api_gateway_integration") if "sqs" in one["uri"]]
    assert len(queues) == 1


def proxied(made: Made) -> list[dict[str, Any]]:
    found = of_kind(made, "aws_api_gateway_integration")
    return [one for one in found if one["type"] == "HTTP_PROXY"]


def test_every_other_address_reaches_the_api_under_its_own_path(made: Made) -> None:
    assert sorted(one["uri"] for one in proxied(made)) == [
        "https://api.example/",
        "https://api.example/behavior",  # of programs, and every method but POST
        "https://api.example/behavior",
        "https://api.example/behavior/{proxy}",
        "https://api.example/{proxy}",
    ]
    for one in proxied(made):
        path = one["request_parameters"].get("integration.request.path.proxy")
        assert path == ("method.request.path.proxy" if "{proxy}" in one["uri"] else None)


def test_the_edge_names_every_request_and_no_caller_does(made: Made) -> None:
    """One id from gateway to consumer: `$context.requestId`, which the API takes for one."""
    for one in proxied(made):
        header = one["request_parameters"]["integration.request.header.X-Correlation-ID"]
        assert header == "context.requestId"
    assert _CORRELATION.fullmatch(Request(b"{}", {}).id)
    for one in answers(made).values():
        name = "method.response.header.X-Correlation-ID"
        assert one["response_parameters"][name] == "context.requestId"


def test_no_caller_says_from_where_they_come(made: Made) -> None:
    """Limits per address count what the gateway saw; LUCA_PROXIES takes the load balancer's off."""
    for one in proxied(made):
        header = one["request_parameters"]["integration.request.header.X-Forwarded-For"]
        assert header == "context.identity.sourceIp"


def test_nothing_is_compressed_on_its_way_through(made: Made) -> None:
    """API Gateway reads what it is not told of as text: a compressed one is ruined."""
    for one in proxied(made):
        encoding = one["request_parameters"]["integration.request.header.Accept-Encoding"]
        assert encoding == "'identity'"


# The types that API Gateway has, by AWS's own model; those that no request of ours can meet fall
# to the two defaults.
SHAPE: Any = get_session().get_service_model("apigateway").shape_for("GatewayResponseType")
TYPES = set(SHAPE.enum)
FAMILIES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


def test_whatever_the_gateway_refuses_is_a_problem_with_the_requests_id(made: Made) -> None:
    found = {one["response_type"]: one for one in of_kind(made, "aws_api_gateway_gateway_response")}
    assert set(found) == TYPES
    for response in found.values():
        status = int(response["status_code"])
        headers = response["response_parameters"]
        (body,) = (json.loads(one) for one in response["response_templates"].values())
        family = FAMILIES[status]
        assert list(body) == sorted(["type", "title", "status", "detail", "code"])
        assert (body["status"], body["code"]) == (status, family)
        assert body["type"] == f"urn:luca:problem:{family}"
        assert body["title"] == title(family, "")
        assert body["detail"].endswith(".")
        assert headers["gatewayresponse.header.Content-Type"] == f"'{MEDIA_TYPE}'"
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert headers["gatewayresponse.header.X-Correlation-ID"] == "context.requestId"
        for name, value in ALWAYS.get(status, {}).items():
            assert headers[f"gatewayresponse.header.{name}"] == f"'{value}'"


def test_the_gateways_own_words_are_the_documents(made: Made) -> None:
    found = {one["response_type"]: one for one in of_kind(made, "aws_api_gateway_gateway_response")}
    for kind, wanted in DOCUMENT["gateway_responses"].items():
        one = found[kind]
        assert one["status_code"] == wanted["status_code"]
        assert one["response_parameters"] == wanted["response_parameters"]
        assert json.loads(one["response_templates"]["application/json"]) == wanted["body"]


def test_nobody_is_in_the_access_log(made: Made) -> None:
    """Neither an address nor a path, a claim or an agent: patterns of routes, numbers and ids."""
    (log,) = of(made, "stage", "this")["access_log_settings"]
    line = json.loads(log["format"])
    personal = re.compile(r"identity\.|claims|principalId|\.path$|\.path\b(?!\.)|userAgent|domain")
    assert [name for name, value in line.items() if personal.search(value)] == []
    assert line["correlation_id"] == "$context.requestId"
    assert line["route"] == "$context.resourcePath"


# What is no part of the copy that a deployment makes.
APART = {"deployment", "stage", "method_settings", "domain_name", "base_path_mapping", "vpc_link"}


def test_whatever_changes_is_deployed() -> None:
    """A stage shows a copy: what the deployment's trigger forgets would never be seen."""
    files = (DEPLOY / "modules/edge").glob("*.tf")
    texts = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = set(re.findall(r'^resource "aws_api_gateway_(\w+)" "(\w+)"', texts, re.MULTILINE))
    trigger = texts.partition("triggers = {")[2].partition("lifecycle {")[0]
    named = set(re.findall(r"aws_api_gateway_(\w+)\.(\w+)", trigger))
    assert {one for one in made if one[0] not in APART} == named


def test_everything_is_traced_and_no_body_is_logged(made: Made) -> None:
    assert of(made, "stage", "this")["xray_tracing_enabled"] is True
    found = [one["settings"][0] for one in of_kind(made, "aws_api_gateway_method_settings")]
    assert len(found) == 2
    assert not any(one["data_trace_enabled"] for one in found)
    assert all(one["throttling_rate_limit"] > 0 for one in found)


WAF = f"""
module "waf" {{
  source      = "../modules/waf"
  prefix      = "{PREFIX}"
  account_id  = "{ACCOUNT}"
  stage_arn   = "arn:aws:apigateway:{REGION}::/restapis/a/stages/v1"
  kms_key_arn = "arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
}}
"""


def test_the_firewall_is_no_narrower_than_the_api(terraform: Terraform) -> None:
    """What one person or program may ask of one process of the API passes the firewall as well."""
    rules_of = planned(terraform, "waf", WAF)["module.waf.aws_wafv2_web_acl.edge"]["rule"]
    rates = {
        rule["name"]: rule["statement"][0]["rate_based_statement"][0]["limit"]
        for rule in rules_of
        if rule["statement"][0]["rate_based_statement"]
    }
    assert rates["token"] >= settings.PROGRAM_RATE * 60
    assert rates["token-of-a-person"] >= settings.PERSON_RATE * 60
    assert rates["browser"] >= settings.PERSON_RATE * 60
    assert rates["sign-in"] >= settings.ADDRESS_RATE * 60
    assert rates["address"] >= 5_000 * 60  # the promise, if a whole school sits behind one
