import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.kernel.ids import StudentId
from tenants import rules
from tenants.domain import Student

ADA = "SABC560626MDFLRN01"  # the registry's own specimen
MX = Path(__file__).parents[3] / "shared" / "data" / "mx"

needs_samples = pytest.mark.skipif(
    not MX.exists(), reason="the published samples of ../shared/data/mx are not on this machine"
)


@pytest.mark.parametrize(
    ("curp", "word"),
    [
        (ADA, ""),
        ("BOXW310820HNERXN09", ""),
        ("BOXW310820HNERXN08", "check digit"),
        ("SABC560626MDFLRN09", "check digit"),
        ("MOCO560626MDFLRN01", "first four letters"),
        ("NACO560626MDFLRN01", "first four letters"),
        ("SABC560026MDFLRN01", "date of birth"),
        ("SABC561626MDFLRN09", "date of birth"),
        ("SABC560632MDFLRN01", "date of birth"),
        ("SABC560626MXXLRN01", "state"),
        ("SABC560626MDFLRN0", "18 characters"),
        ("SABC560626MDFLRN01 ", "18 characters"),
        ("SABC560626ZDFLRN01", "18 characters"),
        ("SABC56\u0660626MDFLRN01", "18 characters"),
        ("", "18 characters"),
    ],
)
def test_a_curp_is_judged(curp: str, word: str) -> None:
    fault = rules.curp_fault(curp)

    assert bool(fault) == bool(word)
    assert word in fault
    assert not curp or curp not in fault


def test_a_curp_of_this_century_has_a_letter_in_the_seventeenth_place() -> None:
    born_2004 = "SABC040229MDFLRNA"
    digit = rules.curp_check_digit(born_2004)

    assert rules.curp_fault(f"{born_2004}{digit}") == ""
    assert "date of birth" in rules.curp_fault(f"SABC050229MDFLRNA{digit}")


@given(st.integers(0, 16), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
def test_one_mistyped_character_is_noticed_unless_the_digit_happens_to_agree(
    place: int, other: str
) -> None:
    mistyped = ADA[:place] + other + ADA[place + 1 :]

    agrees = rules.curp_check_digit(mistyped) == int(ADA[17])
    assert rules.curp_fault(mistyped) or agrees


@needs_samples
def test_published_specimens_are_judged_as_the_reference_library_does() -> None:
    with (MX / "curp_vectors.csv").open() as file:
        vectors = list(csv.DictReader(file))

    assert len(vectors) == 12
    for vector in vectors:
        assert (rules.curp_fault(vector["curp"]) == "") == (vector["stdnum_valid"] == "1")
        assert rules.curp_check_digit(vector["curp"]) == int(vector["computed_check_digit"])


@needs_samples
def test_real_school_codes_pass_and_their_letter_is_computed() -> None:
    with (MX / "cct_sample.csv").open() as file:
        real = list(csv.DictReader(file))

    assert len(real) == 228
    assert [row["cct"] for row in real if rules.cct_fault(row["cct"])] == []
    assert [
        r["cct"] for r in real if rules.cct_check_letter(r["cct"]) != r["letra_calculada"]
    ] == []


@pytest.mark.parametrize(
    ("cct", "refused", "warned"),
    [
        ("01DES0008H", False, False),
        ("01DES0008J", False, True),
        ("33DES0008H", True, False),
        ("00DES0008H", True, False),
        ("01DES008H", True, False),
        ("", True, False),
    ],
)
def test_a_wrong_check_letter_warns_and_a_wrong_form_is_refused(
    cct: str, *, refused: bool, warned: bool
) -> None:
    assert (bool(rules.cct_fault(cct)), bool(rules.cct_warning(cct))) == (refused, warned)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Núñez Peña", "nunez pena"),
        ("  de la O,   JOSÉ ", "de la o jose"),
        ("O'Higgins#x", "ohiggins x"),
        ("STRAßE", "strasse"),
        ("李小龍", "李小龍"),
        ("---", ""),
    ],
)
def test_a_name_folds_to_what_people_type(name: str, folded: str) -> None:
    assert rules.folded(name) == folded


@given(st.text())
def test_folding_twice_changes_nothing_and_never_leaves_a_separator(name: str) -> None:
    once = rules.folded(name)

    assert rules.folded(once) == once
    assert "#" not in once


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({}, set()),
        ({"given_name": ""}, {"given_name"}),
        ({"given_name": "A" * 201}, {"given_name"}),
        ({"family_name": "Nul\x00"}, {"family_name"}),
        ({"family_name": "\ud800"}, {"family_name"}),
        ({"id": "a#b"}, {"id"}),
        ({"id": ""}, {"id"}),
        ({"curp": "X"}, {"curp"}),
        ({"email": "ada"}, {"email"}),
        ({"email": "ada@north.example"}, set()),
        ({"external_id": "https://x/#1"}, set()),
        ({"external_id": "a\nb"}, {"external_id"}),
        ({"id": "", "given_name": "", "email": "@"}, {"id", "given_name", "email"}),
    ],
)
def test_every_fault_of_a_student_is_named(fields: dict[str, str], faulty: set[str]) -> None:
    known: dict[str, Any] = {"id": "ada", "given_name": "Ada", **fields}

    found = rules.person_faults(Student(StudentId(known.pop("id")), **known))

    assert {fault.field for fault in found} == faulty


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("America/Mexico_City", True),
        ("UTC", True),
        ("Mexico", False),
        ("../etc/passwd", False),
        ("", False),
        ("\x00", False),
    ],
)
def test_a_time_zone_is_one_of_the_world(name: str, *, good: bool) -> None:
    assert (rules.time_zone_fault(name) == "") is good
