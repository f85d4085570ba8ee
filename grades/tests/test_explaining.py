"""A grade explained: to a parent, as data, and from files without a server."""

import json
from io import StringIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given

from grades import rules
from grades.domain import GradingRules, Item
from grades.rules.phrases import ENGLISH, SPANISH
from grades.tests.test_rules_laws import some_items, some_rules
from luca.kernel.errors import Invalid

ES, EN = rules.Language.ES, rules.Language.EN
RULES: dict[str, Any] = {
    "weights": {"exam": 0.7, "homework": 0.2, "quiz": 0.1},
    "min_passing": 40,
    "drop_lowest": {"homework": 1},
    "late": {"percent": 10},
    "minimums": {"exam": 50},
    "letters": {"A": 90, "B": 0},
}
SCORES: list[dict[str, Any]] = [
    {"assessment": "exam-1", "category": "exam", "score": 45},
    {"assessment": "essay", "category": "homework", "score": 87.5, "late_hours": 30},
    {"assessment": "poem", "category": "homework", "score": 20},
    {"assessment": "bonus", "category": "homework", "score": 3, "extra_credit": True},
    {"assessment": "quiz-1", "category": "quiz", "status": "excused"},
]


def test_a_parent_reads_how_the_grade_came_about() -> None:
    found = rules.grade(rules.parse(RULES), rules.parse_scores(SCORES))
    assert rules.sentences(found.trace, EN) == [
        "bonus (homework): 3 points of extra credit, of 100.",
        "essay (homework): 87.5 of 100 points.",
        "exam-1 (exam): 45 of 100 points.",
        "poem (homework): 20 of 100 points.",
        "quiz-1 (quiz) is excused: it does not count.",
        "essay was late by 2 started periods of 24 hours: 87.5 points became 67.5.",
        "exam: 45 of 100 points, which is 45 %. It counts ≈ 77.78 % of the grade.",
        "Left out, because it helps the student most: poem.",
        "homework: 70.5 of 100 points, which is 70.5 %. It counts ≈ 22.22 % of the grade.",
        "quiz has no results, and its weight is shared among the others.",
        "Together that is ≈ 50.67 %.",
        "Rounded to 50.7.",
        "exam is 45.0; at least 50 is needed, whatever the grade is.",
        "The grade so far is 50.7.",
        "That is the letter B.",
        "Not passed: the grade is enough, and a minimum is not reached.",
    ]


def test_a_mexican_report_card_says_truncated() -> None:
    by = rules.parse({"sep": {"level": "primaria", "grade": 4, "year": "2026-2027"}})
    scores = rules.parse_scores([{"assessment": "uno", "score": "76.66"}])
    assert rules.sentences(rules.grade(by, scores).trace, ES) == [
        "uno (general): 76.66 de 100 puntos.",
        "En conjunto es 76.66 %.",
        "En la escala de 0 a 10 es ≈ 7.67.",
        "Truncado, sin redondear: 7.6.",
        "La calificación hasta ahora es 7.6.",
        "Aprobado: se necesita 6.",
    ]


def test_a_category_that_weighs_nothing_makes_no_grade_and_can_be_explained() -> None:
    by = rules.parse({"weights": {"exam": 100, "practice": 0}})
    scores = [{"assessment": "try", "category": "practice", "score": 50}]
    assert rules.sentences(rules.grade(by, rules.parse_scores(scores)).trace, EN) == [
        "try (practice): 50 of 100 points.",
        "exam has no results, and its weight is shared among the others.",
        "practice: 50 of 100 points, which is 50 %. It counts 0 % of the grade.",
        "There is no grade yet, because nothing that counts has a result.",
    ]


def test_it_is_told_why_something_does_not_count() -> None:
    scores = [
        {"assessment": "a", "status": "excused", "reason": "Estuvo enferma."},
        {"assessment": "b", "status": "exempt", "reason": "Came in {May}"},
        {"assessment": "c", "reason": "Copied"},
        {"assessment": "d", "score": 8, "max": 10, "weight": 0},
        {"assessment": "e", "category": "art", "score": 9, "max": 10},
        {"assessment": "f", "status": "missing"},
    ]
    found = rules.grade(rules.parse({"weights": {"general": 1}}), rules.parse_scores(scores))
    assert rules.sentences(found.trace, EN)[:8] == [
        "a (general) is excused: it does not count. The reason: Estuvo enferma.",
        "b (general) is not asked of this student: it does not count. The reason: Came in {May}.",
        "c (general) has no result. The reason: Copied.",
        "d (general): 8 of 10 points.",
        "d has no weight: it does not count.",
        "e (art): 9 of 10 points.",
        "f (general) has no result.",
        "art has no weight in the rules: its results do not count.",
    ]
    assert rules.sentences(found.trace, ES)[0] == (
        "a (general) está justificado: no cuenta. El motivo: Estuvo enferma."
    )


