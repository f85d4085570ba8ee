"""Words that nobody else has, and how to find them whatever was done to them."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

NAME, FAMILY = "Xóchilmarka", "Ñañez Zyxxwv"
CURP = "QUZN100203HDFTXNA1"
MAIL = "xochilmarka.ñañez@marcado.example"
LOGIN = "entra.xochil@marcado.example"
GUARDIAN, TEACHER = "Glorimarka", "Teresimarka"
MARKS = (
    *(NAME, "Ñañez", "Zyxxwv", CURP, MAIL, LOGIN, GUARDIAN, TEACHER),
    "marcado.example",
)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one for one in plain if not unicodedata.combining(one))


def spellings(mark: str) -> set[str]:
    """The mark as it is, folded, URL-encoded, JSON-escaped, in base64, and wrongly decoded."""
    forms = {mark, folded(mark), unicodedata.normalize("NFD", mark)}
    forms |= {mark.encode().decode("latin-1"), mark.encode("unicode_escape").decode()}
    forms |= {json.dumps(one)[1:-1] for one in list(forms)}
    forms |= {code(one) for one in list(forms) for code in (quote, quote_plus)}
    forms |= {repr(mark.encode())[2:-1]}
    return {one.casefold() for one in forms}


def encoded(mark: str) -> set[str]:
    """What base64 makes of it at each of the three places where it may begin."""
    found = set()
    for form in {mark, folded(mark), mark.casefold(), folded(mark).casefold()}:
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + form.encode()).decode().rstrip("=")
            found.add(whole[(shift * 8 + 5) // 6 : -2])  # the letters that neighbours share go
    return {form for one in found for form in (one, one.replace("+", "-").replace("/", "_"))}


def leaks(text: str, marks: Iterable[str] = MARKS) -> set[str]:
    """Which marks a text holds, in any spelling."""
    text += re.sub(r"\\+", r"\\", text)  # escaped again and again
    low = text.casefold()
    return {
        mark
        for mark in marks
        if any(one in low for one in spellings(mark)) or any(one in text for one in encoded(mark))
    }


def lines_with(text: str) -> list[str]:
    """The lines that leak, for the message of a failing test."""
    return [line[:400] for line in re.split(r"\n", text) if leaks(line)]
