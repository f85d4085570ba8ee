"""The deployment as Terraform judges it, offline: format, validity, and each module's own tests."""

import pytest

from tests.deploy.terraform import DEPLOY, Terraform, folders, with_tests

pytestmark = pytest.mark.deploy

ENVIRONMENTS = ("dev", "staging", "prod")


def test_everything_is_formatted(terraform: Terraform) -> None:
    done = terraform.run(".", "fmt", "-check", "-recursive", "-diff")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", folders())
def test_it_is_valid(terraform: Terraform, folder: str) -> None:
    terraform.begin(folder)

    done = terraform.run(folder, "validate", "-no-color")

    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stdout, done.stdout


@pytest.mark.parametrize("folder", with_tests())
def test_its_own_tests_pass(terraform: Terraform, folder: str) -> None:
    terraform.begin(folder)

    done = terraform.run(folder, "test", "-no-color")

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]


def test_the_three_environments_are_there() -> None:
    assert {path.name for path in (DEPLOY / "envs").iterdir()} == set(ENVIRONMENTS)


def test_only_one_module_reads_the_documents() -> None:
    readers = {
        str(path.relative_to(DEPLOY).parent)
        for path in DEPLOY.rglob("*.tf")
        for word in ("file(", "fileset(", "templatefile(")
        if word in path.read_text(encoding="utf-8")
    }

    assert readers <= {"modules/documents"}, readers


def test_nobody_else_pins_another_provider() -> None:
    for folder in folders():
        texts = [path.read_text(encoding="utf-8") for path in (DEPLOY / folder).glob("*.tf")]
        for text in texts:
            if "hashicorp/aws" in text:
                assert '"= 5.100.0"' in text, folder
        assert any("required_version" in text for text in texts), folder


@pytest.mark.parametrize("folder", folders())
def test_every_variable_and_output_says_what_it_is(folder: str) -> None:
    for path in (DEPLOY / folder).glob("*.tf"):
        blocks = path.read_text(encoding="utf-8").split("\n}\n")
        for block in blocks:
            text = block.strip().removeprefix("#").strip()
            if "\nvariable " in f"\n{block}" or "\noutput " in f"\n{block}":
                assert "description" in text, f"{path.relative_to(DEPLOY)}: {text[:80]}"
