"""Tables, machines, questions and scaling: single calls that moto lacks around what it has."""

import json

from statelint.linter import Linter

from tests.deploy.standins.door import STAND_INS, Call, Document

_insights: dict[tuple[str, str], str] = {}


@STAND_INS.operation("states", "ValidateStateMachineDefinition")
def validate_machine(call: Call) -> Document:
    """Terraform asks while it plans. Another linter of ASL answers in the service's place."""
    problems = Linter.validate(json.loads(call.body["definition"]))
    said = [
        {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": text, "location": "/"}
        for text in problems
    ]
    return {"result": "FAIL" if said else "OK", "diagnostics": said, "truncated": False}


@STAND_INS.operation("states", "ListStateMachineVersions")
def machine_versions(_: Call) -> Document:
    return {"stateMachineVersions": []}


_scaling_tags: dict[str, str] = {}
# What moto does not keep of a service of ECS; `mending` says it back.
SERVICES: dict[str, Document] = {}
OF_SERVICES = {
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "healthCheckGracePeriodSeconds",
}


@STAND_INS.operation("application-autoscaling", "RegisterScalableTarget")
def register_target(call: Call) -> None:
    """Answered by moto, which forgets the tags: all targets have those of the provider."""
    _scaling_tags.update(call.body.get("Tags", {}))


@STAND_INS.operation("application-autoscaling", "ListTagsForResource")
def scaling_tags(_: Call) -> Document:
    return {"Tags": _scaling_tags}


@STAND_INS.operation("ecs", "CreateService")
def keep_service(call: Call) -> None:
    told = {key: value for key, value in call.body.items() if key in OF_SERVICES}
    SERVICES[call.body["serviceName"]] = told


@STAND_INS.operation("athena", "DeleteNamedQuery")
def delete_question(_: Call) -> Document:
    return {}


@STAND_INS.operation("cognito-idp", "DeleteResourceServer")
def delete_resource_server(_: Call) -> Document:
    return {}


@STAND_INS.operation("dynamodb", "UpdateContributorInsights", "DescribeContributorInsights")
def insights(call: Call) -> Document:
    body = call.body
    where = call.region, body["TableName"]
    if "ContributorInsightsAction" in body:
        _insights[where] = f"{body['ContributorInsightsAction']}D"
    status = _insights.get(where, "DISABLED")
    return {"TableName": body["TableName"], "ContributorInsightsStatus": status}


_rotation: dict[tuple[str, str], int] = {}


def _key(call: Call) -> tuple[str, str]:
    return call.region, call.body["KeyId"].rpartition("/")[2]


@STAND_INS.operation("kms", "EnableKeyRotation")
def enable_rotation(call: Call) -> None:
    """Answered by moto, which forgets how often."""
    _rotation[_key(call)] = call.body.get("RotationPeriodInDays", 365)


@STAND_INS.operation("kms", "DisableKeyRotation")
def disable_rotation(call: Call) -> None:
    _rotation.pop(_key(call), None)


@STAND_INS.operation("kms", "GetKeyRotationStatus")
def rotation(call: Call) -> Document:
    days = _rotation.get(_key(call))
    told = {} if days is None else {"RotationPeriodInDays": days}
    return {"KeyId": call.body["KeyId"], "KeyRotationEnabled": days is not None, **told}
