"""How events are stored. Attributes only: rules are in rules."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from luca.aws.table import IntegerAttribute, TenantItem


class EventItem(TenantItem, discriminator="event"):
    type = UnicodeAttribute()
    time = UnicodeAttribute()  # what the client said, in UTC; the key holds the id's time
    quantity = IntegerAttribute()
    source = UnicodeAttribute()
    metadata = UnicodeAttribute()  # JSON text: DynamoDB's own numbers hold 38 digits
    received = UnicodeAttribute()
    digest = UnicodeAttribute()


class EventTypeItem(TenantItem, discriminator="event_type"):
    name = UnicodeAttribute()
    label_es = UnicodeAttribute()
    label_en = UnicodeAttribute()
    schema = UnicodeAttribute()  # JSON text: a schema may hold what DynamoDB's maps do not
    active = BooleanAttribute()
    version = IntegerAttribute()


class RefusedItem(TenantItem, discriminator="refused_event"):
    code = UnicodeAttribute()
    reason = UnicodeAttribute()
    refused_at = UnicodeAttribute()
    type = UnicodeAttribute()
    student = UnicodeAttribute()
    body = UnicodeAttribute()  # the message with this event alone
    tries = IntegerAttribute(null=True)
