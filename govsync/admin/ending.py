"""How a run ended, for whom an end is good only when everything was delivered."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from govsync.admin import labels
from govsync.domain import GIVEN_UP, REDRIVABLE, Balance, RunStatus, State

ENDED = frozenset({RunStatus.DONE, RunStatus.FAILED})
UNDELIVERED = GIVEN_UP | {State.REJECTED_DATA, State.DRIFTED, State.UNKNOWN}
COMPARED = frozenset({State.CONFLICT, State.DRIFTED})
Counts = Mapping[State, int]


def undelivered(counts: Counts) -> int:
    """Records that did not get through, or that the authority holds otherwise."""
    return _of(UNDELIVERED, counts)


def badge(status: RunStatus, counts: Counts) -> tuple[str, str, str]:
    """The machine's word with its colour and sign; behind it how many did not get through."""
    text, tone, icon = labels.RUNS[status]
    number = undelivered(counts) if status in ENDED else 0
    if not number:
        return str(text), tone, icon
    return f"{text}: {_number(number)}", labels.BAD, "error"


def verdict(found: Balance) -> tuple[str, str, str]:
    """Whether it adds up, which by itself does not say that all was delivered."""
    if not found.balanced:
        return _("It does not add up"), labels.BAD, "error"
    if number := undelivered(found.counts):
        return f"{_('It adds up')}: {_number(number)}", labels.CARE, "warning"
    return _("It adds up"), labels.GOOD, "check_circle"


def advice(status: RunStatus, counts: Counts) -> Iterable[str]:
    """What is to be done about them, of a run that has ended."""
    if status not in ENDED:
        return
    if number := _of(REDRIVABLE, counts):
        yield ngettext(
            "%(n)s record was given up: the authority does not have it. Find out why, then press "
            "“Send again what was given up”.",
            "%(n)s records were given up: the authority does not have them. Find out why, then "
            "press “Send again what was given up”.",
            number,
        ) % {"n": number}
    if number := counts.get(State.REJECTED_DATA, 0):
        yield ngettext(
            "The authority rejected %(n)s record. Correct its data, then send corrections.",
            "The authority rejected %(n)s records. Correct their data, then send corrections.",
            number,
        ) % {"n": number}
    if number := _of(COMPARED, counts):
        yield ngettext(
            "%(n)s record is different there or in conflict. Compare it, then press “Send anew "
            "what differs”.",
            "%(n)s records are different there or in conflict. Compare them, then press “Send "
            "anew what differs”.",
            number,
        ) % {"n": number}
    if number := counts.get(State.UNKNOWN, 0):
        yield ngettext(
            "%(n)s record was sent and never answered. Press “Compare once more”.",
            "%(n)s records were sent and never answered. Press “Compare once more”.",
            number,
        ) % {"n": number}


def _number(number: int) -> str:
    text = ngettext("%(n)s record not delivered", "%(n)s records not delivered", number)
    return text % {"n": number}


def _of(states: Iterable[State], counts: Counts) -> int:
    return sum(counts.get(one, 0) for one in states)
