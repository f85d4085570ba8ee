"""Every policy of production, as Terraform renders it, before another's simulator of IAM.

Production is applied to the emulator for it: only what is made has an ARN. Its twin with prefixes
is judged in ``test_emulated.py``.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests import npm
from tests.deploy import emulator, verdicts
from tests.deploy.applying import in_a_copy
from tests.deploy.emulator import Emulator
from tests.deploy.judging import Rendered
from tests.deploy.statements import documents, explained, of_documents, of_files
from tests.isolation import simulator

pytestmark = pytest.mark.deploy
BOOTSTRAP = {"state_bucket": "colegios-terraform-state", "repository": "colegios/luca"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator.running(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture(scope="module")
def bootstrap(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    terraform = in_a_copy(tmp_path_factory.mktemp("bootstrap"), aws, "bootstrap", **BOOTSTRAP)
    terraform.init()
    terraform.apply()
    return Rendered("", list(documents(terraform.state())))


@pytest.fixture(scope="module")
def prod(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    terraform = in_a_copy(tmp_path_factory.mktemp("prod"), aws, "envs/prod", image_tag="emulated")
    terraform.init()
    terraform.apply()
    return Rendered("", list(documents(terraform.state())))


@pytest.fixture(scope="module")
def _judge() -> None:
    try:
        simulator.install()
    except npm.Missing as missing:
        pytest.skip(f"Nobody can judge: {missing}")


@pytest.mark.usefixtures("_judge")
@pytest.mark.parametrize("verdict", verdicts.ALL, ids=lambda one: one.__name__)
def test_in_production(prod: Rendered, verdict: Any) -> None:
    verdict(prod)


@pytest.mark.usefixtures("_judge")
def test_in_production_deleting_needs_a_second_factor(prod: Rendered) -> None:
    verdicts.deleting_needs_a_second_factor(prod)


def test_the_state_and_the_pipeline_have_reasons_too(bootstrap: Rendered) -> None:
    verdicts.what_names_nothing_has_a_reason(bootstrap)


def test_no_reason_has_outlived_its_statement(prod: Rendered, bootstrap: Rendered) -> None:
    found = of_files() + of_documents(prod.found) + of_documents(bootstrap.found)
    wide = {(one.where, one.name) for one in found if one.every_one_of_a_kind}
    assert set(explained()) - wide == set()


@pytest.mark.usefixtures("_judge")
def test_a_policy_that_says_more_is_noticed(prod: Rendered) -> None:
    """The judge would see a tenant role that forgot what a key must begin with."""
    loose = json.loads(
        json.dumps(prod.found).replace("TENANT#${aws:PrincipalTag/school_id}#*", "*")
    )
    with pytest.raises(AssertionError):
        verdicts.only_the_tenant_role_reaches_items_and_only_its_school(Rendered("", loose))
