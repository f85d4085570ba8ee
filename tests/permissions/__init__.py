"""Who may do what inside a school: one table, asked over HTTP cell by cell.

The table stands in `rows/`; `docs/permissions.md` is made of it. A new route or method
needs a row: `test_matrix` says so, and how to write one.
"""
