"""Taking people out of what a statement says.

Statements come from programs that know names and addresses and put them where
they please. What is kept of a statement says what was done; by whom, says the
student's id alone.
"""

from __future__ import annotations

import re
from typing import Any

from luca.kernel.ids import CURP_LIKE

GONE = "[removed]"
# An address, also in one of an activity, where the sign may be written as %40.
ADDRESS = re.compile(
    r"mailto:\S*"
    r"|[^\s@:;,<>\"()\[\]\\]{1,64}(?:@|\uff20|%(?:25)*40)[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.IGNORECASE,
)
AGENT = {"mbox", "mbox_sha1sum", "openid", "account", "member"}
AGENTS = {"Agent", "Group"}
SIGN = re.compile(r"[@\uff20]|%(?:25)*40|mailto:", re.IGNORECASE)
EXTENSIONS = "extensions"
# Last words of an extension's address, or names of fields in one, that hold people.
PEOPLE = frozenset(
    """
    actor agent alumno apellido apellidos author authority correo curp displayname docente email
    familyname firstname fullname givenname instructor lastname learner mail maestro mbox
    mboxsha1sum member members name nickname nombre nombres openid person phone profesor student
    surname teacher team telefono tutor user username usuario
    """.split()  # noqa: SIM905 -- a list would take a line for each
)


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
    return CURP_LIKE.sub(GONE, found)


def _is_person(name: str) -> bool:
    last = re.split(r"[/#:?=&.]", name.rstrip("/#"))[-1]
    return re.sub(r"[\W_]", "", last).lower() in PEOPLE


def _is_agent(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("objectType")
    return bool(AGENT & value.keys()) or (isinstance(kind, str) and kind in AGENTS)
