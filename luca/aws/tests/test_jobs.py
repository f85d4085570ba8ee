"""Jobs: watched while they run, safe to run twice, known to who asked and to admins only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from luca.aws import job_files, job_lists, jobs, queue, storage
from luca.aws.jobs import File, Job, Result, State
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound, Unavailable

pytestmark = pytest.mark.usefixtures("school")
PDF = File("boletas-1a.pdf", "application/pdf", b"%PDF")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What goes to the queue, where no worker takes it."""
    seen: list[Any] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: seen.append((task, more)))
    return seen


@pytest.fixture
def job(sent: list[Any]) -> Job:
    made = jobs.start("cards", "grades.cards", group="1a")
    assert sent == [("grades.cards", {"job": made.id})]
    return made


def test_a_job_is_waited_for_watched_and_taken_along(job: Job) -> None:
    assert (job.state, job.done, job.total) == (State.WAITING, 0, None)
    beats: list[int] = []

    def work(given: Any, tell: Any) -> Result:
        assert given == {"group": "1a"}
        tell(1, 30)
        assert jobs.get(job.id).state is State.RUNNING
        assert (jobs.get(job.id).done, jobs.get(job.id).total) == (1, 30)
        tell(2, 30)
        assert jobs.get(job.id).done == 1, "progress is written once in a second"
        return Result({"pages": 30}, PDF)

    jobs.run(job.id, work, lambda: beats.append(1))
    after = jobs.get(job.id)
    assert (after.state, after.data, len(beats)) == (State.DONE, {"pages": 30}, 2)
    assert jobs.content(job.id) == PDF


def test_what_was_done_is_not_done_again(job: Job) -> None:
    jobs.run(job.id, lambda *_: Result({"n": 1}))
    jobs.run(job.id, lambda *_: pytest.fail("again"))
    assert jobs.get(job.id).data == {"n": 1}


def test_a_worker_that_was_killed_is_followed_by_another(job: Job) -> None:
    def killed(_given: Any, tell: Any) -> Result:
        tell(5, 10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.id, killed)
    assert jobs.get(job.id).state is State.RUNNING
    jobs.run(job.id, lambda *_: Result({"n": 2}))
    assert jobs.get(job.id).state is State.DONE


def test_what_luca_refuses_ends_the_job_with_its_reason(job: Job) -> None:
    def refused(_given: Any, _tell: Any) -> Result:
        raise Conflict("The period is closed.", code="period_closed")

    jobs.run(job.id, refused)
    after = jobs.get(job.id)
    assert (after.state, after.reason, after.detail) == (
        State.FAILED,
        "period_closed",
        "The period is closed.",
    )


def test_an_unknown_error_ends_the_job_and_says_nothing_of_it(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_given: Any, _tell: Any) -> Result:
        raise ValueError("Ada Núñez has no group")

    jobs.run(job.id, broken)
    after = jobs.get(job.id)
    assert (after.state, after.reason) == (State.FAILED, "internal")
    shown = capsys.readouterr()
    assert "Núñez" not in after.detail + shown.out + shown.err


def test_what_may_pass_is_left_to_the_next_delivery(job: Job) -> None:
    def busy(_given: Any, _tell: Any) -> Result:
        raise Unavailable("busy")

    with pytest.raises(Unavailable):
        jobs.run(job.id, busy)
    assert jobs.get(job.id).state is State.RUNNING


def test_a_job_that_says_nothing_for_an_hour_is_taken_for_dead(job: Job) -> None:
    with clock.stopped(clock.now() + timedelta(hours=2)):
        after = jobs.get(job.id)
        assert (after.state, after.reason) == (State.FAILED, "silent")


@pytest.mark.parametrize(
    ("person", "group", "sees"),
    [("teresa", "teacher", True), ("boss", "school_admin", True), ("tomas", "teacher", False)],
)
def test_a_job_is_known_to_who_asked_and_to_admins(
    school: str,
    sent: list[Any],
    person: str,
    group: str,
    sees: bool,  # noqa: FBT001 -- a column
) -> None:
    with context.entered(school=school, actor="teresa", groups=frozenset({"teacher"})):
        made = jobs.start("cards", "grades.cards")
    jobs.run(made.id, lambda *_: Result(file=PDF))
    assert len(sent) == 1
    with context.entered(school=school, actor=person, groups=frozenset({group})):
        if sees:
            assert jobs.content(made.id) == PDF
            return
        for look in (jobs.get, jobs.content):
            with pytest.raises(NotFound):
                look(made.id)


