"""The titles of problems, in the languages of the platform."""

from typing import Final

SPANISH, ENGLISH = "es-mx", "en"

# One line for each way an answer can fail, by its family and not by its code: the
# code tells programs which one it was, `detail` tells people.
TITLES: Final[dict[str, dict[str, str]]] = {
    "malformed": {ENGLISH: "The request cannot be read", SPANISH: "No se puede leer la solicitud"},
    "unauthenticated": {ENGLISH: "Sign in first", SPANISH: "Inicie sesión primero"},
    "forbidden": {ENGLISH: "You may not do this", SPANISH: "No tiene permiso para hacer esto"},
    "not_found": {ENGLISH: "There is no such thing", SPANISH: "No existe"},
    "method_not_allowed": {
        ENGLISH: "This cannot be done here",
        SPANISH: "Aquí no se puede hacer esto",
    },
    "conflict": {
        ENGLISH: "It contradicts what is stored",
        SPANISH: "Contradice lo que ya está guardado",
    },
    "length_required": {
        ENGLISH: "The request must state its length",
        SPANISH: "La solicitud debe indicar su tamaño",
    },
    "precondition_failed": {
        ENGLISH: "Someone changed it first",
        SPANISH: "Alguien lo cambió antes",
    },
    "too_large": {ENGLISH: "The request is too large", SPANISH: "La solicitud es muy grande"},
    "not_acceptable": {
        ENGLISH: "This cannot be had in that form",
        SPANISH: "No existe en el formato pedido",
    },
    "unsupported_media_type": {
        ENGLISH: "This kind of content is not understood",
        SPANISH: "No se entiende este tipo de contenido",
    },
    "invalid": {ENGLISH: "Some data is not valid", SPANISH: "Hay datos que no son válidos"},
    "too_many_requests": {ENGLISH: "Slow down", SPANISH: "Demasiadas solicitudes"},
    "internal": {
        ENGLISH: "Something went wrong here",
        SPANISH: "Algo salió mal de nuestro lado",
    },
    "unavailable": {
        ENGLISH: "It does not work at the moment",
        SPANISH: "Por el momento no funciona",
    },
}


def title(family: str, language: str) -> str:
    """Return the title in a language of the platform.

    >>> title("not_found", "en")
    'There is no such thing'
    """
    known = TITLES[family]
    return known.get(language, known[SPANISH])
