"""The kinds of activity of the Open University's site, as types of a school's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from behavior import services as behavior
from luca.demo.oulad import mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

# What Moodle and the Open University's own modules are called; others keep the data's word.
LABELS = {
    mapping.CLICK: ("Actividad en el sitio", "Activity on the site"),
    "dataplus": ("Base de datos", "Database"),
    "dualpane": ("Vista doble", "Dual pane"),
    "externalquiz": ("Cuestionario externo", "External quiz"),
    "folder": ("Carpeta", "Folder"),
    "forumng": ("Foro", "Forum"),
    "glossary": ("Glosario", "Glossary"),
    "homepage": ("Página de inicio", "Home page"),
    "htmlactivity": ("Actividad interactiva", "Interactive activity"),
    "oucollaborate": ("Sesión en línea", "Online session"),
    "oucontent": ("Contenido del curso", "Course content"),
    "ouelluminate": ("Aula virtual", "Online classroom"),
    "ouwiki": ("Wiki", "Wiki"),
    "page": ("Página", "Page"),
    "questionnaire": ("Encuesta", "Questionnaire"),
    "quiz": ("Cuestionario", "Quiz"),
    "repeatactivity": ("Actividad repetida", "Repeated activity"),
    "resource": ("Recurso", "Resource"),
    "sharedsubpage": ("Sección compartida", "Shared section"),
    "subpage": ("Sección", "Section"),
    "url": ("Enlace", "Link"),
}
SCHEMA = {"type": "object", "properties": {"site": {"type": "string"}}}


def define(activities: Iterable[str]) -> None:
    """Define those of the types that the context's school does not have."""
    wanted = {mapping.event_type(one) for one in activities} | {mapping.CLICK}
    for name in sorted(wanted - {one.name for one in behavior.event_types()}):
        behavior.define_type(name, labels=LABELS.get(name, (name, name)), schema=SCHEMA)
