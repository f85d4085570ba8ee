"""Furniture: items for the tests of the store."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute

from luca.aws.table import (
    DecimalAttribute,
    InstantAttribute,
    PlatformItem,
    TenantItem,
    VersionAttribute,
    tenant_key,
)


class Desk(TenantItem, discriminator="test-desk"):
    owner = UnicodeAttribute()
    height = DecimalAttribute(null=True)
    built = InstantAttribute(null=True)
    version = VersionAttribute()


class Lamp(TenantItem, discriminator="test-lamp"):
    colour = UnicodeAttribute()


class Town(PlatformItem, discriminator="test-town"):
    name = UnicodeAttribute()


def desk(number: str = "1", **more: Any) -> Desk:
    return Desk(tenant_key("DESK", number), "PROFILE", owner="ada", **more)
