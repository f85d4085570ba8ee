import pytest

from tests.deploy.terraform import Terraform, copied


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Each process that runs tests has a copy of its own."""
    return copied(tmp_path_factory.mktemp("terraform"))
