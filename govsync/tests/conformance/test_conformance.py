"""The same fault scripts on both engines: the same states, attempts, waits and outputs.

What the embedded Step Functions lacks (heartbeats, a limit for the whole
machine, MaxDelaySeconds, JitterStrategy) is not here: test_timeouts, test_turns
and test_failing hold our engine to what the specification says of it.
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from govsync.tests.cast import school_year
from govsync.tests.conformance.deployed import DEPLOYED
from govsync.tests.conformance.engines import Play, StepFunctions, Told, ours
from govsync.tests.conformance.scripts import SCRIPTS
from govsync.tests.conftest import SCALE
from luca.kernel import clock, context
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
PLAYED = {name: (one.definition, one.answers) for name, one in SCRIPTS.items()} | DEPLOYED
INACCURATE = 0.01  # seconds: each side tells its times in whole milliseconds


@pytest.fixture(scope="module")
def told(aws: "Embedded", tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Play, Told]]:
    """Every script, played on ours one after the other, and then on theirs all at once."""
    folder = tmp_path_factory.mktemp("conformance")
    plays = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
        patch.setattr(settings, "GOVSYNC_TIME_SCALE", SCALE)
        for name, (raw, answers) in PLAYED.items():
            school = f"conformance-{uuid7(clock.now())}"
            place = folder / school
            place.mkdir()
            with context.entered(school=school):
                school_year(school, 1)
                plays[name] = ours(raw, answers, place)
    return _played_again(aws, plays, folder)


def _played_again(
    aws: "Embedded", plays: dict[str, Play], folder: Path
) -> dict[str, tuple[Play, Told]]:
    theirs = StepFunctions(aws)
    answers = {play.name: PLAYED[name][1] for name, play in plays.items()}
    with theirs.worker(answers, folder) as journal:
        begun = {name: theirs.start(PLAYED[name][0], play) for name, play in plays.items()}
        return {
            name: (play, theirs.told(begun[name], play.name, journal))
            for name, play in plays.items()
        }


@pytest.mark.parametrize("script", PLAYED)
def test_both_engines_tell_the_same_of_a_script(
    told: dict[str, tuple[Play, Told]], script: str
) -> None:
    play, theirs = told[script]
    if play.told.error.startswith("States."):
        theirs.cause = play.told.cause  # what the language itself says it may say in its own words

    assert play.told == theirs
    assert len(play.told.entered) > 1, "it did something"


@pytest.mark.parametrize("script", PLAYED)
def test_both_engines_wait_as_often_and_at_least_as_long_as_the_definition_says(
    told: dict[str, tuple[Play, Told]], script: str
) -> None:
    play, theirs = told[script]
    kinds = {state["Type"] for state in PLAYED[script][0]["States"].values()}
    # Whether an item or its Map backs off, the embedded one does not tell.
    both = [play.told.rested] if "Map" in kinds else [play.told.rested, theirs.rested]

    for rested in both:
        assert len(rested) == len(play.foreseen)
        for real, seconds in zip(rested, play.foreseen, strict=True):
            assert real >= seconds * play.scale - INACCURATE
