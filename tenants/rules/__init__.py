"""Pure decisions: what a CURP, a CCT and a name must look like, and who may see whom."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luca.kernel.errors import FieldError
from luca.kernel.folding import folded
from luca.kernel.ids import CURP_LIKE, ID
from tenants.domain import Person, Student
from tenants.rules.names import SHORTEST, asked_words, matches, tidy_name, words_of

__all__ = ["SHORTEST", "asked_words", "folded", "matches", "tidy_name", "words_of"]

CURP_AS_ID = "A CURP cannot be an id: ids stand in addresses. Use the matrícula."
CURP = re.compile(
    r"[A-Z]{4}(\d{2})(\d{2})(\d{2})[HMX]([A-Z]{2})[B-DF-HJ-NP-TV-Z]{3}([0-9A-Z])\d", re.ASCII
)
_STATES = (
    "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC "
    "PL QT QR SP SL SR TC TS TL VZ YN ZS NE"
)
STATES = frozenset(_STATES.split())
# The registry replaces the second letter of these by an X.
_RUDE = (
    "BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO "
    "FALO FETO GETA GUEI GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI "
    "KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA "
    "MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA ROBE ROBO RUIN SENO "
    "TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY"
)
RUDE = frozenset(_RUDE.split())
CURP_DIGITS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
CCT = re.compile(r"(0[1-9]|[12]\d|3[0-2])[A-Z]{3}\d{4}[A-Z]", re.ASCII)
CCT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZZ"
EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z0-9-]{2,63}")
NAMELESS = "A person needs a name."
ROLE_GROUPS = frozenset({"student", "guardian", "teacher"})  # whose members are on record
FAMILY = frozenset({"student", "guardian"})
INVITABLE = ROLE_GROUPS | {"school_admin", "gov_operator"}
OPERATED = frozenset({"integrator", "platform_admin"})  # the platform's operators give these
GROUPS = INVITABLE | OPERATED
LONGEST_REASON = 500
LONGEST_NAME = 200
LONGEST_EXTERNAL_ID = 400
LANGUAGES = frozenset({"es-mx", "en"})


def curp_fault(curp: str) -> str:
    """Return what is wrong with a CURP, or nothing. The answer does not repeat it."""
    match = CURP.fullmatch(curp)
    if match is None:
        return "A CURP is 18 characters in the registry's pattern."
    year, month, day, state, century = match.groups()
    if not _is_date(int(year) + (1900 if century.isdigit() else 2000), int(month), int(day)):
        return "The date of birth inside the CURP does not exist."
    if state not in STATES:
        return "The state inside the CURP does not exist."
    if curp[:4] in RUDE:
        return "The registry never issues a CURP with these first four letters."
    if int(curp[17]) != curp_check_digit(curp):
        return "The check digit of the CURP does not match: a character is mistyped."
    return ""


def curp_check_digit(curp: str) -> int:
    """Return what the 18th character must be, by the registry's rule."""
    total = sum(CURP_DIGITS.index(c) * w for c, w in zip(curp, range(18, 1, -1), strict=False))
    return -total % 10


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def cct_fault(cct: str) -> str:
    """Return why a CCT cannot be one, or nothing."""
    return "" if CCT.fullmatch(cct) else "A CCT is like 09DES0001A: state, kind, number, letter."


def cct_warning(cct: str) -> str:
    """Say so when the check letter does not match.

    The ministry has not published its rule: ours was derived from real codes,
    and one in 2,809 breaks it. So it warns and never refuses.
    """
    if cct_fault(cct) or cct[-1] == cct_check_letter(cct):
        return ""
    return f"The last letter of this CCT is usually {cct_check_letter(cct)}: please check it."


def cct_check_letter(cct: str) -> str:
    digits = "".join(f"{ord(c) - 64:02d}" if c.isalpha() else c for c in cct[:9])
    return CCT_LETTERS[sum(int(d) * (26 if n % 2 else 7) for n, d in enumerate(digits)) % 27]


def normal_email(email: str) -> str:
    """Return an address as it is looked up; Cognito too ignores its case."""
    return email.strip().lower()


def normal_code(code: str) -> str:
    """Return a CURP or a CCT as it is stored: people type both in lower case."""
    return code.strip().upper()


def person_faults(person: Person) -> list[FieldError]:
    """Return everything that is wrong with a person's data, field by field."""
    curp = person.curp if isinstance(person, Student) else ""
    faults = {
        "id": id_fault(person.id),
        "given_name": _name_fault(person.given_name) or ("" if person.given_name else NAMELESS),
        "family_name": _name_fault(person.family_name),
        "external_id": _external_id_fault(person.external_id),
        "email": email_fault(person.email) if person.email else "",
        "curp": curp_fault(curp) if curp else "",
    }
    return [FieldError(field, message) for field, message in faults.items() if message]


def id_fault(identity: str) -> str:
    """Ids stand in addresses, logs of the platform and the audit log: no place for a CURP."""
    if not ID.fullmatch(identity):
        return "An id is 1 to 64 letters, digits or . _ ~ -"
    return CURP_AS_ID if CURP_LIKE.search(identity) else ""


def _name_fault(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters."
    return "" if printable(name) else "A name cannot hold control characters."


def _external_id_fault(identity: str) -> str:
    if len(identity) > LONGEST_EXTERNAL_ID:
        return f"An external id has at most {LONGEST_EXTERNAL_ID} characters."
    return "" if printable(identity) else "An external id cannot hold control characters."


def printable(text: str) -> bool:
    """False for control characters and lone surrogates: no store keeps them intact."""
    return not any(unicodedata.category(c) in {"Cc", "Cs"} for c in text)


def email_fault(email: str) -> str:
    return "" if EMAIL.fullmatch(email) else "This is not an e-mail address."


def groups_fault(groups: frozenset[str], allowed: frozenset[str]) -> str:
    """Return why an account cannot be in these groups, or nothing."""
    if not groups or groups - allowed:
        return f"One or more of {', '.join(sorted(allowed))}."
    if "student" in groups and len(groups) > 1:
        return "A student is nothing else in the school."
    return ""


def address_is_strange(
    person: str, groups: frozenset[str], holders: Iterable[tuple[str, str]]
) -> bool:
    """True if an address is somebody else's, as far as the school's records say.

    A family shares addresses, so students and guardians do not mind each other. Staff
    is stricter: a slip of the pen must not hand a teacher's rights to a parent.
    """
    others = {role for role, holder in holders if holder != person}
    return bool(others - ({"STUDENT", "GUARDIAN"} if groups <= FAMILY else set()))


def reason_fault(reason: str) -> str:
    if not reason or len(reason) > LONGEST_REASON or not printable(reason):
        return f"Say why, in at most {LONGEST_REASON} characters."
    return ""


def time_zone_fault(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{name!r} is not a time zone; one is America/Mexico_City."
    return ""
