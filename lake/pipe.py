"""The function that EventBridge Pipes calls on AWS: `lake.pipe.handler`.

It needs nothing but Python and `deploy/lake.json`: no Django, no SDK, no network. See
`deploy/function/build.sh` for what is put into its package.
"""

from typing import Any

from lake.definition import dataset_of
from lake.rules.piped import piped


def handler(records: list[dict[str, Any]], context: object) -> list[dict[str, Any]]:  # noqa: ARG001 -- AWS passes it
    """Rows of a batch of records; an empty answer is one that Pipes passes on to nobody."""
    return piped(records, dataset_of)
