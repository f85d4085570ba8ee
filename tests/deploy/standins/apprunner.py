"""App Runner: moto has none."""

import time
import uuid
from typing import Any

from tests.deploy.standins.door import ACCOUNT, STAND_INS, Call, Document, Refused

SERVICE = "apprunner"
_kept: dict[str, Document] = {}
_tags: dict[str, list[Document]] = {}


def _new(call: Call, kind: str, name: str, known: Document) -> Document:
    number = uuid.uuid4().hex
    arn = f"arn:aws:apprunner:{call.region}:{ACCOUNT}:{kind}/{name}/{number}"
    body = call.body
    _tags[arn] = body.pop("Tags", [])
    _kept[arn] = {"CreatedAt": time.time(), "UpdatedAt": time.time(), **body, **known}
    return {**_kept[arn], "arn": arn, "number": number}


def _one(arn: str) -> Document:
    if arn not in _kept:
        raise Refused("ResourceNotFoundException")
    return _kept[arn]


def _operation(service: Document) -> Document:
    return {"Service": service, "OperationId": str(uuid.uuid4())}


@STAND_INS.operation(SERVICE, "CreateService")
def create_service(call: Call) -> Document:
    made = _new(call, "service", call.body["ServiceName"], {"Status": "RUNNING"})
    service = _kept[made["arn"]]
    network = service.setdefault("NetworkConfiguration", {})
    network.setdefault("IngressConfiguration", {"IsPubliclyAccessible": True})
    network.setdefault("EgressConfiguration", {"EgressType": "DEFAULT"})
    network.setdefault("IpAddressType", "IPV4")
    scaling = service.get("AutoScalingConfigurationArn", f"{made['arn']}/default")
    service |= {
        "ServiceArn": made["arn"],
        "ServiceId": made["number"],
        "ServiceUrl": f"{made['number']}.{call.region}.awsapprunner.com",
        "AutoScalingConfigurationSummary": {"AutoScalingConfigurationArn": scaling},
    }
    return _operation(service)


@STAND_INS.operation(SERVICE, "DescribeService")
def describe_service(call: Call) -> Document:
    return {"Service": _one(call.body["ServiceArn"])}


@STAND_INS.operation(SERVICE, "UpdateService")
def update_service(call: Call) -> Document:
    service = _one(call.body["ServiceArn"])
    service.update(call.body)
    return _operation(service)


@STAND_INS.operation(SERVICE, "DeleteService")
def delete_service(call: Call) -> Document:
    service = _one(call.body["ServiceArn"])
    service["Status"] = "DELETED"
    return _operation(service)


KINDS = {
    "VpcConnector": ("vpcconnector", "ACTIVE", "INACTIVE"),
    "AutoScalingConfiguration": ("autoscalingconfiguration", "active", "inactive"),
    "ObservabilityConfiguration": ("observabilityconfiguration", "ACTIVE", "INACTIVE"),
}


def _keep_versions_of(kind: str) -> None:
    folder, alive, gone = KINDS[kind]

    def create(call: Call) -> Document:
        known: dict[str, Any] = {f"{kind}Revision": 1, "Latest": True, "Status": alive}
        made = _new(call, folder, f"{call.body[f'{kind}Name']}/1", known)
        one = _kept[made["arn"]]
        one[f"{kind}Arn"] = made["arn"]
        return {kind: one}

    def describe(call: Call) -> Document:
        return {kind: _one(call.body[f"{kind}Arn"])}

    def delete(call: Call) -> Document:
        one = _one(call.body[f"{kind}Arn"])
        one["Status"] = gone
        return {kind: one}

    STAND_INS.operation(SERVICE, f"Create{kind}")(create)
    STAND_INS.operation(SERVICE, f"Describe{kind}")(describe)
    STAND_INS.operation(SERVICE, f"Delete{kind}")(delete)


for _kind in KINDS:
    _keep_versions_of(_kind)


@STAND_INS.operation(SERVICE, "ListTagsForResource")
def tags(call: Call) -> Document:
    return {"Tags": _tags.get(call.body["ResourceArn"], [])}
