"""S3: objects and listings under every prefix."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from tests.isolation.asks import Ask, Call, Meaning, Question
from tests.isolation.items import LITERAL, SCHOOLS

BUCKET = "luca-data"
PATHS = (
    *(f"tenants/{school}/report" for school in SCHOOLS),
    *(f"tenants/{school}/report" for school in ("*", "?", "a*", LITERAL)),
    "tenants/areport",
    "tenants/A/report",
    "tenants/report",
    "Tenants/a/report",
    "xtenants/a/report",
    "other/tenants/a/report",
    "report",
)
PREFIXES = (
    *(f"tenants/{school}/" for school in SCHOOLS),
    *(f"tenants/{school}" for school in ("a", "1", "b")),
    *(f"tenants/{school}/" for school in ("*", "?", "a*", LITERAL)),
    "tenants/a/2026/",
    "tenants/b/2026/",
    "tenants/",
    "t",
    "",
)
VERBS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
PLAIN = "a path that two programs may read differently"
UNUSED = "an operation of S3 that Luca does not use"
NEVER = Meaning("closed")


def all_of_s3() -> Iterator[Ask]:
    for path in PATHS:
        for method, action in VERBS.items():
            call = Call(method, f"/{BUCKET}/{quote(path, safe='/~')}", body=_body(method))
            meaning = Meaning("objects", action, (path,))
            yield _ask(f"{method} {path}", call, action, f"{BUCKET}/{path}", meaning)
    for prefix in PREFIXES:
        yield from _listings(prefix)
    everything = Call("GET", f"/{BUCKET}", "list-type=2")
    yield _ask(f"ListBucket of {BUCKET}", everything, "ListBucket", BUCKET, _listing(""))
    yield from _narrow()
    yield from _never()


def _ask(
    name: str, call: Call, action: str, resource: str, meaning: Meaning, narrower: str = ""
) -> Ask:
    question = Question(f"s3:{action}", f"arn:aws:s3:::{resource}")
    return Ask(f"S3 {name}", "s3", call, (question,), meaning, (), narrower)


def _body(method: str) -> bytes:
    return b"new" if method == "PUT" else b""


def _listings(prefix: str) -> Iterator[Ask]:
    given = f"prefix={quote(prefix, safe='')}"
    question = Question("s3:ListBucket", f"arn:aws:s3:::{BUCKET}", {"s3:prefix": prefix})
    meaning = _listing(prefix)
    for query in (f"list-type=2&{given}", given, f"delimiter=%2F&list-type=2&{given}"):
        call = Call("GET", f"/{BUCKET}", query)
        yield Ask(f"S3 listing ?{query}", "s3", call, (question,), meaning)


def _listing(prefix: str) -> Meaning:
    return Meaning("listing", "ListBucket", (prefix,))


def _narrow() -> Iterator[Ask]:
    """What a school's role may do on AWS, but the guard refuses whoever asks."""
    for school in ("a", "b"):
        path = f"tenants/{school}/report"
        meaning = Meaning("objects", "PutObject", (path,))
        call = Call("POST", f"/{BUCKET}/{path}", "uploads=")
        yield _ask(f"multipart {path}", call, "PutObject", f"{BUCKET}/{path}", meaning, UNUSED)
        for step in (f"tenants/{school}/../b/report", f"tenants/{school}//report"):
            meaning = Meaning("objects", "GetObject", (step,))
            call = Call("GET", f"/{BUCKET}/{step}")
            yield _ask(f"path {step}", call, "GetObject", f"{BUCKET}/{step}", meaning, PLAIN)


def _never() -> Iterator[Ask]:
    own, theirs = "tenants/a/report", "tenants/b/report"
    bucket, held = f"/{BUCKET}", f"/{BUCKET}/{own}"
    delete = b"<Delete><Object><Key>tenants/b/report</Key></Object></Delete>"
    calls: Mapping[tuple[str, str], Call] = {
        ("ListBucketVersions", BUCKET): Call("GET", bucket, "versions="),
        ("ListBucketMultipartUploads", BUCKET): Call("GET", bucket, "uploads="),
        ("ListAllMyBuckets", "*"): Call("GET"),
        ("DeleteObject", f"{BUCKET}/{theirs}"): Call("POST", bucket, "delete=", body=delete),
        ("GetObjectVersion", f"{BUCKET}/{own}"): Call("GET", held, "versionId=null"),
        ("GetObjectAcl", f"{BUCKET}/{own}"): Call("GET", held, "acl="),
        ("PutObjectAcl", f"{BUCKET}/{own}"): Call("PUT", held, "acl="),
        ("GetObjectTagging", f"{BUCKET}/{own}"): Call("GET", held, "tagging="),
        ("GetBucketPolicy", BUCKET): Call("GET", bucket, "policy="),
        ("PutBucketPolicy", BUCKET): Call("PUT", bucket, "policy=", body=b"{}"),
        ("GetBucketLocation", BUCKET): Call("GET", bucket, "location="),
        ("DeleteBucket", BUCKET): Call("DELETE", bucket),
        ("CreateBucket", "luca-other"): Call("PUT", "/luca-other"),
        ("GetObject", f"luca-other/{own}"): Call("GET", f"/luca-other/{own}"),
        ("PutObject", f"luca-data2/{own}"): Call("PUT", f"/luca-data2/{own}", body=b"new"),
    }
    for (action, resource), call in calls.items():
        yield _ask(f"{action} of {resource}", call, action, resource, NEVER)
    # A copy reads one object and writes another; it must not carry a foreign one home.
    source = {"x-amz-copy-source": f"{BUCKET}/{theirs}"}
    copy = Ask(
        "S3 copy of a foreign object",
        "s3",
        Call("PUT", f"/{BUCKET}/tenants/a/copy", headers=source),
        (
            Question("s3:GetObject", f"arn:aws:s3:::{BUCKET}/{theirs}"),
            Question("s3:PutObject", f"arn:aws:s3:::{BUCKET}/tenants/a/copy"),
        ),
        NEVER,
    )
    yield copy
