"""How grades are stored. Attributes only: the decisions are in rules."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from luca.aws.table import (
    DecimalAttribute,
    InstantAttribute,
    IntegerAttribute,
    PlatformItem,
    TenantItem,
)


class EvaluationItem(TenantItem, discriminator="evaluation"):
    student = UnicodeAttribute()
    subject = UnicodeAttribute()
    period = UnicodeAttribute()
    assessment = UnicodeAttribute()
    status = UnicodeAttribute()
    score = DecimalAttribute(null=True)
    max = DecimalAttribute()
    category = UnicodeAttribute()
    group = UnicodeAttribute(null=True)
    recorded_at = InstantAttribute()
    recorded_by = UnicodeAttribute(null=True)
    version = IntegerAttribute()
    consolidated = BooleanAttribute()
    reason = UnicodeAttribute(null=True)
    history = UnicodeAttribute(null=True)  # JSON: what it was before each correction
    submitted_at = InstantAttribute(null=True)
    moved_to = UnicodeAttribute(null=True)


class AssessmentItem(TenantItem, discriminator="assessment"):
    assessment = UnicodeAttribute()
    type = UnicodeAttribute()
    category = UnicodeAttribute(null=True)
    max = DecimalAttribute()
    weight = DecimalAttribute()
    # What follows is absent where it is as usual.
    subject = UnicodeAttribute(null=True)
    period = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    due = InstantAttribute(null=True)
    group = UnicodeAttribute(null=True)
    unpublished = BooleanAttribute(null=True)
    extra_credit = BooleanAttribute(null=True)
    curve = UnicodeAttribute(null=True)  # JSON of rules.curve_as_mapping
    version = IntegerAttribute(null=True)


class CurveItem(TenantItem, discriminator="curve"):
    assessment = UnicodeAttribute()
    number = IntegerAttribute()
    act = UnicodeAttribute()
    curve = UnicodeAttribute(null=True)  # JSON of rules.curve_as_mapping; absent: none is in force
    before = IntegerAttribute()
    at = InstantAttribute()
    by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    leaves = IntegerAttribute()


class DirtyItem(TenantItem, discriminator="dirty"):
    subject = UnicodeAttribute()
    period = UnicodeAttribute()
    token = UnicodeAttribute()  # of the last change; only who saw it may clear the marker
    at = InstantAttribute()


class RulesItem(TenantItem, discriminator="grading_rules"):
    subject = UnicodeAttribute()
    version = IntegerAttribute()
    rules = UnicodeAttribute()  # JSON of rules.as_mapping
    valid_from = UnicodeAttribute(null=True)  # a day of the school; null: since always
    published_at = InstantAttribute()
    published_by = UnicodeAttribute(null=True)
    withdrawn_at = InstantAttribute(null=True)


class GradeItem(TenantItem, discriminator="grade"):
    student = UnicodeAttribute()
    subject = UnicodeAttribute()
    period = UnicodeAttribute()
    consolidated_score = DecimalAttribute(null=True)  # null: undefined, which is not 0
    current = DecimalAttribute(null=True)
    final = DecimalAttribute(null=True)
    verdict = UnicodeAttribute()
    published = UnicodeAttribute()
    evaluations_count = IntegerAttribute()
    last_calculated = InstantAttribute()
    version = IntegerAttribute()
    rules_version = IntegerAttribute()
    places = IntegerAttribute()  # DynamoDB drops trailing zeros: 53.0 comes back as 53
    trace_hash = UnicodeAttribute()
    sync_state = UnicodeAttribute(null=True)
    sync_batch = UnicodeAttribute(null=True)
    sync_outcome = UnicodeAttribute(null=True)
    synced_at = InstantAttribute(null=True)
    given_back = IntegerAttribute(null=True)
    checks = IntegerAttribute(null=True)  # how often this version was found right once more


class VersionItem(TenantItem, discriminator="grade_version"):
    student = UnicodeAttribute()
    subject = UnicodeAttribute()
    period = UnicodeAttribute()
    version = IntegerAttribute()
    consolidated_score = DecimalAttribute(null=True)
    current = DecimalAttribute(null=True)
    final = DecimalAttribute(null=True)
    places = IntegerAttribute()
    published = UnicodeAttribute()
    calculated = InstantAttribute()
    trace = UnicodeAttribute()  # JSON
    trace_hash = UnicodeAttribute()


class GradeImportItem(TenantItem, discriminator="grade_import"):
    id = UnicodeAttribute()
    subject = UnicodeAttribute()
    period = UnicodeAttribute()
    group = UnicodeAttribute()
    made_at = InstantAttribute()
    made_by = UnicodeAttribute(null=True)
    students = UnicodeAttribute()  # JSON: in whose partitions its rows lie
    faults = UnicodeAttribute()  # JSON: the cells that are about no student


class GradeImportRowItem(TenantItem, discriminator="grade_import_row"):
    student = UnicodeAttribute()
    cells = UnicodeAttribute()  # JSON


class NightItem(PlatformItem, discriminator="night"):
    state = UnicodeAttribute()
    claimed_at = InstantAttribute()
    ended_at = InstantAttribute(null=True)
    written = IntegerAttribute(null=True)
    failed = IntegerAttribute(null=True)
    left = IntegerAttribute(null=True)
    error = UnicodeAttribute(null=True)  # the kind of an error
    unchanged = IntegerAttribute(null=True)
    courses = IntegerAttribute(null=True)
    seconds = UnicodeAttribute(null=True)
    failures = UnicodeAttribute(null=True)  # JSON, bounded
    done = IntegerAttribute(null=True)
    total = IntegerAttribute(null=True)
