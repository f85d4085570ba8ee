"""What every act of the command line has in common, and how a run is watched."""

import argparse
import io
import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts import ACTS, watching
from govsync.repository import authority as stored
from govsync.services import freezing
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_command import said
from govsync.tests.test_operating import one_dead_batch
from luca.api.tests.asking import Ask
from luca.kernel import clock
from luca.kernel.errors import Unavailable
from luca.localaws.embedded import Embedded
from tests.privacy.cast import table_text

DOCS = Path(__file__).parents[2] / "docs"
NEEDED = {"period": AUTUMN, "out": "evidence.zip"}  # what an act asks for besides the school
NOWHERE = "no-such-run"


def options(act: str) -> dict[str, argparse.Action]:
    parser = argparse.ArgumentParser()
    ACTS[act].add_arguments(parser)
    return {one.dest: one for one in parser._actions}


def taking(option: str) -> list[str]:
    return [act for act in ACTS if option in options(act)]


def words(act: str, school: str, folder: Path, *more: str) -> list[str]:
    """The act with everything that it must be given."""
    known = options(act)
    asked = [
        word
        for name, value in NEEDED.items()
        if name in known and known[name].required
        for word in (f"--{name}", str(folder / value) if name == "out" else value)
    ]
    return [act, "--school", school, *asked, *more]