def test_another_school_s_job_is_no_job(job: Job) -> None:
    jobs.run(job.id, lambda *_: Result(file=PDF))
    with context.entered(school="elsewhere"), pytest.raises(NotFound):
        jobs.content(job.id)


def test_files_go_with_the_first_job_after_their_week(job: Job, sent: list[Any]) -> None:
    jobs.run(job.id, lambda *_: Result(file=PDF))
    with clock.stopped(clock.now() + timedelta(days=6)):
        jobs.run(jobs.start("cards", "grades.cards").id, lambda *_: Result(file=PDF))
        assert len(storage.names(job_files.FOLDER)) == 2
    with clock.stopped(clock.now() + timedelta(days=8)):
        jobs.run(jobs.start("cards", "grades.cards").id, lambda *_: Result(file=PDF))
        assert len(storage.names(job_files.FOLDER)) == 2
        with pytest.raises(NotFound):
            jobs.content(job.id)
    assert len(sent) == 3


def test_an_erasure_takes_the_files_of_jobs_and_nothing_else(job: Job) -> None:
    jobs.run(job.id, lambda *_: Result(file=PDF))
    storage.write("jobs-of-others", b"stays")

    job_files.throw_away()

    assert storage.names() == ["jobs-of-others"]
    with pytest.raises(NotFound):
        jobs.content(job.id)


def test_work_that_read_before_an_erasure_is_done_again_after_it(job: Job) -> None:
    """What it had read may hold the person who is gone."""
    people = ["ada", "blas"]
    read: list[list[str]] = []

    def work(_given: Any, _tell: Any) -> Result:
        read.append(list(people))
        if "ada" in people:
            people.remove("ada")
            job_files.throw_away()
        return Result(file=File("people.csv", "text/csv", ",".join(read[-1]).encode()))

    jobs.run(job.id, work)

    assert read == [["ada", "blas"], ["blas"]]
    assert jobs.content(job.id).content == b"blas"
    assert len(storage.names("jobs/")) == 1


def test_a_worker_that_comes_late_leaves_nobody_who_was_erased(job: Job) -> None:
    """Two deliveries at once: the first has read Ada, the second ends after her erasure."""
    late: list[bytes] = [b"ada,blas", b"blas"]

    def slow(*_: Any) -> Result:
        if len(late) == 2:
            mine = late.pop(0)
            job_files.throw_away()
            jobs.run(job.id, lambda *_: Result(file=File("people.csv", "text/csv", b"blas")))
            return Result(file=File("people.csv", "text/csv", mine))
        return Result(file=File("people.csv", "text/csv", late[0]))

    jobs.run(job.id, slow)

    assert jobs.content(job.id).content == b"blas"


def test_a_file_made_on_disk_is_stored_and_leaves_the_disk(job: Job, tmp_path: Path) -> None:
    made = tmp_path / "archive.zip"
    made.write_bytes(b"PK")

    jobs.run(job.id, lambda *_: Result({}, File("a.zip", "application/zip", path=made)))
    found, stream = jobs.opened(job.id)

    assert (found.file, found.content_type, stream.size) == ("a.zip", "application/zip", 2)
    assert b"".join(stream.parts) == b"PK"
    assert not made.exists()


def test_the_newest_of_a_kind_are_listed_with_what_they_were_asked_for(
    school: str, sent: list[Any]
) -> None:
    for group in ("1a", "1b"):
        with context.entered(school=school, actor="rosa", groups=frozenset({"school_admin"})):
            jobs.start("cards", "grades.cards", group=group)
    jobs.start("imports", "people.import", group="1c")
    with context.entered(school=f"{school}-2"):
        jobs.start("cards", "grades.cards", group="9z")
    with context.entered(school=school, actor="tere", groups=frozenset({"teacher"})):
        jobs.start("cards", "grades.cards", group="1d")
        assert [one.arguments for one in job_lists.recent("cards")] == [{"group": "1d"}]
    assert len(sent) == 5
    with context.entered(school=school, actor="rosa", groups=frozenset({"school_admin"})):
        found = job_lists.recent("cards")
        assert [one.arguments["group"] for one in found] == ["1d", "1b", "1a"]
        assert len(job_lists.recent("cards", 2)) == 2
