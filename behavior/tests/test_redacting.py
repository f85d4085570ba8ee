"""Who is taken out of a statement before it is kept, and what stays."""

from __future__ import annotations

import pytest

from behavior.rules.redacting import redacted, without_people
from behavior.tests.stating import taken


def test_people_are_taken_out_of_extensions() -> None:
    said = {
        "http://a.mx/ext/room": {"name": "Ana López", "id": "room-7"},
        "http://a.mx/ext/seen-by": [{"mbox": "mailto:x@y.mx"}, 7],
        "http://a.mx/ext/whose": {"objectType": "Agent", "x": 1},
        "http://a.mx/ext/full_name": "Ana López",
        "http://a.mx/ext/Tutor": "Rosa",
        "http://a.mx/ext/note": "ask rosa.lopez@example.mx, LOPA100512MDFRNNA1",
        "http://a.mx/of/rosa@example.mx": 1,
        "http://a.mx/ext/deep": {"b": [{"Nombre": "Rosa", "ok": [True, None, 1.5]}]},
    }
    kept = taken(result={"extensions": said}).metadata["result"]["extensions"]
    assert kept == {
        "http://a.mx/ext/room": {"id": "room-7"},
        "http://a.mx/ext/seen-by": [7],
        "http://a.mx/ext/note": "ask [removed], [removed]",
        "http://a.mx/of/[removed]": 1,
        "http://a.mx/ext/deep": {"b": [{"ok": [True, None, 1.5]}]},
    }


@pytest.mark.parametrize(
    "field",
    ["name", "nombre", "learner_name", "learnerName", "studentName", "LEARNER_NAME", "student-name",
     "learner.name", "full name", "nombre_completo", "nombreCompleto", "nombrecompleto",
     "NombreAlumno", "apellido_paterno", "apellidoMaterno", "paterno", "userEmail", "user_e-mail",
     "emailAddress", "correo_electronico", "contact", "contacto", "emergencyContact", "first",
     "last", "first_name", "lastName", "displayName", "screen_name", "CURPAlumno", "curp",
     "mbox_sha1sum", "mboxSha1Sum", "Tutor", "tutor2", "tel\u00e9fono", "phone-number",
     "student", "student_id", "user", "class_teacher", "maestraDeGrupo", "author_name_of_course",
     "student_course_name", "actor", "agent"],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "http://a.mx/ext/", "http://a.mx/ext#", "urn:a.mx:"])
def test_what_a_fields_words_call_a_persons_is_taken_out(prefix: str, field: str) -> None:
    said = {"extensions": {f"{prefix}{field}": {"first": "Ana", "x": "Ana"}, "kept": 1}}
    assert without_people(said) == {"extensions": {"kept": 1}}


@pytest.mark.parametrize(
    "field",
    ["lastPosition", "first-attempt", "firstTry", "last_page", "completo", "full-screen",
     "course_name", "lessonName", "nombre_curso", "nombreActividad", "file-name", "user-agent",
     "userAgent", "student_score", "learnerProgress", "respuesta_alumno", "memberCount",
     "session-id", "played-segments", "tournament", "contactless", "agenda", "steam", "renamed",
     "emailed"],
)  # fmt: skip
def test_what_they_call_a_things_stays(field: str) -> None:
    said = {"extensions": {f"http://a.mx/ext/{field}": "x"}}
    assert without_people(said) == said


def test_an_activity_keeps_its_name() -> None:
    named = {"id": "http://a.mx/7", "definition": {"name": {"es": "Tarea 7"}}}
    assert taken(object=named).metadata["object"] == named


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://a.mx/users/ana@x.mx", "http://a.mx/users/[removed]"),
        ("http://a.mx/users/ana%40x.mx/quiz/7", "http://a.mx/users/[removed]/quiz/7"),
        ("http://a.mx/mailto:ana@x.mx/quiz", "http://a.mx/[removed]/quiz"),
        ("http://a.mx/quiz?of=ana@x.mx&n=7", "http://a.mx/quiz?of=[removed]&n=7"),
        ("http://a.mx/quiz#ana@x.mx", "http://a.mx/quiz#[removed]"),
        ("http://a.mx/LOPA100512MDFRNNA1/7", "http://a.mx/[removed]/7"),
        ("http://a.mx/lopa100512mdfrnn09", "http://a.mx/[removed]"),
        ("LOPA100512MDFRNNA1, LOPA100512MDFRNN", "[removed], [removed]"),
    ],
)
def test_of_an_address_of_a_page_only_what_names_somebody_goes(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "address",
    ["ana@x.mx", "ANA+b@x.y.mx", "ana%40x.mx", "ana%2540x.mx", "ana\uff20x.mx", "ñandú@escuela.mx",
     "mailto:ana@localhost", "o'hara@x.mx", "@x.mx", f"{'a' * 64}@x.mx"],
)  # fmt: skip
def test_addresses_are_taken_out_of_texts(address: str) -> None:
    assert redacted(f"to {address} now") == "to [removed] now"


@pytest.mark.parametrize(
    "text",
    ["block-v1:FUN+00002+type@video+block@7f", "0[.]42.608[,]43.168", "a @ b.mx", "5@", "40% off"],
)
def test_what_only_looks_like_an_address_stays(text: str) -> None:
    assert redacted(text) == text
