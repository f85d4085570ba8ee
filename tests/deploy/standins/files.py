"""Rules for a bucket's files that moto takes and does not keep whole."""

from tests.deploy.standins.door import STAND_INS, Call

_rules: dict[str, bytes] = {}
# How many old versions stay whatever their age: moto forgets it, and Terraform waits for it.
FORGOTTEN = b"NewerNoncurrentVersions"


@STAND_INS.path("s3", "PUT", "/[^/]+/?", "lifecycle")
def put_rules(call: Call) -> None:
    _rules.pop(call.path.strip("/"), None)
    if FORGOTTEN in call.raw:
        _rules[call.path.strip("/")] = call.raw


@STAND_INS.path("s3", "GET", "/[^/]+/?", "lifecycle")
def get_rules(call: Call) -> bytes | None:
    return _rules.get(call.path.strip("/"))


@STAND_INS.path("s3", "DELETE", "/[^/]+/?", "lifecycle")
def delete_rules(call: Call) -> None:
    _rules.pop(call.path.strip("/"), None)