def test_both_languages_say_the_same_things() -> None:
    def words(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert ENGLISH.keys() == SPANISH.keys()
    for key, phrase in ENGLISH.items():
        assert words(phrase) == words(SPANISH[key]), key


@given(some_rules(), some_items())
def test_every_grade_can_be_explained_from_its_stored_trace(
    by: GradingRules, items: list[Item]
) -> None:
    result = rules.grade(by, items)
    stored = json.loads(json.dumps(result.trace))
    spanish, english = rules.sentences(stored, ES), rules.sentences(stored, EN)
    assert len(spanish) == len(english) > len(items)
    if result.published is not None:
        assert any(str(result.published) in sentence for sentence in english)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    written = {"rules": RULES, "scores": {"scores": SCORES}}
    for name, content in written.items():
        (tmp_path / name).write_text(json.dumps(content))
    return {name: str(tmp_path / name) for name in written}


def explain(files: dict[str, str], **options: Any) -> str:
    out = StringIO()
    call_command("explain", **files, **options, stdout=out)
    return out.getvalue()


def test_a_case_is_explained_from_files(files: dict[str, str]) -> None:
    told = explain(files)
    assert "The grade so far is 50.7.\n" in told
    assert "! below_minimum:exam\n" in told
    assert "La calificación es 50.7.\n" in explain(files, publish="final", language="es")


def test_an_explanation_as_data_re_derives_the_grade(files: dict[str, str]) -> None:
    told = json.loads(explain(files, json=True))
    found = rules.verify(told["trace"])
    assert (found.hash, str(found.published)) == (told["hash"], "50.7")
    assert told["sentences"] == rules.sentences(found.trace, EN)


def test_what_is_wrong_in_a_file_is_said_by_name(files: dict[str, str]) -> None:
    Path(files["scores"]).write_text('[{"assessment": "exam-1", "score": NaN}]')
    with pytest.raises(CommandError, match=r"scores\.0\.score must be a number"):
        explain(files)
    Path(files["rules"]).write_text('{"weights": {"exam": 0.6}}')
    with pytest.raises(CommandError, match=r"weights sum to 0\.6"):
        explain(files)
    Path(files["rules"]).write_text("{")
    with pytest.raises(CommandError, match="The rules cannot be read"):
        explain(files)
    with pytest.raises(CommandError, match="The rules cannot be read"):
        explain({**files, "rules": files["rules"] + ".none"})


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"score": 1}, "scores.0.assessment", "is missing"),
        ({"assessment": 7}, "scores.0.assessment", "must be a text"),
        ({"assessment": "a", "score": 101}, "scores.0.score", "must be from 0 to 100"),
        ({"assessment": "a", "score": -1}, "scores.0.score", "must be from 0"),
        ({"assessment": "a", "score": "1e400"}, "scores.0.score", "has more than 12 digits"),
        ({"assessment": "a", "score": "0." + "1" * 40}, "scores.0.score", "has more than"),
        ({"assessment": "a", "max": 0}, "scores.0.max", "must be above 0"),
        ({"assessment": "a", "status": "graded"}, "scores.0.score", "is missing"),
        ({"assessment": "a", "status": "lost"}, "scores.0.status", "must be one of"),
        ({"assessment": "a", "score": 1, "reason": "x"}, "scores.0.reason", "does not count"),
        ({"assessment": "a", "reason": 7}, "scores.0.reason", "must be a text"),
        ({"assessment": "a", "reason": "x" * 501}, "scores.0.reason", "at most 500"),
        ({"assessment": "a", "points": 3}, "scores.0.points", "is not a field"),
        ({"assessment": "a", "curve": "sqrt"}, "scores.0.curve", "must be an object"),
        (
            {"assessment": "a", "score": 1, "curve": {"kind": "mean", "amount": 70}},
            "scores.0.curve.population",
            "is missing",
        ),
        (None, "scores.0", "must be an object"),
        ("a", "scores.0", "must be an object"),
    ],
)
def test_a_wrong_result_is_refused_by_name(row: Any, field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse_scores([row])
    assert [fault.field for fault in refused.value.errors] == [field]
    assert message in refused.value.errors[0].message


def test_an_assessment_counts_once() -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse_scores([{"assessment": "a", "score": 1}, {"assessment": "a", "score": 2}])
    assert [fault.field for fault in refused.value.errors] == ["scores.1.assessment"]


@pytest.mark.parametrize("given", [[], {}, None, "scores", {"scores": {}}, [{}] * 1001])
def test_scores_are_a_list(given: Any) -> None:
    with pytest.raises(Invalid, match="Scores are a list"):
        rules.parse_scores(given)


def test_every_example_of_the_page_works() -> None:
    page = (Path(__file__).parents[2] / "docs" / "grades.md").read_text()
    examples = [json.loads(block.split("```")[0]) for block in page.split("```json")[1:]]
    by_kind: dict[str, list[Any]] = {"curve": [], "scores": [], "rules": []}
    for example in examples:
        scores = isinstance(example, list)
        by_kind["scores" if scores else "curve" if "kind" in example else "rules"].append(example)
    assert all(by_kind.values())
    for curve in by_kind["curve"]:
        assert rules.parse_curve(curve)
    for written in by_kind["rules"]:
        for scores in by_kind["scores"]:
            assert rules.grade(rules.parse(written), rules.parse_scores(scores)).published
