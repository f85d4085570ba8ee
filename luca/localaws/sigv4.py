"""Verification of AWS Signature Version 4 in a header. Pure: time and keys are arguments."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from luca.localaws.refusals import Reason, Refused

SKEW_SECONDS = 300
# The payload may stay outside the signature for S3 only. Bodies whose chunks are signed one by
# one are refused: boto3 does not send them, and nothing here verifies them.
UNSIGNED_PAYLOADS = frozenset({"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[A-Za-z0-9]{16,128})"
    r"/(?P<date>[0-9]{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in lower case and unique."""

    method: str
    path: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        return self.headers.get("x-amz-target", "")


@dataclass(frozen=True, slots=True)
class Signed:
    key: str
    region: str
    service: str


def verify(request: Request, secret_of: Callable[[str], str], now: float) -> Signed:
    """Who signed the request; ``secret_of`` raises ``Refused`` for a key it does not know."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise Refused(Reason.UNSIGNED, "Request is missing Authentication Token")
    secret = secret_of(found["key"])
    stamp = _stamp(request, found["date"], now)
    _check_signed_headers(request, found["names"].split(";"))
    payload = _payload_hash(request, found["service"])
    scope = f"{found['date']}/{found['region']}/{found['service']}/aws4_request"
    canonical = _canonical(request, found["names"], found["service"], payload)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    key = _signing_key(secret, found["date"], found["region"], found["service"])
    expected = hmac.digest(key, text.encode(), "sha256").hex()
    if not hmac.compare_digest(expected, found["signature"]):
        raise _bad("The request signature we calculated does not match the signature you provided.")
    return Signed(found["key"], found["region"], found["service"])


def _bad(message: str) -> Refused:
    return Refused(Reason.BAD_SIGNATURE, message)


@lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _stamp(request: Request, date: str, now: float) -> str:
    stamp = request.headers.get("x-amz-date", "")
    try:
        signed_at = datetime.fromisoformat(stamp if _STAMP.fullmatch(stamp) else "")
    except ValueError:
        raise _bad("X-Amz-Date is missing or malformed") from None
    if abs(now - signed_at.timestamp()) > SKEW_SECONDS:
        raise _bad("Signature expired or not yet current")
    if not stamp.startswith(date):
        raise _bad("Date in Credential scope does not match X-Amz-Date")
    return stamp


def _check_signed_headers(request: Request, names: list[str]) -> None:
    must = {n for n in request.headers if n == "host" or n.startswith("x-amz-")} | {"host"}
    if names != sorted(set(names)) or not must <= set(names) <= request.headers.keys():
        raise _bad("The host and every x-amz header must be signed")


def _payload_hash(request: Request, service: str) -> str:
    digest = hashlib.sha256(request.body).hexdigest()
    declared = request.headers.get("x-amz-content-sha256", digest)
    if declared != digest and not (service == "s3" and declared in UNSIGNED_PAYLOADS):
        raise _bad("The payload does not match its declared hash")
    return declared


def _canonical(request: Request, names: str, service: str, payload: str) -> str:
    # S3 signs the path as it travels, every other service encodes it once more.
    path = request.raw_path if service == "s3" else quote(request.raw_path, safe="/-_.~")
    pairs = (pair if "=" in pair else f"{pair}=" for pair in request.query.split("&"))
    query = "&".join(sorted(pairs)) if request.query else ""
    lines = "".join(
        f"{name}:{' '.join(request.headers[name].split())}\n" for name in names.split(";")
    )
    return f"{request.method}\n{path}\n{query}\n{lines}\n{names}\n{payload}"
