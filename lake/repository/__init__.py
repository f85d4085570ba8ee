"""The files of the lake. Only here are pyarrow and DuckDB known."""
