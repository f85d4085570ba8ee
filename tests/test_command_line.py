"""What somebody sees who has not set anything up."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["consolidate"],
        ["export_grades", "--school", "north", "--period", "2026-1"],
        ["list_schools"],
    ],
)
def test_without_an_aws_a_command_says_what_to_do_in_one_line(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={"LUCA_SECRET_KEY": "k", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "set LUCA_HOME=var/local after `make up`" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("command", [["cost"], ["local", "--home", "{home}", "status"]])
def test_whoever_has_read_enough_sees_no_traceback(tmp_path: Path, command: list[str]) -> None:
    """As in `make traces | head`; the second command prints, and then ends by an error."""
    words = [word.format(home=tmp_path) for word in command]
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"LUCA_SECRET_KEY": "k", "PATH": "/usr/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.close()
    _, said = process.communicate(timeout=60)

    assert process.returncode == 141
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize("words", [[], ["--traceback"]], ids=["plain", "traceback"])
@pytest.mark.parametrize(
    ("error", "is_ours"),
    [("ValueError", False), ("RuntimeError", False), ("luca.kernel.errors.Invalid", True)],
)
def test_on_aws_an_error_that_is_not_ours_is_told_by_kind_and_place(
    tmp_path: Path, words: list[str], error: str, *, is_ours: bool
) -> None:
    """`run.sh manage` prints into a log that is kept, and a ValueError quotes what it met."""
    module, _, name = error.rpartition(".")
    (tmp_path / "sitecustomize.py").write_text(
        "import tenants.management.base\n"
        f"from {module or 'builtins'} import {name} as Broken\n"
        "def work(self, options):\n"
        "    try:\n"
        "        int('Ana')\n"
        "    except ValueError as error:\n"
        "        raise Broken('of Luz') from error\n"
        "from tenants.management.commands import list_schools\n"
        "list_schools.Command.work = work\n"
    )
    done = subprocess.run(
        [ROOT / "deploy/image/run.sh", "manage", "list_schools", *words],
        cwd=ROOT,
        env={
            "LUCA_SECRET_KEY": "k",
            "LUCA_BIN": str(Path(sys.executable).parent),
            "DJANGO_SETTINGS_MODULE": "luca.settings",
            "LUCA_TENANT_ROLE_ARN": "arn:aws:iam::123456789012:role/luca-tenant",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{tmp_path}:{ROOT}",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert "Ana" not in done.stderr
    assert name in done.stderr or "of Luz" in done.stderr
    if not is_ours:
        assert "of Luz" not in done.stderr
        assert "sitecustomize.py:7 work" in done.stderr
    elif not words:
        assert "of Luz" in done.stderr
