"""What the authority would refuse is found before anything is sent."""

import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from govsync import demands, services
from govsync.domain import Candidate, State
from govsync.repository import batches, runs
from govsync.rules.advice import BY_CODE
from govsync.rules.catalogue import Catalogue, parse
from govsync.tests.cast import ART, AUTUMN, CCT, MATHS, school_year, work
from govsync.tests.outside import Outside
from luca.api.tests.asking import Ask
from luca.aws.tests.copying import Schools
from luca.kernel.errors import PreconditionFailed
from luca.kernel.ids import StudentId

STRICT: dict[str, object] = {
    "version": "t",
    "cct": {"required": True, "pattern": r"\d{2}[A-Z]{3}\d{4}[A-Z]"},
    "curp": {"required": True, "pattern": r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d"},
    "score": {"least": "5", "most": "10", "decimals": 1},
    "verdicts": ["passed"],
    "subjects": ["maths", "M-1"],
}
ADA = Candidate(
    StudentId("ada"), MATHS, AUTUMN, 1, Decimal("8.5"), "passed", curp="NUAA100101MDFXDDA3"
)


@pytest.mark.parametrize(
    ("candidate", "cct", "fault"),
    [
        (ADA, CCT, ""),
        (replace(ADA, known=False), CCT, "unknown_student"),
        (ADA, "", "no_cct"),
        (ADA, "9DPR", "cct_invalid"),
        (replace(ADA, code="M-1"), CCT, ""),
        (replace(ADA, code="M-2"), CCT, "unknown_subject_code"),
        (replace(ADA, subject=ART), CCT, "unknown_subject_code"),
        (replace(ADA, score=None), CCT, "undefined_grade"),
        (replace(ADA, score=Decimal("4.9")), CCT, "score_out_of_scale"),
        (replace(ADA, score=Decimal("10.1")), CCT, "score_out_of_scale"),
        (replace(ADA, score=Decimal("8.55")), CCT, "too_many_decimals"),
        (replace(ADA, score=Decimal("8.500")), CCT, ""),  # zeros say nothing
        (replace(ADA, score=Decimal("1E1")), CCT, ""),
        (replace(ADA, verdict="failed"), CCT, "unknown_verdict"),
        (replace(ADA, curp=""), CCT, "missing_curp"),
        (replace(ADA, curp="NUAA"), CCT, "curp_invalid"),
    ],
)
def test_what_the_authority_would_refuse_has_a_reason_and_advice(
    candidate: Candidate, cct: str, fault: str
) -> None:
    assert parse(STRICT).fault(candidate, cct) == fault
    assert not fault or fault in BY_CODE


def test_where_the_local_id_will_do_nobody_needs_a_curp() -> None:
    lenient = parse({**STRICT, "curp": {"required": False, "pattern": "x"}})
    assert lenient.fault(replace(ADA, curp=""), CCT) == ""
    assert lenient.fault(ADA, CCT) == "curp_invalid", "a wrong one is still wrong"


def test_the_deployed_catalogue_can_be_read_and_a_half_one_cannot() -> None:
    assert isinstance(demands.current(), Catalogue)
    with pytest.raises(ValueError, match="curp"):
        parse({name: value for name, value in STRICT.items() if name != "curp"})


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority that knows mathematics under its own code only."""
    known = parse(
        {
            **STRICT,
            "curp": {"required": False, "pattern": "x"},
            "score": {"least": "0", "most": "100", "decimals": 2},
            "subjects": ["M-1"],
            "verdicts": ["passed", "failed", "undefined"],
        }
    )
    monkeypatch.setattr(demands, "current", lambda: known)


@pytest.fixture
def small(school: str, schools: Schools, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> str:
    """A school with 12 grades of a closed period, and a student who has none."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    schools.furnish(school, school_year, 12, 1)
    ask.school, ask.who = school, "olga/gov_operator"
    return school


@pytest.mark.usefixtures("small", "strict")
def test_one_unmapped_subject_is_found_mapped_once_and_all_its_records_pass(
    ask: Ask, authority: Outside
) -> None:
    path, english = f"/govsync/preflight?period={AUTUMN}", {"Accept-Language": "en"}
    found = ask("GET", path, headers=english).json()
    assert (found["ready"], found["blocked"]) == (0, 13)
    assert {(one["code"], one["subject"], one["records"]) for one in found["causes"]} == {
        ("unknown_subject_code", "maths", 12),
        ("unknown_subject_code", "art", 1),
    }
    assert runs.listed() == []
    blocked = work(services.start(AUTUMN).id)
    assert blocked.records == {State.BLOCKED_LOCAL: 13}

    mapped = ask("PUT", "/govsync/subjects", {"codes": {"maths": "M-1", "art": "M-1"}})
    assert (mapped.status_code, mapped["ETag"]) == (200, '"1"')
    assert ask("GET", path).json()["ready"] == 12
    sent = work(services.start(AUTUMN).id)

    assert sent.records == {State.VERIFIED: 12, State.BLOCKED_LOCAL: 1}
    assert authority.report()["calls"] > 0
    assert '"subject":"M-1"' in batches.records(sent.run.id, "00001")[0].payload


@pytest.mark.usefixtures("small", "strict")
def test_codes_are_the_authoritys_and_are_changed_by_who_has_seen_them(
    ask: Ask,
) -> None:
    refused = ask("PUT", "/govsync/subjects", {"codes": {"maths": "X-9"}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "codes.maths")
    nonsense: list[dict[str, object]] = [{}, {"codes": []}, {"codes": {"a#b": "M-1"}}]
    for one in nonsense:
        assert ask("PUT", "/govsync/subjects", one).status_code == 422
    assert services.subject_codes() == ({}, 0)

    services.map_subjects({"maths": "M-1"}, 0)
    with pytest.raises(PreconditionFailed):
        services.map_subjects({}, 0)
    stale = ask("PUT", "/govsync/subjects", {"codes": {}}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert ask("GET", "/govsync/subjects").json() == {"codes": {"maths": "M-1"}}


def test_a_dry_run_says_why_and_what_to_do_in_both_languages(small: str) -> None:
    out = StringIO()
    call_command("govsync", "start", "--school", small, "--period", AUTUMN, "--dry-run", stdout=out)
    said = out.getvalue()
    assert "send 12 records and hold back 1" in said
    assert "undefined_grade -> 1 records" in said
    assert BY_CODE["undefined_grade"].es in said
    assert BY_CODE["undefined_grade"].en in said
    assert runs.listed() == []


@pytest.mark.usefixtures("small")
def test_a_preflight_says_of_which_period(ask: Ask) -> None:
    assert ask("GET", "/govsync/preflight").status_code == 422
    assert ask("GET", "/govsync/preflight?period=2031-1").status_code == 404
