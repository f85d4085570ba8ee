"""The gradebook of a course and group: the grid, its files, and files back in."""

from grades.services.gradebook.grid import gradebook, whole_gradebook

__all__ = ["gradebook", "whole_gradebook"]
