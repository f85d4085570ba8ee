import pytest

from luca.aws.table import key, platform_key, prefix, tenant_key
from luca.kernel import context
from luca.kernel.errors import NoSchool


def test_a_key_begins_with_its_school() -> None:
    with context.entered(school="north"):
        assert tenant_key("STUDENT", "ada") == "TENANT#north#STUDENT#ada"


def test_without_a_school_there_is_no_key() -> None:
    with pytest.raises(NoSchool):
        tenant_key("STUDENT", "ada")


@pytest.mark.parametrize("part", ["", "a#b", "#"])
def test_no_part_can_forge_another_key(part: str) -> None:
    for build in (key, prefix, platform_key):
        with pytest.raises(ValueError, match="part of a key"):
            build("STUDENT", part)


def test_a_prefix_finds_no_longer_name() -> None:
    assert not key("EVAL", "math", "2026-10").startswith(prefix("EVAL", "math", "2026-1"))
