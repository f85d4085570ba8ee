"""The image, without docker: its build script, its entry point, its user."""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
DEADLINE = 60  # seconds; only guards against hanging
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile's first stage produces."""
    prefix = tmp_path_factory.mktemp("image")
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run([ROOT / "deploy/image/build.sh", prefix], env=environment, check=True)
    return prefix


@pytest.fixture
def api(image: Path) -> Iterator[str]:
    """The API as a container would start it, with no AWS anywhere."""
    environment = {
        "PATH": os.environ["PATH"],
        "LUCA_SECRET_KEY": "image",
        "LUCA_BIN": str(image / "venv/bin"),
        "LUCA_BIND": "127.0.0.1:0",
    }
    process = subprocess.Popen(
        [image / "app/deploy/image/run.sh", "api"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{_port(process)}"
    finally:
        process.terminate()
        assert process.wait(DEADLINE) == 0
        if process.stdout is not None:
            process.stdout.close()


def _port(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    seen = []
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and (line := process.stdout.readline()):
        seen.append(line)
        if found := LISTENING.search(line):
            return found[1]
    pytest.fail("gunicorn did not listen:\n" + "".join(seen))


def test_the_image_answers_healthz_with_production_packages_only(api: str) -> None:
    with urllib.request.urlopen(api + "/healthz", timeout=DEADLINE) as answer:
        assert (answer.status, json.load(answer)["status"]) == (200, "ok")


def test_the_commands_for_what_is_held_about_a_person_are_in_the_image(image: Path) -> None:
    for name in ("export_person", "erase_person"):
        done = subprocess.run(
            [image / "venv/bin/python", "manage.py", name, "--help"],
            cwd=image / "app",
            env={"PATH": os.environ["PATH"], "LUCA_SECRET_KEY": "image"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ["ministack", "moto", "pytest", "faker", "luca.localaws"])
def test_development_packages_are_left_out(image: Path, package: str) -> None:
    done = subprocess.run(
        [image / "venv/bin/python", "-c", f"import {package}"],
        cwd=image / "app",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ModuleNotFoundError" in done.stderr


def test_an_unknown_entry_point_is_refused(image: Path) -> None:
    done = subprocess.run(
        [image / "app/deploy/image/run.sh", "nonsense"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 64
    assert done.stderr == (
        "run.sh: unknown entry point 'nonsense'; use api, worker, consumer, beat or lake\n"
    )


def test_the_dockerfile_uses_these_scripts_and_no_root() -> None:
    text = (ROOT / "Dockerfile").read_text()

    assert "deploy/image/build.sh" in text
    assert "deploy/image/run.sh" in text
    assert re.search(r"^USER 10001$", text, re.MULTILINE)


def test_no_entry_point_is_judged_by_a_port_that_another_one_opens() -> None:
    text = (ROOT / "Dockerfile").read_text()

    assert not re.search(r"^HEALTHCHECK", text, re.MULTILINE)
