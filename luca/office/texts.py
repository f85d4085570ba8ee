"""Finds every text that the admin may show, for the catalogues: tests and `manage.py translations`.

In Python: what goes through gettext, and the sentences of services, whose errors are shown through
`luca.dynadmin.saying.said`. In templates: what Django's own collector would find.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation.template import templatize

from luca.dynadmin.saying import catalogue
from luca.office.catalogues import ROOT

OWNERS = (
    "luca/office",
    "luca/dynadmin",
    "tenants",
    "grades",
    "behavior",
    "govsync",
    *("lake/admin", "lake/serializers", "lake/templates"),  # its other sentences are operators'
    "luca",
)
LEFT = {"tests", "demo", "localaws", "simulator", "management", "conformance"}
# Where sentences are errors that people read. Views are the API's, and are not shown.
SPEAKING = {"services", "rules", "domain", "repository", "aws", "kernel"}
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("text",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("text", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "text")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "text", "plural")),
}
SENTENCE = re.compile(r"[A-Z0-9¿].*\w.* .*\.", re.DOTALL)
WORDS = re.compile(r"[A-Za-z]{2,}")
CALLED = re.compile(
    r"\b(_|n?p?gettext)\(((?:u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\"|count|[, ])+)\)"
)
STRING = re.compile(r"u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")")
SPANISH = re.compile(r"[áéíóúñ¿¡]")  # a module with Spanish in it says all of its texts twice
LEAST = 2  # words of its own that a sentence with holes needs, or it would fit everything


@dataclass(frozen=True, order=True, slots=True)
class Text:
    owner: str  # the app, or the package that is not ours
    text: str
    plural: str = ""
    context: str = ""
    where: str = ""

    @property
    def key(self) -> Any:
        """Its name in a compiled catalogue."""
        name = f"{self.context}\x04{self.text}" if self.context else self.text
        return (name, 0) if self.plural else name


def ours() -> list[Text]:
    """Every text of ours, once for each app."""
    found: dict[tuple[str, Any], Text] = {}
    for path in (one for owner in OWNERS for one in sorted((ROOT / owner).rglob("*"))):
        parts = path.relative_to(ROOT).parts
        if not LEFT & set(parts):
            for text in _in_file(path, _owner(parts)):
                found.setdefault((text.owner, text.key), text)
    return sorted(found.values())


def theirs() -> list[Text]:
    """The texts of the theme, and of the pages of Django's admin that it does not replace."""
    theme, django = _package("unfold"), _package("django.contrib.admin")
    replaced = {one.relative_to(theme / "templates") for one in theme.glob("templates/**/*.html")}
    pages = [theme / "templates" / one for one in replaced if one.parts[0] in {"admin", "unfold"}]
    pages += [
        one
        for one in django.glob("templates/admin/**/*.html")
        if one.relative_to(django / "templates") not in replaced
    ]
    modules = [*theme.glob("*.py"), *theme.glob("templatetags/*.py"), *django.rglob("*.py")]
    texts = {text.key: text for path in (*pages, *modules) for text in _in_file(path, "theme")}
    return sorted(texts.values())


def untranslated(texts: Iterable[Text], language: str = "es-mx") -> list[Text]:
    known = catalogue(language)
    return [one for one in texts if one.key not in known]


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None  # noqa: S101 -- both are requirements
    assert spec.origin is not None  # noqa: S101 -- and packages
    return Path(spec.origin).parent


def _owner(parts: tuple[str, ...]) -> str:
    if parts[0] == "luca" and parts[1] != "dynadmin":
        return "luca/office"
    return "/".join(parts[:2]) if parts[0] == "luca" else parts[0]


def _in_file(path: Path, owner: str) -> Iterator[Text]:
    if path.suffix == ".py":
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        yield from _called(tree, owner, path)
        speaks = owner != "theme" and SPEAKING & set(path.parts)
        if speaks and not SPANISH.search(source):
            yield from _sentences(tree, owner, path)
    elif path.suffix == ".html":
        yield from _shown(templatize(path.read_text(encoding="utf-8")), owner, path)


def _called(tree: ast.AST, owner: str, path: Path) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            fields = CALLS.get(name, ())
            given = [getattr(one, "value", None) for one in node.args[: len(fields)]]
            if fields and len(given) == len(fields) and all(isinstance(one, str) for one in given):
                named: dict[str, Any] = dict(zip(fields, given, strict=True))
                yield Text(owner, where=f"{path.name}:{node.lineno}", **named)


def _sentences(tree: ast.AST, owner: str, path: Path) -> Iterator[Text]:
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.JoinedStr):  # a docstring; what an f-string consists of
            passed |= {id(one) for one in ast.iter_child_nodes(node)}
        text = _spelled(node) if id(node) not in passed else ""
        if SENTENCE.fullmatch(text) and len(WORDS.findall(text)) >= LEAST:
            yield Text(owner, text, where=f"{path.name}:{getattr(node, 'lineno', 0)}")


def _spelled(node: ast.AST) -> str:
    """A string as it stands in the catalogue; what an f-string puts in is a hole."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_spelled(one) for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return "{}"
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _shown(collected: str, owner: str, path: Path) -> Iterator[Text]:
    for name, arguments in CALLED.findall(collected):
        values = [ast.literal_eval(one) for one in STRING.findall(arguments)]
        named = dict(zip(CALLS[name], values, strict=False))
        yield Text(owner, where=path.name, **named)
