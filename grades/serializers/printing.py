"""Report cards as PDF, set by typst with the fonts that it brings along.

What schools and families have written reaches the template as JSON in a variable, so that it is
text and never markup. A letter that no font has becomes an empty box, and the page is printed.
"""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from grades.domain.reports import ReportCard
from grades.serializers import report_cards

Form = Literal["pdf", "png"]
TEMPLATE = Path(__file__).with_name("report_card.typ")
CONTENT_TYPE = "application/pdf"
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def pdf(cards: Sequence[ReportCard], language: str) -> bytes:
    """Return one file, a page for each student."""
    return _compiled(cards, language)


def _compiled(cards: Sequence[ReportCard], language: str, form: Form = "pdf") -> bytes:
    import typst  # noqa: PLC0415 -- 80 MB that a process only needs when it prints

    data = {
        "words": report_cards.WORDS[language],
        "cards": [_visible(report_cards.printed(one, language)) for one in cards],
    }
    return typst.compile(
        TEMPLATE,
        format=form,
        root=TEMPLATE.parent,
        ignore_system_fonts=True,  # the same page on every machine
        sys_inputs={"data": json.dumps(data)},
    )


def _visible(value: Any) -> Any:
    """Without control characters, which turn around or hide what stands beside them."""
    if isinstance(value, str):
        kept = (c if unicodedata.category(c) not in INVISIBLE else " " for c in value)
        return unicodedata.normalize("NFC", "".join(kept))
    if isinstance(value, dict):
        return {name: _visible(inner) for name, inner in value.items()}
    return [_visible(inner) for inner in value] if isinstance(value, list) else value
