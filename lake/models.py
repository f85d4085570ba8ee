"""The items of `lake.keys`."""

from pynamodb.attributes import JSONAttribute, ListAttribute, UnicodeAttribute, VersionAttribute

from luca.aws.table import InstantAttribute, PlatformItem, TenantItem


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
