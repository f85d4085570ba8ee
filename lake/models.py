"""The items of `lake.keys`."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from luca.aws.table import InstantAttribute, IntegerAttribute, PlatformItem, TenantItem


class SchemaItem(PlatformItem, discriminator="lake_schema"):
    shape = JSONAttribute()  # data set → column → type, path, since
    at = InstantAttribute()
    version = VersionAttribute()


class LakeErasureItem(TenantItem, discriminator="lake_erasure"):
    """An order, which stays: a file that is made of older images later must be compacted again."""

    person = UnicodeAttribute()
    until = InstantAttribute()  # rows of the person up to here go
    keeps: ListAttribute[str] = ListAttribute(null=True)  # periods: their academic record stays
    certificate = UnicodeAttribute()
    compacted_at = InstantAttribute(null=True)

    @property
    def is_open(self) -> bool:
        return self.compacted_at is None


class LakeHoldItem(TenantItem, discriminator="lake_hold"):
    """As long as it is there nobody's rows leave the school's part of the lake."""

    since = InstantAttribute()
    case = UnicodeAttribute()  # what whoever ordered it calls it
    by = UnicodeAttribute(null=True)


class CheckpointItem(PlatformItem, discriminator="lake_checkpoint"):
    owner = UnicodeAttribute()  # which writer reads it: another one has taken it over otherwise
    sequence = UnicodeAttribute(default="")  # of the last record whose row is in a file
    finished = BooleanAttribute(default=False)  # the shard has ended, and all of it was read
    at = InstantAttribute()
    covered = InstantAttribute()  # what the table took before this is in files
    rows = IntegerAttribute(default=0)
    files = IntegerAttribute(default=0)
    poison = IntegerAttribute(default=0)


class GapItem(PlatformItem, discriminator="lake_gap"):
    shard = UnicodeAttribute()
    after = UnicodeAttribute(default="")  # the last number before it; empty: from the beginning
    since = InstantAttribute()
    found = InstantAttribute()
    filled = InstantAttribute(null=True)


class FilledItem(PlatformItem, discriminator="lake_filled"):
    begun = InstantAttribute(null=True)  # of the last fill that was finished
    rows = IntegerAttribute(default=0)
    asked = InstantAttribute(null=True)  # when a worker was last asked to
