from dataclasses import replace

import pytest

from luca.kernel.errors import NotFound
from luca.kernel.ids import SchoolId
from tenants import services
from tenants.domain import School


def test_a_new_school_has_a_profile_and_is_in_the_directory(school: str) -> None:
    made = services.create_school(
        School(SchoolId(school), " Colegio Norte ", cct="09des0001f", time_zone="America/Tijuana")
    )

    assert made == School(
        SchoolId(school), "Colegio Norte", cct="09DES0001F", time_zone="America/Tijuana"
    )
    assert services.school_profile() == made
    assert replace(made, cct="") in services.schools()


@pytest.mark.usefixtures("school")
def test_a_school_without_a_profile_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.school_profile()
