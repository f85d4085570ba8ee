"""How events are stored. Attributes only: rules are in rules."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from luca.aws.table import IntegerAttribute, TenantItem


class EventItem(TenantItem, discriminator="event"):
    type = UnicodeAttribute()
    time = UnicodeAttribute()  # what the client said, in UTC; the key holds the id's time
    quantity = IntegerAttribute()
    source = UnicodeAttribute()
    metadata = UnicodeAttribute()  # JSON text: DynamoDB's own numbers hold 38 digits
    received = UnicodeAttribute()
    digest = UnicodeAttribute()
