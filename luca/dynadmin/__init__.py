"""Django's admin over repositories instead of SQL.

A `Record` is a Django model without a table: its fields say what a form and a list
show, its `source` says where the rows come from and who changes them. Django's own
query language is read, never run: `question` turns it into a `Question`, a `Source`
answers it from one school's data or raises `Unanswerable`. Nothing here knows a key,
a school or a service; apps write the sources, and `docs/admin.md` shows how.
"""
