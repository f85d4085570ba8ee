"""A database that opens transactions, for the admin begins one, and never runs a statement.

A forgotten query of the ORM ends here with ImproperlyConfigured, whatever it asked for.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.dummy import base


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "nothing"
    display_name = "no database"

    def cursor(self, *args: Any, **options: Any) -> Any:
        raise ImproperlyConfigured("Luca has no SQL database: ask a service or a source instead.")

    chunked_cursor = ensure_connection = cursor

    def get_autocommit(self) -> bool:
        return True

    def set_autocommit(
        self,
        autocommit: bool,  # noqa: FBT001 - Django's signature
        force_begin_transaction_with_broken_autocommit: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Begin or end what Django takes for a transaction, and run what waited for its end."""
        if autocommit and not self.in_atomic_block:
            self.run_and_clear_commit_hooks()

    def _commit(self) -> None:
        """Nothing was written."""

    def _savepoint(self, sid: str) -> None:
        """Nothing was written."""

    _rollback = _commit
    _savepoint_commit = _savepoint_rollback = _savepoint
