"""What the emulator cannot hold, and what it holds otherwise than it was told. Each with a reason.

``DRIFT``: which attribute of which resource differs when Terraform looks again. Only an update may
be explained: whatever would be replaced or deleted fails the test. An entry that nothing needs any
more fails it, too.
"""

DRIFT: dict[tuple[str, tuple[str, ...]], str] = {}

# Files that the copy of deploy/ gets besides, by path below deploy/.
HELD_OTHERWISE: dict[str, str] = {}
