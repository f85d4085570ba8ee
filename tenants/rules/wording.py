"""What schools read of our findings in Spanish; the code says them in English.

As with gettext the English sentence is the key. A test proves that none is missing.
"""

from luca.kernel.tables import Text

SPANISH = {
    "A CURP is 18 characters in the registry's pattern.": (
        "Una CURP tiene 18 caracteres con el formato del registro."
    ),
    "The date of birth inside the CURP does not exist.": (
        "La fecha de nacimiento de la CURP no existe."
    ),
    "The state inside the CURP does not exist.": "El estado de la CURP no existe.",
    "The registry never issues a CURP with these first four letters.": (
        "El registro nunca emite una CURP con estas cuatro letras iniciales."
    ),
    "The check digit of the CURP does not match: a character is mistyped.": (
        "El dígito verificador de la CURP no coincide: hay un error de captura."
    ),
    "A CCT is like 09DES0001A: state, kind, number, letter.": (
        "Una CCT es como 09DES0001A: entidad, tipo, número y letra."
    ),
    "An id is 1 to 64 letters, digits or . _ ~ -": (
        "Una clave tiene de 1 a 64 letras, números o . _ ~ -, sin espacios ni acentos."
    ),
    "A CURP cannot be an id: ids stand in addresses. Use the matrícula.": (
        "Una CURP no puede ser la clave: la clave aparece en direcciones. Use la matrícula."
    ),
    "A person needs a name.": "Falta el nombre.",
    "A name has at most 200 characters.": "Un nombre tiene a lo más 200 caracteres.",
    "A name cannot hold control characters.": "Un nombre no puede tener caracteres de control.",
    "An external id has at most 400 characters.": (
        "Una clave externa tiene a lo más 400 caracteres."
    ),
    "An external id cannot hold control characters.": (
        "Una clave externa no puede tener caracteres de control."
    ),
    "This is not an e-mail address.": "Esto no es un correo electrónico.",
    "Somebody else in the school has it already.": "Otra persona de la escuela ya lo tiene.",
    **{
        f"The last letter of this CCT is usually {letter}: please check it.": (
            f"La última letra de esta CCT suele ser {letter}: por favor revísela."
        )
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    },
}


def text(message: str) -> Text:
    """Return a finding in both languages."""
    return Text(SPANISH.get(message, message), message)


def said(message: str, language: str) -> str:
    """Return a finding in the reader's language.

    >>> said("A person needs a name.", "es-mx")
    'Falta el nombre.'
    """
    return text(message).said(language)
