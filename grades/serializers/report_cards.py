"""Report cards as data, and the words on the printed ones."""

from datetime import date
from decimal import Decimal
from typing import Any

from grades.domain import Rounding, Verdict
from grades.domain.reports import ReportCard, ReportLine, Standing
from grades.serializers.answers import instant, number

ES, EN = "es", "en"
MONTHS = {
    ES: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    EN: "January February March April May June July August September October November December",
}
PLACES = {
    ES: ("enteros", "décimos", "centésimos", "milésimos"),
    EN: ("whole numbers", "tenths", "hundredths", "thousandths"),
}
MORE_PLACES = {ES: "{} decimales", EN: "{} decimal places"}
SHORTENED = {  # the SEP's own words for its rule: it truncates, and never rounds
    ES: {
        Rounding.TRUNCATE: "truncado a {}, sin redondear",
        Rounding.HALF_UP: "redondeado a {}",
    },
    EN: {
        Rounding.TRUNCATE: "truncated to {}, not rounded",
        Rounding.HALF_UP: "rounded to {}",
    },
}
VERDICTS = {
    ES: {Verdict.PASSED: "Acreditado", Verdict.FAILED: "No acreditado", Verdict.UNDEFINED: "—"},
    EN: {Verdict.PASSED: "Passed", Verdict.FAILED: "Not passed", Verdict.UNDEFINED: "—"},
}
STANDINGS = {
    ES: {
        Standing.OFFICIAL: "",
        Standing.PROVISIONAL: "provisional",
        Standing.MISSING: "sin calificación",
    },
    EN: {
        Standing.OFFICIAL: "",
        Standing.PROVISIONAL: "provisional",
        Standing.MISSING: "no grade",
    },
}
WORDS = {
    ES: {
        "lang": "es",
        "title": "Boleta de evaluación",
        "title_provisional": "Avance de evaluación",
        "provisional": "PROVISIONAL: NO ES UNA BOLETA OFICIAL",
        "why_provisional": "El periodo no está cerrado, o hay resultados que alguna calificación "
        "todavía no considera: los números pueden cambiar.",
        "cct": "CCT",
        "doubtful": "clave sin verificar",
        "student": "Alumna o alumno",
        "curp": "CURP",
        "group": "Grupo",
        "period": "Periodo",
        "subject": "Asignatura",
        "grade": "Calificación",
        "result": "Resultado",
        "how": "Cálculo",
        "nothing": "No hay asignaturas inscritas en este periodo.",
        "made_on": "Fecha de emisión",
        "signature_school": "Dirección de la escuela",
        "signature_family": "Madre, padre o tutor",
        "page": "Hoja",
        "of": "de",
    },
    EN: {
        "lang": "en",
        "title": "Report card",
        "title_provisional": "Progress report",
        "provisional": "PROVISIONAL: NOT AN OFFICIAL REPORT CARD",
        "why_provisional": "The period is not closed, or some grade does not know every result "
        "yet: the numbers may change.",
        "cct": "CCT",
        "doubtful": "code not verified",
        "student": "Student",
        "curp": "CURP",
        "group": "Group",
        "period": "Period",
        "subject": "Subject",
        "grade": "Grade",
        "result": "Result",
        "how": "Computed",
        "nothing": "The student is enrolled in no subject in this period.",
        "made_on": "Date of issue",
        "signature_school": "School principal",
        "signature_family": "Parent or guardian",
        "page": "Page",
        "of": "of",
    },
}


def language_of(given: str) -> str:
    """Spanish unless English is asked for.

    >>> language_of("en-GB"), language_of("es-mx"), language_of("")
    ('en', 'es', 'es')
    """
    return EN if given.lower().startswith(EN) else ES


def shortened(rounding: Rounding | None, places: int, language: str) -> str:
    """Say how the exact result became the number.

    >>> shortened(Rounding.TRUNCATE, 1, "es")
    'truncado a décimos, sin redondear'
    """
    if rounding is None:
        return ""
    known = PLACES[language]
    to = known[places] if places < len(known) else MORE_PLACES[language].format(places)
    return SHORTENED[language][rounding].format(to)


def day(of: date, language: str) -> str:
    """Spell a date.

    >>> day(date(2026, 12, 18), "es"), day(date(2026, 12, 18), "en")
    ('18 de diciembre de 2026', 'December 18, 2026')
    """
    month = MONTHS[language].split()[of.month - 1]
    return f"{of.day} de {month} de {of.year}" if language == ES else f"{month} {of.day}, {of.year}"


def full_name(card: ReportCard) -> str:
    return " ".join(filter(None, (card.student.given_name, card.student.family_name)))


def shown(card: ReportCard, language: str) -> dict[str, Any]:
    """A card as JSON; what people read in it is in their language."""
    return {
        "school": {
            "name": card.school.name,
            "cct": card.school.cct or None,
            "cct_doubtful": card.cct_doubtful,
        },
        "student": {
            "id": card.student.id,
            "name": full_name(card),
            "curp": card.student.curp or None,
        },
        "groups": list(card.groups),
        "period": {
            "id": card.period.id,
            "name": card.period.name,
            "starts": card.period.starts.isoformat(),
            "ends": card.period.ends.isoformat(),
            "state": card.period.state,
        },
        "official": card.is_official,
        "date": card.day.isoformat(),
        "subjects": [_line(line, language) for line in card.lines],
    }


def _line(line: ReportLine, language: str) -> dict[str, Any]:
    return {
        "subject": line.subject,
        "name": line.title,
        "score": number(line.score),
        "letter": line.letter,
        "verdict": line.verdict,
        "standing": line.standing,
        "rounding": line.rounding,
        "rounding_note": shortened(line.rounding, line.places, language) or None,
        "version": line.version,
        "as_of": instant(line.as_of),
    }


def printed(card: ReportCard, language: str) -> dict[str, Any]:
    """What the page of a card says, as text and nothing else."""
    words, period = WORDS[language], card.period
    cct = f"{words['cct']} {card.school.cct}" if card.school.cct else ""
    if cct and card.cct_doubtful:
        cct += f" ({words['doubtful']})"
    return {
        "school": card.school.name,
        "cct": cct,
        "official": card.is_official,
        "name": full_name(card),
        "curp": card.student.curp,
        "group": ", ".join(card.groups),
        "period": period.name,
        "dates": f"{day(period.starts, language)} / {day(period.ends, language)}",
        "date": day(card.day, language),
        "rows": [_printed_line(line, language) for line in card.lines],
    }


def _printed_line(line: ReportLine, language: str) -> list[str]:
    result = VERDICTS[language][line.verdict]
    note = STANDINGS[language][line.standing]
    grade = _grade(line.score, line.letter)
    return [
        line.title,
        f"{grade} ({note})" if grade and note else grade or note,
        result,
        shortened(line.rounding, line.places, language),
    ]


def _grade(score: Decimal | None, letter: str | None) -> str:
    return "  ".join(filter(None, (number(score), letter)))
