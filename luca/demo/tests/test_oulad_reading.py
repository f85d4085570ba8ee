"""Reading the OULAD tables: both dialects, packed or not, and everything wrong with them."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from luca.demo.oulad import mapping, reading, tables
from luca.demo.oulad.domain import Key
from luca.demo.oulad.reading import Data, Wanted
from luca.demo.oulad.skips import Skips
from luca.demo.tests import oulad_files
from luca.kernel.ids import event_time

if TYPE_CHECKING:
    from pathlib import Path

    from luca.demo.tests.oulad_files import Rows

AUTUMN, SPRING = Key("XYZ", "2020J"), Key("XYZ", "2021B")
FIRST_DAY = date(2026, 8, 13)


def loaded(folder: Path, rows: Rows, wanted: Wanted | None = None, **how: object) -> Data:
    oulad_files.write(folder, rows, **how)  # type: ignore[arg-type]
    return reading.read(tables.find(folder), Skips(), wanted)


def reasons(data: Data) -> set[tuple[str, int]]:
    return {(cause.reason, cause.count) for cause in data.skips}


def test_a_folder_becomes_presentations_and_says_what_it_left_out(tmp_path: Path) -> None:
    data = loaded(tmp_path, oulad_files.small())
    autumn = data.presentations[AUTUMN]
    weights = {item: float(found.weight) for item, found in autumn.items.items()}
    assert weights == {"1": 100, "2": 199.5, "3": 0.5, "4": 0, "5": 100}
    assert list(autumn.enrolled) == ["100", "101", "102"]
    assert autumn.scores["100", "2"].score == 0
    assert reasons(data) == {("not graded", 1)}
    assert [str(cause) for cause in data.skips] == [
        "studentAssessment.csv: 1 times: not graded (row 4: 101 in 1)"
    ]


@pytest.mark.parametrize("dialect", ["?", "empty and CRLF"])
@pytest.mark.parametrize("packed", [(), ("courses", "studentInfo", "studentVle")])
def test_both_dialects_and_packed_files_read_the_same(
    tmp_path: Path, dialect: str, packed: tuple[str, ...]
) -> None:
    plain = loaded(tmp_path / "plain", oulad_files.small())
    other = loaded(tmp_path / "other", oulad_files.small(), dialect=dialect, packed=packed)
    assert other.presentations == plain.presentations
    assert events(other, AUTUMN) == events(plain, AUTUMN)


def test_a_packed_file_is_known_by_its_content_and_keeps_its_rows_identity(tmp_path: Path) -> None:
    data = loaded(tmp_path / "one", oulad_files.small())
    folder = oulad_files.write(tmp_path / "two", oulad_files.small())
    clicks = folder / "studentVle.csv"
    (folder / "studentVle.csv.gz").write_bytes(gzip.compress(clicks.read_bytes()))
    clicks.unlink()
    (folder / "vle.csv").rename(folder / "vle.csv.gz")  # says gzip, and is not
    again = reading.read(tables.find(folder), Skips())
    assert events(again, AUTUMN) == events(data, AUTUMN)
    assert again.presentations[AUTUMN].sites == {"7": "forumng"}


def test_a_byte_order_mark_and_more_columns_in_another_order_do_no_harm(tmp_path: Path) -> None:
    folder = oulad_files.write(tmp_path, oulad_files.small())
    (folder / "courses.csv").write_text(
        "\ufeffmodule_presentation_length,note,code_presentation,code_module\n"
        "100,x,2020J,XYZ\n\n90, ,2021B,XYZ\n",
        encoding="utf-8",
    )
    data = reading.read(tables.find(folder), Skips())
    lengths = {key: found.length for key, found in data.presentations.items()}
    assert lengths == {AUTUMN: 100, SPRING: 90}


def test_everything_wrong_with_the_files_is_said_at_once_before_anything_is_read(
    tmp_path: Path,
) -> None:
    folder = oulad_files.write(tmp_path, oulad_files.small())
    (folder / "courses.csv").unlink()
    (folder / "studentInfo.csv").write_text("code_module,id_student\n")
    (folder / "vle.csv").write_bytes(b"\x1f\x8bnot really packed")
    (folder / "studentVle.csv.gz").write_bytes(gzip.compress(b"id_site\n"))
    with pytest.raises(tables.BadFiles) as error:
        tables.find(folder)
    text = str(error.value)
    assert "courses.csv (or .csv.gz) is not there" in text
    assert "studentInfo.csv lacks the columns code_presentation, gender" in text
    assert "vle.csv cannot be read" in text
    assert "studentVle.csv is there both plain and as .gz" in text


def test_a_file_that_breaks_off_says_where(tmp_path: Path) -> None:
    folder = oulad_files.write(tmp_path, oulad_files.small())
    row = b'"XYZ","2020J","%d","F","Wales","Pass"\n'
    header = (folder / "studentInfo.csv").read_bytes().split(b"\n")[0] + b"\n"
    packed = gzip.compress(header + b"".join(row % n for n in range(5000)))
    (folder / "studentInfo.csv").write_bytes(packed[:-40])
    with pytest.raises(tables.BadFiles, match=r"studentInfo\.csv breaks off after row \d+"):
        reading.read(tables.find(folder), Skips())


BAD_ROWS = [
    ("courses", ("XYZ", "2020J", 100), "repeats an earlier presentation"),
    ("courses", ("xyz", "2022J", 100), "another module has the same id"),
    ("courses", ("C#", "2022J", 100), "the module's code cannot be an id"),
    ("courses", ("ABC", "20/22", 100), "the presentation's code cannot be an id"),
    ("courses", ("ABC", "2022J", 0), "the length is not a number of days"),
    ("courses", ("ABC", "2022J", "long"), "module_presentation_length is not a whole number"),
    ("assessments", ("XYZ", "2020J", 1, "TMA", 1, 1), "repeats an earlier assessment"),
    ("assessments", ("XYZ", "2020J", 9, "Quiz", 1, 1), "the type is none of TMA, CMA and Exam"),
    ("assessments", ("XYZ", "2020J", 9, "TMA", 1, None), "weight is missing"),
    ("assessments", ("XYZ", "2020J", 9, "TMA", 1, "nan"), "weight is not a number"),
    ("assessments", ("XYZ", "2020J", 9, "TMA", 1, -1), "the weight is negative"),
    ("assessments", ("XYZ", "2020J", 9, "TMA", "soon", 1), "date is not a whole number"),
    ("assessments", ("QQQ", "2020J", 9, "TMA", 1, 1), "the presentation is unknown"),
    ("studentInfo", ("XYZ", "2020J", 100, "F", "Wales", "Fail"), "repeats an earlier enrolment"),
    ("studentInfo", ("XYZ", "1999J", 1, "F", "Wales", "Fail"), "the presentation is unknown"),
    ("studentInfo", ("XYZ", "2020J", None, "F", "Wales", "Fail"), "id_student is missing"),
    ("studentInfo", ("XYZ", "2020J", "a b", "F", "Wales", "Fail"), "id_student cannot be an id"),
    ("studentInfo", ("XYZ", "2020J", 103), "wrong number of cells"),
    ("studentRegistration", ("XYZ", "2020J", 999, 1, 2), "the student is not enrolled there"),
    ("studentAssessment", (99, 100, 1, 0, 50), "the assessment is unknown"),
    ("studentAssessment", (1, 999, 1, 0, 50), "the student is not enrolled there"),
    ("studentAssessment", (6, 101, 1, 0, 50), "the student is not enrolled there"),
    ("studentAssessment", (1, 102, 1, 0, 101), "the score is not from 0 to 100"),
    ("studentAssessment", (1, 102, 1, 0, -1), "the score is not from 0 to 100"),
    ("studentAssessment", (1, 102, 1, 0, "1e2"), "score is not a number"),
    ("studentAssessment", (1, 100, 1, 0, 80), "repeats an earlier score"),
    ("studentAssessment", (1, 100, 1, 0, 81), "contradicts an earlier score"),
]


@pytest.mark.parametrize(("table", "row", "reason"), BAD_ROWS)
def test_a_row_that_cannot_be_used_is_left_out_and_its_reason_is_counted(
    tmp_path: Path, table: str, row: tuple[object, ...], reason: str
) -> None:
    good = loaded(tmp_path / "good", oulad_files.small())
    rows = oulad_files.small()
    rows[table].append(row)
    data = loaded(tmp_path / "bad", rows)
    assert reasons(data) - reasons(good) == {(reason, 1)}
    assert data.presentations == good.presentations


def test_scores_of_an_assessment_that_could_not_be_used_are_counted_too(tmp_path: Path) -> None:
    rows = oulad_files.small()
    rows["assessments"][0] = ("XYZ", "2020J", 1, "TMA", 10, "heavy")
    data = loaded(tmp_path, rows)
    assert ("the assessment could not be used", 2) in reasons(data)


def test_files_that_are_not_there_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = oulad_files.small()
    for name in ("studentAssessment", "studentVle", "vle", "studentRegistration"):
        del rows[name]
    data = loaded(tmp_path, rows)
    assert data.skips.count("the file is not there") == 3
    assert list(data.presentations[AUTUMN].enrolled) == ["100", "101", "102"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), {AUTUMN, SPRING}),
        (Wanted(codes=frozenset({"2021b"})), {SPRING}),
        (Wanted(modules=frozenset({"xyz"})), {AUTUMN, SPRING}),
        (Wanted(modules=frozenset({"aaa"})), set()),
    ],
)
def test_rows_of_presentations_nobody_asked_for_are_neither_read_nor_reported(
    tmp_path: Path, wanted: Wanted, expected: set[Key]
) -> None:
    data = loaded(tmp_path, oulad_files.small(), wanted)
    assert set(data.presentations) == expected
    assert len(data.skips) == (AUTUMN in expected)


def events(data: Data, key: Key) -> list[tuple[str, str, int]]:
    return [
        (mapping.event_id(click, FIRST_DAY), click.student, click.clicks)
        for click in reading.clicks(data, frozenset({key}))
    ]


def test_identical_clicks_are_two_events_with_the_same_time(tmp_path: Path) -> None:
    data = loaded(tmp_path, oulad_files.small())
    found = events(data, AUTUMN)
    assert len({identity for identity, _, _ in found}) == len(found) == 3
    assert [clicks for _, _, clicks in found] == [3, 3, 1]
    times = [event_time(identity) for identity, _, _ in found]
    assert times[0] == times[1] == mapping.day_of(FIRST_DAY, -5)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("XYZ", "2020J", 999, 7, 1, 1), "the student is not enrolled there"),
        (("XYZ", "2020J", 100, 7, "x", 1), "date is not a whole number"),
        (("XYZ", "2020J", 100, 7, 999999, 1), "the day is years away"),
        (("XYZ", "2020J", 100, 7, 1, None), "sum_click is missing"),
        (("XYZ", "2020J", 100, 7, 1, 0), "not from 1 to 1,000,000 clicks"),
        (("XYZ", "2020J", 100, 7), "wrong number of cells"),
        (("QQQ", "2020J", 100, 7, 1, 1), "the presentation is unknown"),
    ],
)
def test_a_click_that_cannot_be_used_is_left_out_and_its_reason_is_counted(
    tmp_path: Path, row: tuple[object, ...], reason: str
) -> None:
    rows = oulad_files.small()
    rows["studentVle"].insert(0, row)
    data = loaded(tmp_path, rows)
    assert len(events(data, AUTUMN)) == 3
    assert (reason, 1) in reasons(data)


def test_clicks_cut_into_several_files_keep_apart(tmp_path: Path) -> None:
    rows = oulad_files.small()
    rows["studentVle_0"] = rows["studentVle_1"] = rows.pop("studentVle")
    data = loaded(tmp_path, rows)
    found = events(data, AUTUMN)
    assert len(found) == len({identity for identity, _, _ in found}) == 6


def test_the_exam_is_a_subject_only_where_somebody_has_an_exam_score(tmp_path: Path) -> None:
    data = loaded(tmp_path, oulad_files.small())
    assert mapping.subjects(data.presentations[AUTUMN]) == {"XYZ": False, "XYZ-exam": True}
    assert mapping.subjects(data.presentations[SPRING]) == {"XYZ": False}


def test_a_course_ends_today_and_its_last_day_is_not_in_the_future(tmp_path: Path) -> None:
    data = loaded(tmp_path, oulad_files.small())
    today = date(2026, 11, 21)
    first = mapping.starts(data.presentations[AUTUMN], today)
    assert mapping.day_of(first, 100).date() == today


def test_students_without_a_region_have_a_group_too(tmp_path: Path) -> None:
    data = loaded(tmp_path, oulad_files.small())
    assert mapping.groups(data.presentations[AUTUMN]) == {
        "2020J-wales": ["100"],
        "2020J-scotland": ["101"],
        "2020J-sin-region": ["102"],
    }


def test_scores_are_exact(tmp_path: Path) -> None:
    rows = oulad_files.small()
    rows["studentAssessment"].append((3, 100, 1, 0, "33.35"))
    data = loaded(tmp_path, rows)
    assert data.presentations[AUTUMN].scores["100", "3"].score == Decimal("33.35")
