"""What an erasure leaves behind; ids only.

| item | kind | PK | SK |
|---|---|---|---|
| how far an erasure is | ``erasure`` | `T#ERASURES` | `PERSON#<id>` |
| its certificate | ``erasure_certificate`` | `T#ERASURES` | `CERTIFICATE#<id>` |

Beside them lie the lake's orders, `LAKE#<person>`, which `lake.services` writes and carries out.
"""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from luca.aws import store
from luca.aws.table import InstantAttribute, TenantItem, key, prefix, tenant_key
from luca.kernel.ids import check_id

BEGUN, DONE = "begun", "done"


class ErasureItem(TenantItem, discriminator="erasure"):
    person = UnicodeAttribute()
    state = UnicodeAttribute()
    certificate = UnicodeAttribute()
    began = InstantAttribute()
    reason = UnicodeAttribute()
    counts = JSONAttribute()  # of what the first attempt found, by store and fate


class CertificateItem(TenantItem, discriminator="erasure_certificate"):
    person = UnicodeAttribute()
    at = InstantAttribute()
    content = UnicodeAttribute()  # the certificate itself, as it was handed out


def place() -> str:
    return tenant_key("ERASURES")


def journal(person: str) -> str:
    return key("PERSON", check_id(person))


def certificate(identity: str) -> str:
    return key("CERTIFICATE", check_id(identity))


def certificates() -> list[CertificateItem]:
    """Every certificate of the school, the oldest first: their ids begin with their time."""
    beginning = CertificateItem.sk.startswith(prefix("CERTIFICATE"))
    return list(store.every(CertificateItem, place(), beginning, consistent=True))


def get_journal(person: str) -> ErasureItem | None:
    return store.get(ErasureItem, place(), journal(person), consistent=True)


def get_certificate(identity: str) -> CertificateItem | None:
    return store.get(CertificateItem, place(), certificate(identity), consistent=True)
