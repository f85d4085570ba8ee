"""deploy/manage.sh: what it refuses before it asks AWS, and what it makes of AWS's answers."""

import json
import os
import random
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

pytestmark = pytest.mark.deploy
ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/manage.sh"

# An `aws` that writes down what it was asked and answers as AWS would.
AWS = f"""#!{sys.executable}
import json, os, pathlib, random, sys
here = pathlib.Path(os.environ["FAKE"])
words = sys.argv[1:]
with (here / "asked").open("a") as file:
    file.write(json.dumps(words) + "\\n")
answers = json.loads((here / "answers").read_text())
what = words[1]
if what == "describe-services":
    ours = "services[0].taskDefinition" in words
    print(answers["worker"] if ours else json.dumps(answers["network"]))
elif what == "describe-task-definition":
    name = words[words.index("--task-definition") + 1]
    family, _, revision = name.rpartition("/")[2].partition(":")
    images = answers["images"]
    if "taskDefinition.revision" in words:
        print(max(map(int, images)))
    elif "worker" in family and not answers["runs"]:
        sys.exit("ThrottlingException")
    elif "worker" in family:
        print("registry/luca-image:" + answers["runs"])
    elif revision in images:
        print("registry/luca-image:" + images[revision])
    else:
        sys.exit(254)
elif what == "run-task":
    sent = json.loads(words[words.index("--overrides") + 1])["containerOverrides"][0]["command"]
    if sent[1] == "sealed":  # as the task would
        from luca.privacy import sealing
        to = sealing.recipient(sent[2])
        files = {{"said.txt": b"one person\\n", "person.zip": random.Random(1).randbytes(20_000)}}
        lines = ["{{}} started", *sealing.lines(to, files)][: answers.get("arrive")]
        (here / "answers").write_text(json.dumps({{**answers, "lines": lines}}))
    print(answers["task"])
elif what == "get-log-events":
    before = int(words[words.index("--next-token") + 1]) if "--next-token" in words else 0
    lines = answers["lines"][before:before + 2]
    if before == 0 and not lines:
        sys.exit(254)
    events = [{{"message": line}} for line in lines]
    print(json.dumps({{"events": events, "nextForwardToken": str(before + len(lines))}}))
elif "tasks[0].lastStatus" in words:
    looks = (here / "asked").read_text().count('"tasks[0].lastStatus"')
    print("STOPPED" if looks > 1 else "RUNNING")
elif "tasks[0].stoppedReason" in words:
    print("CannotPullContainerError: no such image")
else:
    print(answers["code"])
"""
CONTENT = random.Random(1).randbytes(20_000)  # noqa: S311 -- what no packing makes smaller
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "DISABLED"}}