@pytest.mark.parametrize("act", taking("school"))
@pytest.mark.usefixtures("village")
def test_every_act_refuses_a_school_that_does_not_exist(act: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no school 'nowhere'") as refused:
        said(*words(act, "nowhere", tmp_path))

    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", taking("run"))
def test_every_act_refuses_a_run_that_does_not_exist(
    act: str, village: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There is no such run"):
        said(*words(act, village, tmp_path, "--run", NOWHERE))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_dry_run_of_any_act_changes_nothing(
    village: str, authority: Outside, aws: Embedded, tmp_path: Path
) -> None:
    run = one_dead_batch(authority).id

    def dry(*acts: str) -> None:
        before = table_text(aws, village)
        for act in acts:
            assert said(*words(act, village, tmp_path, "--dry-run")), act
        assert table_text(aws, village) == before
        assert list(tmp_path.iterdir()) == []

    held = {"resume"}
    dry(*(act for act in taking("dry_run") if act not in held))
    assert services.run(run).executions == 1
    said_of_it = said("reconcile", "--school", village, "--dry-run")
    assert said_of_it.startswith(f"run {run} would be read back once more")
    services.pause()
    dry(*held)
    assert services.held() is not None


@pytest.mark.usefixtures("authority")
def test_a_dry_run_refuses_what_the_act_itself_would(village: str, tmp_path: Path) -> None:
    run = services.start(AUTUMN).id
    for act in ("redrive", "reconcile", "start"):
        with pytest.raises(CommandError, match="under way"):
            said(*words(act, village, tmp_path, "--dry-run"))

    work(run)
    services.pause()
    for act in ("redrive", "reconcile", "start"):
        with pytest.raises(CommandError, match="held"):
            said(*words(act, village, tmp_path, "--dry-run"))


def test_a_redrive_that_is_refused_opens_no_batch(village: str, authority: Outside) -> None:
    run = one_dead_batch(authority).id
    services.pause()

    with pytest.raises(CommandError, match="held"):
        said("redrive", "--school", village)

    assert [line.number for line in services.dead(run)] == ["00001"]


@pytest.mark.slow
@pytest.mark.usefixtures("authority")
def test_json_is_what_the_api_answers(village: str, ask: Ask) -> None:
    ask.school, ask.who = village, "olga/gov_operator"
    started = json.loads(said("start", "--school", village, "--period", AUTUMN, "--json"))
    run = services.latest().id
    work(run)

    shown = json.loads(said("status", "--school", village, "--json"))

    assert (started["id"], started["status"]) == (run, "RUNNING")
    assert shown == ask("GET", f"/govsync/runs/{run}").json()
    assert json.loads(said("pause", "--school", village, "--json"))["hold"]["reason"] == "operator"
    assert json.loads(said("resume", "--school", village, "--json")) == {"runs": []}
    (line,) = (
        one
        for one in map(json.loads, said("status", "--all-schools", "--json").splitlines())
        if one["school"] == village
    )
    assert (line["run"]["id"], line["run"]["status"]) == (run, "DONE")


def resting(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Let something happen between two looks of whoever watches."""
    monkeypatch.setattr(watching, "_rest", act)


@pytest.mark.usefixtures("authority")
def test_without_a_terminal_a_line_is_written_whenever_something_has_changed(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN)

    def worker() -> None:
        services.advance(run.id, services.run(run.id).version)

    resting(monkeypatch, worker)
    monkeypatch.setattr("govsync.services.advancing.TURN", 0.001)
    text = said("status", "--school", village, "--watch").splitlines()

    lines = [line for line in text if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ", line)]
    assert "0 of ? records" in lines[0]
    assert "7 of 7 records" in lines[-1]
    assert "deadline" in lines[-1]
    assert 3 < len(lines) < len(services.steps(run.id))
    assert text[len(lines)].startswith("run "), "at the end the run is shown whole"


@pytest.mark.usefixtures("authority")
def test_programs_watch_objects_the_last_of_which_is_the_end(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN).id
    resting(monkeypatch, lambda: work(run))

    first, last = map(
        json.loads, said("status", "--school", village, "--watch", "--json").split("\n")[:-1]
    )

    assert (first["status"], last["status"]) == ("RUNNING", "DONE")
    assert last["balance"]["balanced"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("authority")
def test_a_bar_shows_what_holds_a_run_up_and_when_it_will_end(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = services.start(AUTUMN)
    freezing.snapshot(started)
    run = started.id
    stored.save_breaker(5, clock.now() + timedelta(seconds=90), stored.breaker())
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)

    def well_again() -> None:
        stored.save_breaker(0, None, stored.breaker())
        work(run)

    resting(monkeypatch, well_again)
    said("status", "--school", village, "--watch")

    drawn = screen.getvalue()
    assert "breaker open, probe in " in drawn
    assert "ends " in drawn
    assert "7 of 7, " in drawn


@pytest.mark.usefixtures("authority")
def test_ctrl_c_ends_the_watching_and_not_the_run(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ctrl_c() -> None:
        raise KeyboardInterrupt

    resting(monkeypatch, ctrl_c)
    stderr = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "govsync",
            *("start", "--school", village, "--period", AUTUMN, "--watch"),
            stdout=StringIO(),
            stderr=stderr,
        )

    run = services.latest()
    assert ended.value.code == 130
    again = f"manage.py govsync status --school {village} --run {run.id} --watch"
    assert f"The run goes on without you. To follow it again: {again}" in stderr.getvalue()
    assert run.status is RunStatus.RUNNING
    assert work(run.id).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_a_store_that_pauses_ends_no_watching(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN).id
    look, looks = services.progress, []

    def unsteady(identity: str) -> Any:
        looks.append(identity)
        if len(looks) < 3:
            raise Unavailable("The store does not answer.")
        return look(identity)

    monkeypatch.setattr(services, "progress", unsteady)
    resting(monkeypatch, lambda: None if len(looks) < 3 else work(run))

    assert "DONE" in said("status", "--school", village, "--run", run, "--watch")


@pytest.mark.usefixtures("authority")
def test_a_run_that_waits_for_a_person_says_for_what(village: str) -> None:
    services.start(AUTUMN)
    services.pause()

    shown = said("status", "--school", village)

    assert "error     Gov.Paused: " in shown
    assert "resumed now it would end" in shown or "nobody can say" in shown
    assert f"manage.py govsync resume --school {village}" in shown


def test_a_run_that_has_ended_says_what_people_have_to_do(village: str, authority: Outside) -> None:
    run = one_dead_batch(authority).id

    shown = said("status", "--school", village)

    assert f"to do     manage.py govsync letters --school {village}, then " in shown
    assert f"manage.py govsync redrive --school {village} --run {run}" in shown
    assert f"manage.py govsync rejects --school {village} --run {run} says" in shown, (
        "one is blocked"
    )
    assert "discrepancies" not in shown


def test_the_documents_name_every_act_and_no_other() -> None:
    for page in ("govsync.md", "govsync-operating.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        named = set(re.findall(r"manage\.py govsync ([a-z]+)", text))
        assert named == set(ACTS), page


@pytest.mark.parametrize("act", ACTS)
def test_the_operator_s_page_names_every_option_of_an_act(act: str) -> None:
    page = (DOCS / "govsync-operating.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `manage\.py govsync {act}\b.*$", page, re.MULTILINE)
    taken = {word for one in options(act).values() for word in one.option_strings}

    assert set(re.findall(r"--[a-z-]+", row)) == taken - {"-h", "--help"}
