"""How the sync is stored. Attributes only: the decisions are in rules and in the machine."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from luca.aws.table import (
    DecimalAttribute,
    InstantAttribute,
    IntegerAttribute,
    PlatformItem,
    TenantItem,
)


class RunItem(TenantItem, discriminator="sync_run"):
    run = UnicodeAttribute()
    period = UnicodeAttribute()
    purpose = UnicodeAttribute(null=True)  # of the run: a first one or a correction
    status = UnicodeAttribute()
    state = UnicodeAttribute()
    phase = UnicodeAttribute()
    execution = UnicodeAttribute()  # JSON; small, because batches travel by reference
    machine = UnicodeAttribute()
    version = IntegerAttribute()
    executions = IntegerAttribute()
    began = InstantAttribute()
    started = InstantAttribute()
    started_by = UnicodeAttribute(null=True)
    groups = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute()
    not_before = InstantAttribute(null=True)
    leased_until = InstantAttribute(null=True)
    finished = InstantAttribute(null=True)
    times = UnicodeAttribute(null=True)  # JSON: of each wait its end, of each call its beginning
    time_scale = DecimalAttribute()
    first_version = IntegerAttribute(null=True)
    engine = UnicodeAttribute(null=True)  # of the present execution; none: celery
    campaign = UnicodeAttribute(null=True)  # that it was begun in
    updated = InstantAttribute()


class MachineItem(TenantItem, discriminator="sync_machine"):
    text = UnicodeAttribute()  # the definition, word for word


class StepItem(TenantItem, discriminator="sync_step"):
    version = IntegerAttribute()
    state = UnicodeAttribute()
    phase = UnicodeAttribute()
    at = InstantAttribute()
    attempt = IntegerAttribute()
    note = UnicodeAttribute(null=True)


class BalanceItem(TenantItem, discriminator="sync_balance"):
    balance = UnicodeAttribute()  # JSON
    at = InstantAttribute()


class EvidenceItem(TenantItem, discriminator="sync_evidence"):
    root = UnicodeAttribute()  # of an archive that was made of the run
    files = IntegerAttribute()
    at = InstantAttribute()


class SnapshotItem(TenantItem, discriminator="sync_snapshot"):
    records = IntegerAttribute()
    at = InstantAttribute()


class RiskItem(TenantItem, discriminator="sync_risk"):
    at_risk = BooleanAttribute()
    overdue = BooleanAttribute(null=True)
    at = InstantAttribute()


class ListedItem(TenantItem, discriminator="sync_listed"):
    run = UnicodeAttribute()
    period = UnicodeAttribute()
    started = InstantAttribute()


class HoldItem(TenantItem, discriminator="sync_hold"):
    since = InstantAttribute()
    reason = UnicodeAttribute()
    by = UnicodeAttribute(null=True)


class WatchItem(TenantItem, discriminator="sync_watch"):
    period = UnicodeAttribute()
    since = InstantAttribute()
    until = InstantAttribute()
    due = InstantAttribute()
    checked = InstantAttribute(null=True)
    found = UnicodeAttribute()  # JSON: how many discrepancies of each kind
    waiting = IntegerAttribute()
    file = UnicodeAttribute(null=True)
    closed = InstantAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    began = InstantAttribute(null=True)  # the check under way, and where it stands
    cursor = UnicodeAttribute(null=True)
    pages = IntegerAttribute()
    slot = UnicodeAttribute(null=True)
    version = IntegerAttribute()


class CurrentItem(TenantItem, discriminator="sync_current"):
    run = UnicodeAttribute()


class SubjectsItem(TenantItem, discriminator="sync_subjects"):
    codes = UnicodeAttribute()  # JSON: subject → the authority's code
    version = IntegerAttribute()


class LineItem(TenantItem, discriminator="sync_line"):
    batch = UnicodeAttribute()
    state = UnicodeAttribute()
    size = IntegerAttribute()
    counts = UnicodeAttribute()  # JSON: records by state
    checked = IntegerAttribute()


class BatchItem(TenantItem, discriminator="sync_batch"):
    run = UnicodeAttribute()
    batch = UnicodeAttribute()
    state = UnicodeAttribute()
    key = UnicodeAttribute(null=True)
    records = IntegerAttribute()
    attempts = IntegerAttribute()
    history = UnicodeAttribute()  # JSON
    answer = UnicodeAttribute(null=True)
    rejected = UnicodeAttribute(null=True)  # JSON: record → why
    taken = UnicodeAttribute(null=True)  # JSON: records
    applied = BooleanAttribute()
    slot = UnicodeAttribute(null=True)
    chain = UnicodeAttribute(null=True)  # head of the hash chain over its calls
    version = IntegerAttribute()


class RecordItem(TenantItem, discriminator="sync_record"):
    record = UnicodeAttribute()
    sent_as = UnicodeAttribute(null=True)  # its id at the authority
    student = UnicodeAttribute()
    subject = UnicodeAttribute()
    grade_version = IntegerAttribute()
    revision = UnicodeAttribute(null=True)
    payload = UnicodeAttribute(null=True)
    position = IntegerAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    history = UnicodeAttribute()  # JSON
    moved_to = UnicodeAttribute(null=True)


class RateItem(PlatformItem, discriminator="sync_rate"):
    next_free = InstantAttribute()
    last = InstantAttribute(null=True)


class BreakerItem(PlatformItem, discriminator="sync_breaker"):
    failures = IntegerAttribute()
    open_until = InstantAttribute(null=True)


class LoadItem(PlatformItem, discriminator="sync_load"):
    schools = IntegerAttribute()
    at = InstantAttribute()


class CampaignItem(PlatformItem, discriminator="sync_campaign"):
    campaign = UnicodeAttribute()
    status = UnicodeAttribute()
    execution = UnicodeAttribute()  # JSON; ended schools shrink to nothing in it
    machine = UnicodeAttribute()
    began = InstantAttribute()
    correlation_id = UnicodeAttribute()
    engine = UnicodeAttribute()
    version = IntegerAttribute()
    leased_until = InstantAttribute(null=True)
    not_before = InstantAttribute(null=True)
    finished = InstantAttribute(null=True)
    time_scale = DecimalAttribute()
    times = UnicodeAttribute()  # JSON
    updated = InstantAttribute()


class ParentItem(PlatformItem, discriminator="sync_parent"):
    text = UnicodeAttribute()  # the definition, word for word


class OpenedItem(PlatformItem, discriminator="sync_opened"):
    run = UnicodeAttribute(null=True)
    why_not = UnicodeAttribute(null=True)
    at = InstantAttribute()
