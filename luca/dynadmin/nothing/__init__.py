"""The database alias of a project that has no relational database."""
