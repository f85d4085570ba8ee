"""Everything that may hold something about a person, and what becomes of it.

`luca.privacy` does what this table says, and tests/privacy compares it with the code: a
kind of item, a prefix of files, a queue, a log event, a metric or a header that is not
declared here fails them. To declare one, say which file of an export shows it, what an
erasure does with it, and why; docs/privacy.md says the same to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What an erasure does with an item."""

    REMOVE = "removed"
    STRIP = "pseudonymised"  # the named attributes go, the rest stays
    KEEP = "kept"
    RECORD = "academic record"  # kept if its period is closed, removed otherwise
    NOBODY = "about nobody"  # holds nothing about a person, at most ids of who acted


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of item is covered."""

    section: str  # the file of an export; empty: not about one person
    fate: Fate
    why: str
    strip: tuple[str, ...] = ()


IDS = "ids only; which names they had is known nowhere after an erasure"
OFFICIAL = "the academic record of a closed period, which a school has to certify; ids only"
EXPLAINED = (
    "the academic record of a closed period: ids, and why a result did not count, in free text"
)
ACTS = "who did what: evidence of how the school handled data; ids only, never changed"
NONE = "nothing about a person"

KINDS: dict[str, Kind] = {
    # schools and people
    "student": Kind("profile", Fate.REMOVE, "name, CURP, e-mail, external id"),
    "teacher": Kind("profile", Fate.REMOVE, "name, e-mail, external id"),
    "guardian": Kind("profile", Fate.REMOVE, "name, e-mail, external id"),
    "word": Kind("look_ups", Fate.REMOVE, "the words of the name, for the search"),
    "lookup": Kind("look_ups", Fate.REMOVE, "hash of e-mail, CURP or external id"),
    "child": Kind("links", Fate.REMOVE, "whose guardian a person is"),
    "contact": Kind("links", Fate.REMOVE, "who a person's guardians are"),
    "member": Kind("links", Fate.REMOVE, "groups"),
    "taught": Kind("links", Fate.REMOVE, "who teaches what"),
    "teaches": Kind("links", Fate.REMOVE, "who teaches what"),
    "enrolled": Kind("enrolments", Fate.RECORD, OFFICIAL),
    "course_of_student": Kind("enrolments", Fate.RECORD, OFFICIAL),
    "enrolment_change": Kind("enrolments", Fate.RECORD, OFFICIAL),
    "account": Kind("account", Fate.REMOVE, "the login's e-mail and rights"),
    "invitation": Kind("account", Fate.REMOVE, "an e-mail address and when it was asked"),
    "account_order": Kind("account", Fate.REMOVE, "an e-mail address, a reason in free text"),
    "session": Kind(
        "account", Fate.REMOVE, "who is signed in to the admin, their name sealed; 12 hours"
    ),
    "admins": Kind("account", Fate.STRIP, "a set of ids; the person's is taken out"),
    # grades
    "evaluation": Kind("evaluations", Fate.REMOVE, "results, and reasons in free text"),
    "grade": Kind("grades", Fate.RECORD, OFFICIAL),
    "grade_version": Kind("grades", Fate.RECORD, EXPLAINED),
    "grade_import_row": Kind(
        "evaluations", Fate.REMOVE, "what a table said of a student's results; 90 days"
    ),
    # behaviour
    "event": Kind("events", Fate.REMOVE, "what a student did; free metadata; 30 days at most"),
    "refused_event": Kind(
        "events", Fate.REMOVE, "what was said of a student and refused; free metadata; 14 days"
    ),
    # the government sync
    "sync_record": Kind(
        "sync",
        Fate.STRIP,
        "what was sent: the payload with the CURP goes; hashes of it and of the CURP stay",
        ("payload",),
    ),
    # what was done
    "audit": Kind("audit", Fate.KEEP, ACTS),
    "erasure": Kind("erasures", Fate.KEEP, "that and how a person was erased; ids only"),
    "erasure_certificate": Kind("erasures", Fate.KEEP, "the certificate; ids only"),
    "lake_erasure": Kind("erasures", Fate.KEEP, "what the lake still has to remove; ids only"),
    # about nobody in particular
    "idempotency": Kind(
        "", Fate.NOBODY, "sealed with the caller's key: nobody else can open it; a day at most"
    ),
    "job_barrier": Kind("", Fate.NOBODY, NONE),
    "job": Kind("", Fate.NOBODY, "who asked for it, by id, and counts; a week at most"),
    "attempts": Kind(
        "",
        Fate.NOBODY,
        "a keyed hash of an address; an hour, or 30 days after a reset for a sign-in to settle",
    ),
    "school": Kind("", Fate.NOBODY, NONE),
    "profile": Kind("", Fate.NOBODY, NONE),
    "period": Kind("", Fate.NOBODY, NONE),
    "group_listed": Kind("", Fate.NOBODY, NONE),
    "subject": Kind("", Fate.NOBODY, NONE),
    "course": Kind("", Fate.NOBODY, NONE),
    "assessment": Kind("", Fate.NOBODY, "a name in free text, which should name no person"),
    "curve": Kind("", Fate.NOBODY, "sums of results; who decided, by id; a reason without names"),
    "dirty": Kind("", Fate.NOBODY, NONE),
    "event_type": Kind("", Fate.NOBODY, "labels and a schema in free text, which name no person"),
    "grading_rules": Kind("", Fate.NOBODY, "who published them, by id"),
    "night": Kind("", Fate.NOBODY, NONE),
    "office_attention": Kind("", Fate.NOBODY, "counts, and ids of periods and runs"),
    "office_course": Kind("", Fate.NOBODY, "counts and a mean of a course's grades; 90 days"),
    "office_day": Kind("", Fate.NOBODY, "counts of a school's events by day; 60 days"),
    "people_import": Kind("", Fate.NOBODY, "counts, and who sent a table, by id; 90 days"),
    "grade_import": Kind("", Fate.NOBODY, "ids of who sent a table and of who is in it; 90 days"),
    "integrator": Kind("", Fate.NOBODY, "a program, not a person"),
    "lake_checkpoint": Kind("", Fate.NOBODY, NONE),
    "lake_filled": Kind("", Fate.NOBODY, NONE),
    "lake_gap": Kind("", Fate.NOBODY, NONE),
    "lake_schema": Kind("", Fate.NOBODY, NONE),
    "lake_hold": Kind(
        "", Fate.NOBODY, "who ordered a legal hold, by id, and the number of its case"
    ),
    "sync_run": Kind("", Fate.NOBODY, "who started it, by id"),
    "sync_machine": Kind("", Fate.NOBODY, NONE),
    "sync_snapshot": Kind("", Fate.NOBODY, NONE),
    "sync_balance": Kind("", Fate.NOBODY, NONE),
    "sync_step": Kind("", Fate.NOBODY, NONE),
    "sync_evidence": Kind("", Fate.NOBODY, NONE),
    "sync_line": Kind("", Fate.NOBODY, NONE),
    "sync_batch": Kind("", Fate.NOBODY, "record ids with known codes, none of the answer's words"),
    "sync_subjects": Kind("", Fate.NOBODY, NONE),
    "sync_listed": Kind("", Fate.NOBODY, NONE),
    "sync_watch": Kind("", Fate.NOBODY, "who ended the daily check, by id"),
    "sync_hold": Kind("", Fate.NOBODY, "who paused the sync, by id"),
    "sync_current": Kind("", Fate.NOBODY, NONE),
    "sync_risk": Kind("", Fate.NOBODY, NONE),
    "sync_load": Kind("", Fate.NOBODY, NONE),
    "sync_rate": Kind("", Fate.NOBODY, NONE),
    "sync_campaign": Kind("", Fate.NOBODY, NONE),
    "sync_parent": Kind("", Fate.NOBODY, NONE),
    "sync_opened": Kind("", Fate.NOBODY, NONE),
    "sync_breaker": Kind("", Fate.NOBODY, NONE),
}
UNKNOWN = Kind("other", Fate.REMOVE, "a kind that nobody has declared")

# Files of a school in S3, by prefix: who writes them, and what they hold about people.
FILES = {
    "consolidation/": ("grades/services/consolidation/checkpoint.py", "the last student's id"),
    "govsync/*/discrepancies": (
        "govsync/services/differing.py",
        "record ids, with students' and subjects' ids",
    ),
    "govsync/": ("govsync/services/reading.py", "record ids and hashes"),
    "govsync/*/evidence/": (
        "govsync/services/evidence.py",
        "what was sent to the authority and answered, with CURP and grade: evidence of a duty",
    ),
    "jobs/": (
        "luca/aws/job_files.py",
        "report cards and lists with names; a week, and all of them go with an erasure",
    ),
    "analytics/": (
        "lake/services/answers.py",
        "answers of the lake: counts, ids at most; a day, and all of them go with an erasure",
    ),
    "imports/": ("luca/demo/oulad/events.py", "whose clicks were sent, by id"),
}

QUEUES = {
    "luca-tasks-queue": "tasks with ids as arguments; 14 days at most",
    "behavior-events-queue": "events on their way, with free metadata; 14 days at most",
    "govsync-queue": "ids of runs; 14 days at most",
    "luca-tasks-queue-dlq": "as the queue; 14 days at most",
    "behavior-events-queue-dlq": "refused events with free metadata, and why; 14 days at most",
    "govsync-queue-dlq": "letters with ids and known codes; 14 days at most",
}

TOPICS = {
    "luca-compliance": "ids of schools and runs, states and counts; SNS keeps no message",
    "luca-ops-alerts": "ids of schools and runs, states and counts; SNS keeps no message",
}

HEADERS = {
    "school_id": "the school",
    "actor_id": "an id",
    "actor_groups": "rights",
    "luca_correlation_id": "random, or the caller's, if it looks like one",
    "luca_trace": "ids of a trace and of a span in it, both random or the caller's, in hexadecimal",
    "luca_trace_id": "random, or the caller's, in hexadecimal",
}

POOL = {
    "email": "shown by an export; deleted with the account",
    "custom:school_id": "the same",
    "custom:person_id": "the same",
}

ELSEWHERE = {
    "$LUCA_HOME/logs/alerts.log": "what the two topics are told on a developer's machine",
    "$LUCA_HOME/outbox": "mails on a developer's machine, 7 days; not in AWS",
    "var/demo": "the demo's home and report: made-up people only",
    "backups": "point-in-time recovery, 35 days; after a restore every erasure is repeated",
}

# Files of the lake, by the part of it: who writes them, and what they hold about people.
LAKE_WRITERS = {
    "lake/repository/compacting.py",
    "lake/repository/partitions.py",
    "lake/services/files.py",
}
LAKE = {
    "events/": "events by student's id, with free metadata; for ever, or until an erasure",
    "grades/": "changes of results, enrolments and grades by id, reasons in free text; the same",
    "dlq/school_id=": "changes that no row could be made of and damaged files; an erasure deletes "
    "those that name the person, or that nobody can search",
    "dlq/unknown/": "changes that name no school; until an operator deletes them",
}
