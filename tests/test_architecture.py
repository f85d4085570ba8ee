"""What no linter knows about the shape of Luca."""

import ast
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from luca.aws.table import SEPARATOR, Row
from luca.celery import app
from luca.kernel.errors import LucaError

ROOT = Path(__file__).parent.parent
APPS = ("tenants", "grades", "behavior", "govsync", "lake")
OURS = (*APPS, "luca")
LONGEST_MODULE = 300


def modules(*owners: str) -> list[Path]:
    return sorted(path for owner in owners for path in (ROOT / owner).rglob("*.py"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def enqueued() -> set[str]:
    """The name of every task that code asks for by `enqueue`."""
    names = set()
    for path in modules(*APPS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", None))
                first = node.args[0]
                if called == "enqueue" and isinstance(first, ast.Constant):
                    names.add(str(first.value))
    return names


def test_every_enqueued_task_exists() -> None:
    app.loader.import_default_modules()

    assert enqueued() <= set(app.tasks)


def spelled_keys(path: Path) -> list[int]:
    """The lines that build a key out of pieces: `f"EVAL#{x}"` or `"EVAL#" + x`."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            pieces = node.values
        elif isinstance(node, ast.BinOp):
            pieces = [node.left, node.right]
        else:
            continue
        if any(isinstance(p, ast.Constant) and re.search(r"[A-Z]#", str(p.value)) for p in pieces):
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "path",
    [p for p in modules(*APPS) if p.name != "keys.py" and "tests" not in p.parts],
    ids=relative,
)
def test_keys_are_spelled_in_keys_only(path: Path) -> None:
    assert spelled_keys(path) == [], f"build keys with keys.py ({SEPARATOR!r} is its business)"


@pytest.mark.parametrize("path", modules(*OURS), ids=relative)
def test_no_module_outgrows_a_reader(path: Path) -> None:
    assert path.read_text().count("\n") <= LONGEST_MODULE


def kinds() -> dict[str, str]:
    """Every kind of item, and the module that declares it."""
    found: dict[str, str] = {}
    pending: list[type[Row]] = [Row]
    while pending:
        model = pending.pop()
        pending += model.__subclasses__()
        for cls, kind in model.kind._class_map.items():
            if ".tests." not in cls.__module__:
                found[kind] = cls.__module__
    return found


def test_every_item_is_in_the_key_table_of_its_app() -> None:
    app.loader.import_default_modules()
    import_module("luca.urls")
    missing = []
    for kind, module in kinds().items():
        app_name = module.partition(".")[0]
        own = ROOT / (module.replace(".", "/") + ".py")  # luca has no keys.py: its modules say it
        keys = own if app_name == "luca" else ROOT / app_name / "keys.py"
        doc = ast.get_docstring(ast.parse(keys.read_text())) if keys.exists() else ""
        if f"``{kind}``" not in (doc or ""):
            missing.append(f"{kind} ({module})")
    assert missing == [], "name the kind as ``kind`` in the docstring of the app's keys.py"


def test_every_management_command_is_documented() -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    commands = {
        path.stem
        for path in modules(*OURS)
        if path.parent.name == "commands" and path.stem != "__init__"
    }

    assert {name for name in commands if f"manage.py {name}" not in text} == set()


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    source = (ROOT / "luca" / "settings.py").read_text()
    read = set(re.findall(r'(?:text|flag|number|choice)\(\s*"([A-Z_]+)"', source))

    assert read
    assert {name for name in read if f"`{name}`" not in text} == set()


def test_there_is_no_relational_database() -> None:
    """Django's admin opens transactions; whatever it would run in one is refused."""
    assert {name: one["ENGINE"] for name, one in settings.DATABASES.items()} == {
        "default": "luca.dynadmin.nothing"
    }


@pytest.mark.parametrize(
    "statement",
    [
        lambda: list(ContentType.objects.all()),
        lambda: ContentType.objects.filter(model="x").exists(),
        lambda: ContentType.objects.create(app_label="x", model="x"),
        lambda: ContentType.objects.filter(model="x").update(model="y"),
        lambda: ContentType.objects.filter(model="x").delete(),
        lambda: ContentType.objects.raw("SELECT 1")[0],
        connection.cursor,
        connection.ensure_connection,
        connection.introspection.table_names,
    ],
)
def test_no_statement_of_sql_is_ever_run(statement: Callable[[], object]) -> None:
    with pytest.raises(ImproperlyConfigured):
        statement()
    with transaction.atomic(), pytest.raises(ImproperlyConfigured):
        statement()


def test_every_error_is_named_for_programs() -> None:
    codes = [error.code for error in LucaError.__subclasses__()]

    assert len(codes) == len(set(codes))
