"""The tables of Glue are the lake's one schema."""

from io import StringIO

from django.core.management import call_command

from lake.definition import datasets
from lake.domain import Partition
from lake.management.acts import glue
from lake.rules.piped import folders
from lake.tests.aws import DEPLOY, deployed

CATALOGUE = deployed("glue")


def test_the_file_is_what_the_schema_says() -> None:
    """After a change of deploy/lake.json: `manage.py lake glue`."""
    shown = StringIO()
    call_command("lake", "glue", "--dry-run", stdout=shown)

    assert shown.getvalue() == glue.made()
    assert (DEPLOY / "lake" / "glue.json").read_text() == glue.made()


def test_athenas_saved_questions_are_what_the_library_says() -> None:
    """After a change of lake/queries: `manage.py lake glue`."""
    assert (DEPLOY / "lake" / "named_queries.json").read_text() == glue.questions()


def test_a_table_projects_the_folders_that_files_are_written_to() -> None:
    for name, dataset in datasets().items():
        table = CATALOGUE["tables"][name]
        month = "11" if "month" in dataset.partitions else ""
        partition = Partition(name, "2026", month, "north")
        place = table["parameters"]["storage.location.template"]
        for key, value in folders(partition).items():
            place = place.replace(f"${{{key}}}", value)
        assert place == f"s3://luca-data-lake/{partition.folder}"
        assert [one["name"] for one in table["partition_keys"]] == list(dataset.partitions)


def test_no_question_is_answered_that_does_not_name_its_school() -> None:
    """Athena's injected partitions: CONSTRAINT_VIOLATION without an equality on the column."""
    for table in CATALOGUE["tables"].values():
        assert table["parameters"]["projection.school_id.type"] == "injected"


def test_every_column_has_its_type_and_says_what_it_is() -> None:
    for name, dataset in datasets().items():
        columns = CATALOGUE["tables"][name]["columns"]
        assert [(one["name"], one["type"]) for one in columns] == [
            (one.name, one.type.value) for one in dataset.columns
        ]
        assert all(one["comment"] for one in columns)
