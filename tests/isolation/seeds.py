"""What lies in the table and the bucket before anybody asks, and what must still lie there."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.isolation import lake
from tests.isolation.asks import INDEXES, TABLE, Ask, Call, Meaning, dynamodb
from tests.isolation.items import PARTITIONS, SCHOOLS, item, key, pinned
from tests.isolation.matrix import OWNED
from tests.isolation.mixtures import AUDIT, of
from tests.isolation.objects import BUCKET, PATHS
from tests.isolation.principals import Principal
from tests.isolation.wire import Answer, Wire

QUIET = "b"  # no principal belongs to this school, so nothing of it may ever change


def sow(wire: Wire, operator: Principal) -> None:
    """An item in every partition, present in both indexes, and an object under every path."""
    for partition in PARTITIONS:
        owner = next((s for s in SCHOOLS if partition.startswith(f"TENANT#{s}#")), "nobody")
        indexed = {f"{i}PK": partition for i in INDEXES} | {f"{i}SK": "PROFILE" for i in INDEXES}
        row = item(partition, v=OWNED.format(owner), **indexed)
        _do(wire, operator, "dynamodb", dynamodb("PutItem", {"TableName": TABLE, "Item": row}))
    for path in PATHS:
        owner = path.split("/")[1] if path.startswith("tenants/") else "nobody"
        body = OWNED.format(owner).encode()
        call = Call("PUT", f"/{BUCKET}/{quote(path, safe='/~')}", body=body)
        _do(wire, operator, "s3", call)
    for path in lake.OWN:
        owner = path.split("school_id=")[1].split("/")[0]
        call = Call("PUT", f"/{lake.BUCKET}/{quote(path)}", body=OWNED.format(owner).encode())
        _do(wire, operator, "s3", call)


def disturbed(wire: Wire, operator: Principal) -> list[str]:
    """Whatever is no longer, or newly, where only the quiet school could have put it."""
    partition = of(QUIET)
    indexed = {f"{i}PK": partition for i in INDEXES} | {f"{i}SK": "PROFILE" for i in INDEXES}
    row = item(partition, v=OWNED.format(QUIET), **indexed)
    wrong = []
    for index in (None, *INDEXES):
        where: dict[str, Any] = {"TableName": TABLE} | ({"IndexName": index} if index else {})
        body = {**where, **pinned(partition, f"{index or ''}PK")}
        answer = _do(wire, operator, "dynamodb", dynamodb("Query", body))
        if json.loads(answer.body)["Items"] != [row]:
            wrong.append(f"items of school {QUIET} were changed or planted ({index or 'table'})")
    entries = dynamodb("Query", {"TableName": TABLE, **pinned(AUDIT)})
    kept = json.loads(_do(wire, operator, "dynamodb", entries).body)["Items"]
    if key(AUDIT, "NEW") not in kept or item(AUDIT, v="new") in kept:
        wrong.append("an audit entry that a school wrote was changed or removed")
    path = f"/{BUCKET}/tenants/{QUIET}/report"
    if _do(wire, operator, "s3", Call("GET", path)).body != OWNED.format(QUIET).encode():
        wrong.append(f"an object of school {QUIET} was changed")
    return [*wrong, *_lake_disturbed(wire, operator)]


def _lake_disturbed(wire: Wire, operator: Principal) -> Iterator[str]:
    """What was in the quiet school's folders is there as it was, and nothing else is."""
    quiet = [path for path in lake.OWN if f"school_id={QUIET}/" in path]
    for path in quiet:
        answer = _do(wire, operator, "s3", Call("GET", f"/{lake.BUCKET}/{quote(path)}"))
        if answer.body != OWNED.format(QUIET).encode():
            yield f"a file of school {QUIET} in the lake was changed"
        query = f"list-type=2&prefix={quote(path.removesuffix('f.parquet'), safe='')}"
        listed = _do(wire, operator, "s3", Call("GET", f"/{lake.BUCKET}", query))
        if listed.body.count(b"<Key>") != 1:
            yield f"a file was planted in the folder of school {QUIET} in the lake"


def _do(wire: Wire, operator: Principal, service: str, call: Call) -> Answer:
    answer = wire.send(operator, Ask("seed", service, call, (), Meaning("closed")))
    if answer.status != 200:
        raise RuntimeError(f"seeding failed: {answer.status} {answer.body!r}")
    return answer
