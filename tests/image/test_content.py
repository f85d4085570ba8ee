"""The image, without docker: what is in it, and that it runs where nothing can be written."""

import json
import os
import resource
import urllib.request
from pathlib import Path

import pytest

from tests.image.vessel import Image, contains

pytestmark = pytest.mark.slow
LONGEST_START = 3.0  # seconds, with its end


def test_the_api_answers_in_time_on_a_read_only_disk(image: Image, tmp_path: Path) -> None:
    """With no AWS anywhere: whoever asks /healthz asks about this process alone.

    The time is a processor's, for the clock also counts whatever else this machine does; and where
    many share a processor, even that is slow.
    """
    settings = {"LUCA_BIND": "127.0.0.1:0", "LUCA_VERSION": "abc123"}
    took = []
    for turn in range(3):
        began = spent()
        with image.running("api", tmp_path / f"{turn}.log", **settings) as api:
            url = f"http://127.0.0.1:{api.port()}/healthz"
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert json.load(answer) == {"status": "ok", "version": "abc123"}
            assert api.stop() == 0
        took.append(spent() - began)
    if os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
        pytest.skip(f"it answers; but this machine is too busy to say how soon ({took})")
    assert min(took) < LONGEST_START, took


def spent() -> float:
    """What this process's children that have ended took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_every_module_is_compiled_already(image: Image) -> None:
    """What is not would be compiled at each start, for nothing can be kept."""
    sources = [
        path
        for folder in (image.app, *image.prefix.glob("venv/lib/python*/site-packages"))
        for path in folder.rglob("*.py")
    ]
    left = [path for path in sources if not list(path.parent.glob(f"__pycache__/{path.stem}.*"))]

    assert len(sources) > 3000
    assert left == []


def test_nothing_can_be_written_but_temporary_files(image: Image) -> None:
    program = """
import os, pathlib, sys, tempfile
for place in sys.argv[1:]:
    try:
        pathlib.Path(place, "left-behind").touch()
    except OSError as error:
        print(type(error).__name__, error.errno)
    else:
        print("written", place)
with tempfile.TemporaryFile():
    print("temporary", os.getuid())
"""
    if not contains():
        pytest.skip("only root can mount a file system read-only and become another user")
    places: list[str | Path] = [
        "/",
        "/etc",
        "/usr",
        image.prefix,
        image.app,
        image.prefix / "venv/bin",
    ]
    done = image.once(image.python, "-c", program, *places)

    assert done.stdout.splitlines() == ["OSError 30"] * len(places) + ["temporary 10001"]


def test_what_describes_the_deployment_is_not_in_what_is_deployed(image: Image) -> None:
    assert list(image.app.rglob("*.tf")) == []
    assert (image.app / "deploy/asl/govsync.asl.json").exists()


def test_the_commands_for_what_is_held_about_a_person_are_in_the_image(image: Image) -> None:
    for name in ("export_person", "erase_person"):
        done = image.entry("manage", name, "--help")
        assert done.returncode == 0, done.stderr
        assert name in done.stdout


def test_a_command_s_failure_is_the_task_s(image: Image) -> None:
    done = image.entry("manage", "list_schools", "--no-such-word")

    assert done.returncode == 2
    assert "unrecognized arguments: --no-such-word" in done.stderr


@pytest.mark.parametrize("package", ["ministack", "moto", "pytest", "faker", "luca.localaws"])
def test_development_packages_are_left_out(image: Image, package: str) -> None:
    done = image.once(image.python, "-c", f"import {package}")

    assert "ModuleNotFoundError" in done.stderr


@pytest.mark.parametrize("package", ["pip", "setuptools", "wheel"])
def test_nothing_can_be_installed_in_it(image: Image, package: str) -> None:
    assert list(image.prefix.glob(f"venv/lib/python*/site-packages/{package}")) == []


def test_an_unknown_entry_point_is_refused(image: Image) -> None:
    done = image.entry("nonsense")

    assert done.returncode == 64
    assert done.stderr == (
        "run.sh: unknown entry point 'nonsense'; use api, worker, consumer, beat, lake or manage\n"
    )
