"""The bottom: ids, errors, the clock and the context. Standard library only."""
