"""The JSON of schools and people."""
