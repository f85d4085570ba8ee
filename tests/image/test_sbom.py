"""The list of what the image is made of."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.image.vessel import Image

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/image/sbom.py"
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)(?: ;[^\\]*)? \\((?:\n    --hash=.*)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def listed(image: Image, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("sbom") / "luca.cdx.json"
    subprocess.run([ROOT / "deploy/image/sbom.sh", image.prefix, file], check=True)
    return file.read_text()


@pytest.mark.slow
def test_it_is_what_the_standard_says(listed: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(listed) is None


@pytest.mark.slow
def test_every_package_of_the_image_has_its_origin_licence_and_hashes(
    listed: str, image: Image
) -> None:
    text = (ROOT / "requirements/prod.txt").read_text()
    pins = {
        f"pkg:pypi/{name}@{version}": set(re.findall(r"sha256:([0-9a-f]{64})", hashes))
        for name, version, hashes in PINNED.findall(text)
    }
    bom = json.loads(listed)
    found = {one["purl"]: one for one in bom["components"]}
    installed = image.prefix.glob("venv/lib/python*/site-packages/*.dist-info")

    assert len(found) == len(list(installed)) > 40
    assert [purl for purl, one in found.items() if not one.get("licenses")] == []
    assert {purl: hashes(one) for purl, one in found.items()} == {
        purl: pins[purl] for purl in found
    }
    assert bom["metadata"]["component"]["name"] == "luca"


def hashes(component: dict[str, Any]) -> set[str]:
    files = [one for one in component["externalReferences"] if one["type"] == "distribution"]
    return {each["content"] for one in files for each in one.get("hashes", [])}


@pytest.mark.slow
def test_it_knows_what_each_package_needs(listed: str) -> None:
    """So that a known fault of one is traced to what brought it."""
    bom = json.loads(listed)
    names = {one["bom-ref"]: one["name"] for one in bom["components"]}
    needs = {
        names[one["ref"]]: {names[ref] for ref in one.get("dependsOn", [])}
        for one in bom["dependencies"]
        if one["ref"] in names
    }

    assert "botocore" in needs["boto3"]
    assert needs["tqdm"] == set()


def test_what_is_installed_and_not_pinned_is_named(tmp_path: Path) -> None:
    stray = {"name": "stray", "purl": "pkg:pypi/stray@1"}
    for name, components in (("installed", [stray]), ("pinned", [])):
        (tmp_path / name).write_text(json.dumps({"components": components}))
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path / "installed", tmp_path / "pinned"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "sbom.py: installed and not pinned: pkg:pypi/stray@1\n"
