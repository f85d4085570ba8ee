"""The JSON of behaviour."""
