"""The Dockerfile says nothing that the scripts and the tests of the content do not do too."""

import re
from pathlib import Path

from tests.image.vessel import USER, Image

ROOT = Path(__file__).parents[2]
ENV = (
    "ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LUCA_BIN=/opt/luca/venv/bin"
    " LUCA_VERSION=$VERSION TMPDIR=/tmp"
)
WHO = f"RUN useradd --system --uid {USER} --home-dir /nonexistent --shell /usr/sbin/nologin luca"
RECIPE = [
    "ARG BASE=python:3.13-slim-bookworm",
    "FROM $BASE AS build",
    "COPY . /source",
    "RUN /source/deploy/image/build.sh /opt/luca",
    "FROM $BASE",
    WHO,
    "COPY --from=build /opt/luca /opt/luca",
    "ARG VERSION=dev",
    ENV,
    "VOLUME /tmp",
    f"USER {USER}",
    "WORKDIR /opt/luca/app",
    "EXPOSE 8000",
    'ENTRYPOINT ["/opt/luca/app/deploy/image/run.sh"]',
    'CMD ["api"]',
]


def instructions() -> list[str]:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_dockerfile_is_this_list() -> None:
    """In one stage the script that `image` runs, in the other its result, its user, its entry.

    No HEALTHCHECK is among them: only the api listens, and a worker would never be well.
    """
    assert instructions() == RECIPE


def test_what_it_tells_the_processes_the_tests_tell_them_too(tmp_path: Path) -> None:
    told = next(line for line in instructions() if line.startswith("ENV "))
    names = set(re.findall(r"(\w+)=", told))

    assert names - {"LUCA_VERSION"} <= set(Image(tmp_path, tmp_path).environment({}))


def test_both_stages_come_from_one_base() -> None:
    """Compiled modules and the interpreter must be of one version."""
    assert {line for line in instructions() if "FROM" in line and "COPY" not in line} == {
        "FROM $BASE AS build",
        "FROM $BASE",
    }


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    """A list of what is let in: what somebody puts beside it tomorrow stays outside."""
    script = (ROOT / "deploy/image/build.sh").read_text()
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    copied = re.search(r"^for part in (.*); do$", script, re.MULTILINE)
    assert copied is not None

    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule[0] == "!"} == {*copied[1].split(), "requirements"}


def test_what_the_image_leaves_out_the_build_does_not_even_see() -> None:
    script = (ROOT / "deploy/image/build.sh").read_text()
    rules = set((ROOT / ".dockerignore").read_text().splitlines())
    named = re.findall(r'"\$prefix/app/([a-z/]+)"', script)
    several = re.search(r'"\$prefix"/app/deploy/\{(.*)\}', script)
    assert several is not None
    left_out = {*named, *(f"deploy/{name}" for name in several[1].split(","))}

    assert left_out - rules == set()
    assert {"**/tests", "**/*.tfstate*", "**/*.tfvars", "**/.terraform"} <= rules
