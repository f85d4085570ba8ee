"""SNS: publishing to one topic. Its calls are forms, not JSON.

A message to a telephone or to a device is the same action in IAM and is not understood here.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.deployment import ACCOUNT, REGION
from luca.localaws.sigv4 import Request

FORM = "application/x-www-form-urlencoded"
KNOWN = re.compile(
    r"Action|Version|TopicArn|Subject|Message"
    r"|MessageAttributes\.entry\.\d+\.(Name|Value\.(DataType|StringValue))"
)
_TOPIC = re.compile(rf"arn:aws:sns:{REGION}:{ACCOUNT}:[A-Za-z0-9_-]{{1,256}}")
MOST_FIELDS = 50


def checks(request: Request) -> Iterator[Check]:
    kind = request.headers.get("content-type", "").partition(";")[0]
    if request.method != "POST" or request.path != "/" or request.query or kind != FORM:
        raise NotUnderstood("not a plain form")
    pairs = parse_qsl(
        request.body.decode(),
        keep_blank_values=True,
        strict_parsing=True,
        max_num_fields=MOST_FIELDS,
    )
    form = dict(pairs)
    if len(form) != len(pairs) or not all(KNOWN.fullmatch(name) for name in form):
        raise NotUnderstood("a field that is repeated or unknown")
    if form["Action"] != "Publish" or not _TOPIC.fullmatch(form["TopicArn"]):
        raise NotUnderstood("SNS operation")
    yield Check("sns:Publish", form["TopicArn"])
