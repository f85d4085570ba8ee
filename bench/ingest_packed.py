"""Events that come fifty in a message: `make bench NAME=ingest_packed`.

As `ingest_single`, with arrays of 50: what an app sends after an hour without a network, and what a
backfill sends. It fails below 0.8 of the bare loop's events a second.
"""

import sys

from bench.ingest import Load
from bench.ingest_single import compare

LOAD = Load(messages=500, packed=50)


def main() -> int:
    met, _ = compare("ingest_packed", LOAD)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
