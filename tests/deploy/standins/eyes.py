"""What watches: saved queries of Logs Insights, groups and sampling of X-Ray, chat channels."""

import uuid

from tests.deploy.standins.door import ACCOUNT, STAND_INS, Call, Document, Refused

_queries: dict[str, Document] = {}
_groups: dict[str, Document] = {}
_rules: dict[str, Document] = {}
_channels: dict[str, Document] = {}
_tags: dict[str, list[Document]] = {}


@STAND_INS.operation("logs", "PutQueryDefinition")
def put_query(call: Call) -> Document:
    body = call.body
    name = body.setdefault("queryDefinitionId", str(uuid.uuid4()))
    _queries[name] = {key: value for key, value in body.items() if key != "clientToken"}
    return {"queryDefinitionId": name}


@STAND_INS.operation("logs", "DescribeQueryDefinitions")
def describe_queries(call: Call) -> Document:
    prefix = call.body.get("queryDefinitionNamePrefix", "")
    found = [query for query in _queries.values() if query["name"].startswith(prefix)]
    return {"queryDefinitions": found}


@STAND_INS.operation("logs", "DeleteQueryDefinition")
def delete_query(call: Call) -> Document:
    return {"success": _queries.pop(call.body["queryDefinitionId"], None) is not None}


@STAND_INS.path("xray", "POST", "/CreateGroup")
def create_group(call: Call) -> Document:
    body = call.body
    arn = f"arn:aws:xray:{call.region}:{ACCOUNT}:group/{body['GroupName']}/{uuid.uuid4().hex[:16]}"
    _tags[arn] = body.pop("Tags", [])
    body.setdefault("InsightsConfiguration", {"InsightsEnabled": False})
    body["InsightsConfiguration"].setdefault("NotificationsEnabled", False)
    _groups[arn] = {**body, "GroupARN": arn}
    return {"Group": _groups[arn]}


def _group(call: Call) -> Document:
    body = call.body
    for arn, group in _groups.items():
        if arn == body.get("GroupARN") or group["GroupName"] == body.get("GroupName"):
            return group
    raise Refused("InvalidRequestException")


@STAND_INS.path("xray", "POST", "/GetGroup")
def get_group(call: Call) -> Document:
    return {"Group": _group(call)}


@STAND_INS.path("xray", "POST", "/UpdateGroup")
def update_group(call: Call) -> Document:
    group = _group(call)
    group.update(call.body)
    return {"Group": group}


@STAND_INS.path("xray", "POST", "/DeleteGroup")
def delete_group(call: Call) -> Document:
    _groups.pop(_group(call)["GroupARN"])
    return {}


@STAND_INS.path("xray", "POST", "/CreateSamplingRule")
def create_rule(call: Call) -> Document:
    rule = call.body["SamplingRule"]
    rule["RuleARN"] = f"arn:aws:xray:{call.region}:{ACCOUNT}:sampling-rule/{rule['RuleName']}"
    _tags[rule["RuleARN"]] = call.body.get("Tags", [])
    _rules[rule["RuleName"]] = {"SamplingRule": rule, "CreatedAt": 0, "ModifiedAt": 0}
    return {"SamplingRuleRecord": _rules[rule["RuleName"]]}


@STAND_INS.path("xray", "POST", "/GetSamplingRules")
def rules(_: Call) -> Document:
    return {"SamplingRuleRecords": list(_rules.values())}


@STAND_INS.path("xray", "POST", "/UpdateSamplingRule")
def update_rule(call: Call) -> Document:
    told = call.body["SamplingRuleUpdate"]
    name = told.get("RuleName") or told["RuleARN"].rpartition("/")[2]
    _rules[name]["SamplingRule"].update(told)
    return {"SamplingRuleRecord": _rules[name]}


@STAND_INS.path("xray", "POST", "/DeleteSamplingRule")
def delete_rule(call: Call) -> Document:
    body = call.body
    name = body.get("RuleName") or body["RuleARN"].rpartition("/")[2]
    return {"SamplingRuleRecord": _rules.pop(name)}


@STAND_INS.path("xray", "POST", "/ListTagsForResource")
def xray_tags(call: Call) -> Document:
    return {"Tags": _tags.get(call.body["ResourceARN"], [])}


@STAND_INS.path("chatbot", "POST", "/create-slack-channel-configuration")
def create_channel(call: Call) -> Document:
    body = call.body
    arn = f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/{body['ConfigurationName']}"
    tags = body.pop("Tags", [])
    team = {"SlackTeamName": "school", "SlackChannelName": "school"}
    _channels[arn] = {**team, **body, "ChatConfigurationArn": arn, "Tags": tags}
    return {"ChannelConfiguration": _channels[arn]}


@STAND_INS.path("chatbot", "POST", "/describe-slack-channel-configurations")
def describe_channels(call: Call) -> Document:
    wanted = call.body.get("ChatConfigurationArn")
    found = [channel for arn, channel in _channels.items() if wanted in {None, arn}]
    return {"SlackChannelConfigurations": found}


@STAND_INS.path("chatbot", "POST", "/delete-slack-channel-configuration")
def delete_channel(call: Call) -> Document:
    _channels.pop(call.body["ChatConfigurationArn"], None)
    return {}


@STAND_INS.path("chatbot", "POST", "/list-tags-for-resource")
def channel_tags(call: Call) -> Document:
    return {"Tags": _channels.get(call.body["ResourceARN"], {}).get("Tags", [])}
