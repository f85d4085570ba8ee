"""Luca: the backend of a school platform."""
