"""Mistakes in the policies of the lake, by file; `mutants` makes them with the others."""

from collections.abc import Mapping

from tests.isolation.changes import Change, add, both, drop, put, statement

TAG = "${aws:PrincipalTag/school_id}"
BUCKET = "arn:aws:s3:::luca-data-lake"
FOLDERS = ("events/year=????/month=??", "grades/year=????")
PREFIX = ("Condition", "StringLike", "s3:prefix")
SCHOOL = ("Condition", "StringLike", "aws:PrincipalTag/school_id")
ROLE = "arn:aws:iam::${AccountId}:role/luca-"
REQUEST_TAG = "aws:RequestTag/school_id"


def files(*patterns: str) -> list[str]:
    return [f"{BUCKET}/{pattern}" for pattern in patterns]


def folders(first: int) -> dict[str, Change]:
    """What can go wrong alike where a school reads its files and where they are kept.

    ``first``: the number of the statement about files; those about listings and times follow.
    """
    listing, times = first + 1, first + 2
    every = files(*(f"{folder}/school_id=*/*" for folder in FOLDERS))
    loose = files(f"events/*/school_id={TAG}/*", f"grades/*/school_id={TAG}/*")
    like = files(*(f"{folder}/school_id={TAG}*" for folder in FOLDERS))
    return {
        "lake: every school's folders": put(first, "Resource", value=every),
        "lake: years and months of any length": put(first, "Resource", value=loose),
        "lake: the / before the * dropped": put(first, "Resource", value=like),
        "lake: the whole bucket": put(first, "Resource", value=f"{BUCKET}/*"),
        "lake: every bucket": put(first, "Resource", value="*"),
        "lake: one school written out": put(
            first, "Resource", value=files(f"{FOLDERS[0]}/school_id=a/*")
        ),
        "lake: listings of every school": put(
            listing, *PREFIX, value=[f"{folder}/school_id=*" for folder in FOLDERS]
        ),
        "lake: listings in any depth": put(listing, *PREFIX, value=[f"events/*/school_id={TAG}/*"]),
        "lake: listings without a prefix": drop(listing, "Condition"),
        "lake: times without the delimiter": drop(times, "Condition", "StringEquals"),
        "lake: the schools of a month": add(times, *PREFIX, value="events/year=????/month=??/"),
        "lake: the schools of a year": add(times, *PREFIX, value="grades/*"),
        "lake: times for who has no school": drop(times, *SCHOOL),
    }


GROUP = "arn:aws:athena:${Region}:${AccountId}:workgroup/"
ANSWERS = "s3:ListMultipartUploadParts"  # the statement that has it
WRITES = ["s3:GetObject", "s3:PutObject"]
DELETES = ["s3:GetObject", "s3:DeleteObject"]
CHANGES: Mapping[str, Mapping[str, Change]] = {
    "tenant": {
        **folders(5),
        "lake: a school writes": put(5, "Action", value=WRITES),
        "lake: a school deletes": put(5, "Action", value=DELETES),
        "lake: a school reads poison": add(5, "Resource", value=f"{BUCKET}/dlq/school_id={TAG}/*"),
        "lake: every workgroup": put("athena:StartQueryExecution", "Resource", value=f"{GROUP}*"),
        "lake: questions of nobody": drop("athena:StartQueryExecution", "Condition"),
        "lake: all of Athena": put("athena:StartQueryExecution", "Action", value="athena:*"),
        "lake: every table": put("glue:GetTable", "Resource", value="*"),
        "lake: tables are changed": add("glue:GetTable", "Action", value="glue:UpdateTable"),
        "lake: every school's answers": put(
            ANSWERS, "Resource", value=files("answers/school_id=*/*")
        ),
        "lake: answers beside the folders": put(ANSWERS, "Resource", value=files("answers/*")),
        "lake: a school deletes answers": add(ANSWERS, "Action", value="s3:DeleteObject"),
    },
    "archive": {
        **folders(0),
        "lake: every action": put(0, "Action", value="s3:*"),
        "archive queries": statement(Action="dynamodb:Query", Resource="*"),
    },
    "trust-archive": {
        "archive: the tag conditions dropped": both(
            drop(0, "Condition", "Null", REQUEST_TAG), drop(0, "Condition", "StringLike")
        ),
        "archive: patterns accepted": lambda document: document["Statement"].pop(1),
        "archive: anybody may enter": put(0, "Principal", value={"AWS": "*"}),
        "archive: the writer may not enter": lambda document: document["Statement"][0]["Principal"][
            "AWS"
        ].remove(ROLE + "lake"),
    },
    "lake": {
        "writer reads items": statement(Action="dynamodb:GetItem", Resource="*"),
        "writer scans": statement(Action="dynamodb:Scan", Resource="*"),
        "writer reads every stream": put(
            "dynamodb:GetRecords",
            "Resource",
            value="arn:aws:dynamodb:${Region}:${AccountId}:table/*",
        ),
        "writer does not read": put(
            "dynamodb:GetRecords", "Action", value=["dynamodb:GetShardIterator"]
        ),
        "writer writes everywhere": put("s3:PutObject", "Resource", value=f"{BUCKET}/*"),
        "writer reads what it set aside": put("s3:PutObject", "Action", value=WRITES),
        "writer takes tasks": put("sqs:SendMessage", "Action", value="sqs:*"),
    },
    # What AWS runs in the writer's place.
    "pipe": {
        "pipe reads items": statement(Action="dynamodb:Query", Resource="*"),
        "pipe writes the lake": statement(Action="s3:PutObject", Resource=f"{BUCKET}/*"),
    },
    "rows": {"the function reads the lake": statement(Action="s3:GetObject", Resource="*")},
    "delivery": {
        "delivery deletes": add(0, "Action", value="s3:DeleteObject"),
        "delivery writes poison": put(0, "Resource", value=f"{BUCKET}/*"),
        "delivery writes to schools": put(0, "Resource", value="*"),
        "delivery reads the stream": statement(Action="dynamodb:*", Resource="*"),
    },
    "trust-delivery": {
        "anybody may be Firehose": put(0, "Principal", value={"AWS": "*"}),
    },
}
ON_PAPER = frozenset(
    {
        "lake: every action",
        "lake: every workgroup",
        "lake: questions of nobody",
        "lake: all of Athena",
        "lake: every table",
        "lake: tables are changed",
        "archive: the tag conditions dropped",
        "archive: patterns accepted",
        "archive: anybody may enter",
        "writer scans",
        "anybody may be Firehose",
    }
)
