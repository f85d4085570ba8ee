"""What API Gateway's template makes of the claims in a token, whatever they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from behavior import rules
from behavior.domain import Refusal
from behavior.tests.deliveries import sent
from behavior.tests.gateway import Request, claims, written

if TYPE_CHECKING:
    from behavior.tests.gateway import Gateway


@pytest.mark.parametrize(
    ("spelled", "groups"),
    [
        ("student", {"student"}),
        ("student,teacher", {"student", "teacher"}),
        ("student, teacher", {"student", "teacher"}),
        ("[student, teacher]", {"student", "teacher"}),
        ("[student teacher]", {"student", "teacher"}),
        ('["student","teacher"]', {"student", "teacher"}),
        ("[]", set()),
        ("", set()),
        (None, set()),
        ("integrator", set()),
        ("integrator,student,integrator,integrator", {"student"}),
        ("[teacher, integrator]", {"teacher"}),
        ("integrators,no-integrator", {"integrators", "no-integrator"}),
        ('school_admin"},"x":{"', {"school_admin", "x"}),
    ],
)
def test_groups_are_read_however_aws_spells_a_list(
    gateway: Gateway, school: str, spelled: str, groups: set[str]
) -> None:
    """A person is never a program: the API drops that group too."""
    message = gateway.message(Request(written(sent()), claims(school, cognito__groups=spelled)))
    parcel = rules.opened(message)
    assert isinstance(parcel, rules.Parcel)
    assert parcel.groups == groups


BROKEN_CLAIMS = [
    ("custom__school_id", None, "It names no school."),
    ("custom__school_id", "", "It names no school."),
    ("custom__school_id", "*", "A school's id is 1 to 63"),
    ("custom__school_id", 'other"', "A school's id is 1 to 63"),
    ("custom__school_id", 'other","actor_groups":"school_admin', "A school's id is 1 to 63"),
    ("custom__school_id", "o'ther", "A school's id is 1 to 63"),
    ("custom__school_id", "other\\", "A school's id is 1 to 63"),
    ("custom__school_id", "other\n", "A school's id is 1 to 63"),
    ("custom__school_id", "other&Action=DeleteQueue", "A school's id is 1 to 63"),
    ("custom__school_id", "$context.requestId", "A school's id is 1 to 63"),
    ("custom__school_id", "niño", "A school's id is 1 to 63"),
    ("custom__person_id", None, "It names no actor."),
    ("custom__person_id", "", "It names no actor."),
    ("custom__person_id", 'ana"', "The actor must be"),
    ("custom__person_id", "ana\\", "The actor must be"),
    ("custom__person_id", "ana'", "The actor must be"),
    ("custom__person_id", "ana\u2028", "The actor must be"),
    ("custom__person_id", 'ana","school_id":"other', "The actor must be"),
]


@pytest.mark.parametrize(("claim", "value", "reason"), BROKEN_CLAIMS)
def test_a_claim_that_is_missing_or_no_id_makes_a_message_that_is_refused(
    gateway: Gateway, school: str, claim: str, value: str, reason: str
) -> None:
    request = Request(written(sent()), claims(school, **{claim: value}))
    form = gateway.form(request)
    found = rules.opened(form["MessageBody"])
    assert isinstance(found, Refusal)
    assert found.reason.startswith(reason)
    assert set(form) == {"Action", "Version", "MessageGroupId", "MessageBody"}


def test_without_any_claims_nothing_is_broken(gateway: Gateway) -> None:
    found = rules.opened(gateway.message(Request(written(sent()), {})))
    assert isinstance(found, Refusal)
    assert found.reason == "It names no school."
