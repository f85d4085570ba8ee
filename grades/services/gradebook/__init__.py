"""The gradebook of a course and group: the grid, its files, and files back in."""

from grades.services.gradebook.applying import apply_import, undo_import
from grades.services.gradebook.grid import gradebook, whole_gradebook
from grades.services.gradebook.imports import (
    BadTable,
    gradebook_import,
    import_states,
    read_gradebook,
)
from grades.services.gradebook.office import OfficeBook, look_at_gradebook, office_gradebook

__all__ = [
    "BadTable",
    "OfficeBook",
    "apply_import",
    "gradebook",
    "gradebook_import",
    "import_states",
    "look_at_gradebook",
    "office_gradebook",
    "read_gradebook",
    "undo_import",
    "whole_gradebook",
]
