"""S3: single objects and listings, path style. No multipart, copies, ACLs or presigned URLs."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.sigv4 import Request

ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
LISTING = frozenset(
    {
        "list-type",
        "prefix",
        "delimiter",
        "max-keys",
        "marker",
        "continuation-token",
        "start-after",
        "encoding-type",
    }
)
# Headers that change what a PUT means (copy source, ACL, another key) are not among these.
_HEADER = re.compile(
    r"x-amz-(date|security-token|content-sha256|checksum-.*|sdk-checksum-algorithm|meta-.*"
    r"|decoded-content-length|trailer|te)"
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{2,62}")
# "." and ".." as path steps, empty steps and control characters are read differently by each side.
_UNSAFE = re.compile(r"(^|/)\.{0,2}(/|$)|[%\\\x00-\x1f]")


def checks(request: Request) -> Iterator[Check]:
    bucket, _, key = request.path.removeprefix("/").partition("/")
    query = parse_qs(request.query, keep_blank_values=True)
    foreign = [h for h in request.headers if h.startswith("x-amz-") and not _HEADER.fullmatch(h)]
    if foreign or not _BUCKET.fullmatch(bucket):
        raise NotUnderstood(f"S3 headers {foreign} or bucket {bucket!r}")
    if not key and request.method == "GET" and query.keys() <= LISTING:
        told = {f"s3:{name}": query.get(name, []) for name in ("prefix", "delimiter")}
        if any(len(values) > 1 for values in told.values()):
            raise NotUnderstood("two prefixes or delimiters")
        yield Check("s3:ListBucket", f"arn:aws:s3:::{bucket}", told)
    elif key and query.keys() <= {"x-id"} and not _UNSAFE.search(key):
        yield Check(f"s3:{ACTIONS[request.method]}", f"arn:aws:s3:::{bucket}/{key}")
    else:
        raise NotUnderstood("S3 operation")
