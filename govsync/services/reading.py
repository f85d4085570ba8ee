"""What the authority holds of a school: a page at a time, when it is the school's turn."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from govsync import client, pace, rules
from govsync.rules import Outcome
from govsync.services import holding
from govsync.services.failures import CLIENT_ERROR, HELD, Failed
from luca.aws import storage

OK = 200
PAUSE = 45  # seconds until a page that did not come is asked for again
LONGEST_WAIT = 3600  # seconds, whatever Retry-After says
MOST_PAGES = 1000  # of a million records: a school has fewer, and a history no room for more
LONGEST_CURSOR = 1024  # characters; it travels with the machine
HEXADECIMAL = re.compile(r"[0-9a-f-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """Revisions by the authority's ids, and where the next page begins; empty: it was the last."""

    held: Mapping[str, str]
    cursor: str


def page(period: str, cursor: str, slot: str, number: int) -> Page | pace.Later:
    """Read one page; Later when it is not our turn or there is no answer, Failed for an odd one."""
    holding.check_may_call()
    if number >= MOST_PAGES:
        raise Failed(CLIENT_ERROR, "pages_without_end")
    turn = pace.turn(slot)
    if isinstance(turn, pace.Later):
        return turn
    pace.await_turn(turn)
    answer = client.read_back(period, cursor)
    body = answer.body if isinstance(answer.body, Mapping) else {}
    if answer.status != OK or not isinstance(body.get("records"), list):
        return pace.Later(_until_again(answer))
    pace.note(failed=False)
    return Page(_revisions(body["records"]), _onward(body.get("cursor"), cursor))


def keep(folder: str, number: int, held: Mapping[str, str]) -> None:
    """Keep a page until all are read."""
    storage.write(_file(folder, number), json.dumps(dict(held)).encode())


def kept(folder: str, pages: int) -> dict[str, str]:
    """All that the pages hold together."""
    held: dict[str, str] = {}
    for number in range(pages):
        held.update(json.loads(storage.read(_file(folder, number)) or b"{}"))
    return held


def _revisions(records: list[Any]) -> dict[str, str]:
    try:
        return {_harmless(one["record_id"]): _harmless(one["revision"]) for one in records}
    except (KeyError, TypeError):
        raise Failed(CLIENT_ERROR, "unreadable_page") from None


def _file(folder: str, number: int) -> str:
    return f"{folder}{number}.json"


def _harmless(text: Any) -> str:
    """An id or a hash as it is; anything else may be somebody's data, and is only told apart."""
    plain = str(text)
    return plain if HEXADECIMAL.fullmatch(plain) else sha256(plain.encode()).hexdigest()


def _onward(cursor: Any, before: str) -> str:
    """The cursor of the next page. One that leads nowhere would be followed for ever."""
    if not cursor:
        return ""
    if not isinstance(cursor, str) or len(cursor) > LONGEST_CURSOR or cursor == before:
        raise Failed(CLIENT_ERROR, "unreadable_cursor")
    return cursor


def _until_again(answer: client.Answer) -> int:
    """Seconds after which a page is asked for again; Failed if asking would not help.

    An authority that is down for hours ends nothing here: nothing is lost by waiting.
    """
    judgement = rules.judge(answer.status, answer.body, sent=answer.sent)
    if judgement.outcome is Outcome.RETRY:
        paused = 0 if rules.is_too_fast(answer.status) else pace.note(failed=True)
        return max(paused, PAUSE, min(answer.retry_after, LONGEST_WAIT))
    if judgement.outcome is Outcome.STOP:
        holding.stopped(judgement)
        raise Failed(HELD, judgement.reason)
    raise Failed(CLIENT_ERROR, judgement.reason)
