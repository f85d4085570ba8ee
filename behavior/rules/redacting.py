"""Taking people out of what a statement says.

Statements come from programs that know names and addresses and put them where
they please. What is kept of a statement says what was done; by whom, says the
student's id alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from luca.kernel.ids import CURP_LIKE

GONE = "[removed]"
# An address, also within one of an activity: there its sign may be written as %40,
# and only the segment that holds it goes.
ADDRESS = re.compile(
    r"mailto:[^\s/]*"
    r"|[^\s/?#&=@:;,<>\"()\[\]\\]{0,64}(?:@|\uff20|%(?:25)*40)[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.IGNORECASE,
)
CURP = re.compile(rf"{CURP_LIKE.pattern}[A-Z0-9]?[0-9]?", CURP_LIKE.flags)  # and its last two
AGENT = {"mbox", "mbox_sha1sum", "openid", "account", "member"}
AGENTS = {"Agent", "Group"}
SIGN = re.compile(r"[@\uff20]|%(?:25)*40|mailto:", re.IGNORECASE)
EXTENSIONS = "extensions"
TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # of learner_name, learnerName, CURPAlumno


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a field of an extension holds is told by the words in the last part of its name.
# Any of these, and it is a person's.
OWN = _words(
    """
    apellido apellidomaterno apellidopaterno apellidos celular contact contacto contacts correo
    correos curp displayname email emails familyname firstname fullname givenname lastname
    learnername mail mails materno mbox mboxsha nickname nombrecompleto openid paterno phone
    phones studentname surname surnames telefono telefonos useremail username usernames
    """
)
# Any of these too, unless the name is said to be a thing's: `course_name`.
NAMES = _words("name names nombre nombres")
THINGS = _words(
    """
    actividad activity app archivo chapter class clase course curso event evento exam examen
    exercise file game group grupo image item juego leccion lesson library materia media module
    modulo nivel page platform playlist position product project question quiz room section
    session skill subject tag task tema topic unidad unit video
    """
)
# Any of these too, unless it is said to be something they did: `student_score`.
ROLES = _words(
    """
    actor actors agent agents alumna alumnas alumno alumnos author authority authors docente
    docentes estudiante estudiantes father guardian guardians instructor instructors learner
    learners madre maestra maestras maestro maestros member members mother padre person persona
    personas persons profesor profesora profesoras profesores student students teacher teachers
    team teams tutor tutora tutoras tutores tutors user users usuaria usuario usuarios
    """
)
DOINGS = _words(
    """
    answer attempt calificacion count grade intento level progress progreso respuesta response
    score time
    """
)
WHOLE = _words("first last")  # names only where they are all that is said: not `first-attempt`
HARMLESS = frozenset({"user", "agent"})  # a browser, in the profile of videos


def without_people(value: Any, *, extension: bool = False) -> Any:
    """Copy a value without e-mail addresses and CURPs; without people where anything may stand.

    Outside of extensions the fields are xAPI's own, and only those that hold
    no person come this far; a name there is an activity's.
    """
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list):
        return [without_people(one, extension=extension) for one in value if not _is_agent(one)]
    if isinstance(value, dict):
        return {
            redacted(name): without_people(one, extension=extension or name == EXTENSIONS)
            for name, one in value.items()
            if not (extension and (_is_person(name) or _is_agent(one)))
        }
    return value


def redacted(text: str) -> str:
    # The first question is cheap, and for nearly every text the last one.
    found = ADDRESS.sub(GONE, text) if SIGN.search(text) else text
    return CURP.sub(GONE, found)


def _is_person(name: str) -> bool:
    last = re.split(r"[/#:?=&]", name.rstrip("/#:?=&"))[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    words = {word.lower() for word in TOKEN.findall(plain)}
    if words & OWN or (len(words) == 1 and words <= WHOLE):
        return True
    named = bool(words & NAMES)
    if words & ROLES:
        return named or not (words & DOINGS or words == HARMLESS)
    return named and not words & (THINGS | DOINGS)


def _is_agent(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("objectType")
    return bool(AGENT & value.keys()) or (isinstance(kind, str) and kind in AGENTS)