@dataclass
class Manage:
    """The script, with an AWS of ours before it."""

    folder: Path

    def __call__(self, *words: str, **answers: Any) -> subprocess.CompletedProcess[str]:
        told = {
            "network": NETWORK,
            "worker": "arn:x/luca-worker:5",
            "runs": "b2",  # the tag of the workers' image
            "images": {"7": "b2"},  # of each definition for commands
            "task": "arn:x/luca/123",
            "lines": [],
            "code": "0",
            **answers,
        }
        (self.folder / "answers").write_text(json.dumps(told))
        return subprocess.run(
            [SCRIPT, *words],
            env={
                "PATH": f"{self.folder}:{os.environ['PATH']}",
                "FAKE": str(self.folder),
                "LUCA_MANAGE_PAUSE": "0",
                "PYTHONPATH": str(ROOT),
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def asked(self) -> list[list[str]]:
        file = self.folder / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    program = tmp_path / "aws"
    program.write_text(AWS)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Manage(tmp_path)


def test_a_command_runs_as_a_task_and_its_words_and_its_exit_code_come_back(manage: Manage) -> None:
    done = manage("staging", "nights", "--last", "3 'x'", lines=["one", "two", "three"], code="1")

    assert (done.returncode, done.stdout) == (1, "one\ntwo\nthree\n"), done.stderr
    run = next(words for words in manage.asked if words[1] == "run-task")
    assert run[run.index("--cluster") + 1] == "staging-luca"
    assert run[run.index("--task-definition") + 1] == "staging-luca-manage:7"
    assert json.loads(run[run.index("--network-configuration") + 1]) == NETWORK
    assert json.loads(run[run.index("--overrides") + 1]) == {
        "containerOverrides": [
            {"name": "manage", "command": ["manage", "nights", "--last", "3 'x'"]}
        ]
    }
    logs = next(words for words in manage.asked if words[1] == "get-log-events")
    assert logs[logs.index("--log-group-name") + 1] == "/ecs/staging-luca-manage"
    assert logs[logs.index("--log-stream-name") + 1] == "manage/manage/123"


def test_production_has_no_prefix(manage: Manage) -> None:
    assert manage("prod", "list_schools").returncode == 0
    assert {
        words[words.index("--cluster") + 1] for words in manage.asked if "--cluster" in words
    } == {"luca"}


def test_after_a_roll_back_a_command_has_the_code_of_the_workers(manage: Manage) -> None:
    images = {"3": "a1", "5": "b2", "6": "b2", "9": "c3"}  # 4, 7 and 8 are gone
    assert manage("prod", "nights", runs="a1", images=images).returncode == 0

    run = next(words for words in manage.asked if words[1] == "run-task")
    assert run[run.index("--task-definition") + 1] == "luca-manage:3"


def test_where_no_command_has_the_code_of_the_workers_none_is_run(manage: Manage) -> None:
    done = manage("prod", "nights", runs="z9", images={"1": "a1", "2": "b2"})

    assert done.returncode == 69
    assert "no definition of luca-manage within 30 has the image" in done.stderr
    assert not [words for words in manage.asked if words[1] == "run-task"]


def test_where_the_workers_image_cannot_be_read_nothing_is_run(manage: Manage) -> None:
    done = manage("prod", "nights", runs="", images={"1": "a1", "4": "b2"})

    assert done.returncode != 0
    assert done.stderr == "ThrottlingException\n"
    assert not [words for words in manage.asked if words[1] == "run-task"]


def test_a_task_that_never_began_is_told_with_awss_reason(manage: Manage) -> None:
    done = manage("prod", "nights", code="None")

    assert done.returncode == 70
    assert done.stderr == "manage.sh: it never began: CannotPullContainerError: no such image\n"


@pytest.mark.parametrize(
    ("answers", "said"), [({"network": None}, "no service"), ({"task": "None"}, "no task")]
)
def test_where_nothing_runs_it_says_so(manage: Manage, answers: dict[str, Any], said: str) -> None:
    done = manage("prod", "nights", **answers)

    assert done.returncode == 69
    assert said in done.stderr


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("import_people people.csv --school s", "POST /imports/<kind>"),
        ("invite people.csv --school s", "POST /invitations/import"),
        ("create_user a@b.mx --school s", "invite --email"),
        ("export_grades --school s --period p", "GET /gradebook/"),
        ("report_cards --school s --period p --out x.pdf", "POST /report-cards"),
        ("lake events --school s --student x", "GET /students/<student>/events/past"),
        ("lake rebuild --school s --csv x", "the same without --csv"),
        ("govsync evidence --school s --out x.zip", "POST /govsync/runs/<run>/evidence"),
        ("grading_rules --school s --subject m --set r.json", "POST /subjects/<subject>/rules"),
    ],
)
def test_what_shows_people_or_takes_files_is_refused_with_the_way_it_goes(
    manage: Manage, words: str, instead: str
) -> None:
    done = manage("prod", *words.split())

    assert done.returncode == 65
    assert instead in done.stderr
    assert manage.asked == []


def test_a_persons_file_comes_sealed_through_the_log_into_a_folder_of_ones_own(
    manage: Manage,
) -> None:
    done = manage("prod", "export_person", "s1", "--school", "north")

    assert done.returncode == 0, done.stderr
    (folder,) = manage.folder.glob("export_person-*")
    assert done.stdout.splitlines()[:2] == ["{} started", "one person"]
    assert folder.name in done.stdout
    assert (folder / "person.zip").read_bytes() == CONTENT
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in folder.iterdir()} == {0}
    run = next(words for words in manage.asked if words[1] == "run-task")
    sent = json.loads(run[run.index("--overrides") + 1])["containerOverrides"][0]["command"]
    assert (sent[:2], sent[3:]) == (
        ["manage", "sealed"],
        ["export_person", "s1", "--school", "north"],
    )
    assert "PRIVATE" not in json.dumps(manage.asked)


@pytest.mark.parametrize("arrive", [1, -1])
def test_a_file_of_which_a_part_is_missing_is_not_opened(manage: Manage, arrive: int) -> None:
    done = manage("prod", "export_person", "s1", "--school", "north", arrive=arrive)

    assert done.returncode == 74
    assert "sealed lines" in done.stderr
    assert list(manage.folder.glob("export_person-*")) == []


@pytest.mark.parametrize("words", [(), ("prod",), ("live", "nights"), ("prod", "flush")])
def test_what_it_does_not_know_is_refused(manage: Manage, words: tuple[str, ...]) -> None:
    assert manage(*words).returncode == 64
    assert manage.asked == []


# They are not in the image.
DEVELOPERS = {"create_logins", "demo", "load_oulad", "load_year", "local", "translations"}
OURS = ("tenants", "grades", "behavior", "govsync", "lake", "luca.")


def test_every_command_is_either_run_or_refused_with_a_reason() -> None:
    """A new command that nobody has thought of is called unknown, and this test says which."""
    text = SCRIPT.read_text()
    ours = {name for name, app in get_commands().items() if str(app).startswith(OURS)}

    assert {name for name in ours - DEVELOPERS if name not in text} == set()


def test_paths_that_it_names_are_addresses_of_the_api() -> None:
    told = (ROOT / "docs/permissions.md").read_text()

    for address in ("POST /imports/<kind>", "POST /report-cards", "POST /invitations/import"):
        assert f"`{address}`" in told
