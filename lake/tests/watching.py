"""A lake in a folder that hears the table's stream, without a process in between."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from lake.definition import dataset_of, datasets
from lake.repository.parquet import encode
from lake.rules import row_of
from luca.aws import lake
from luca.aws.tests.listening import listen
from luca.kernel import clock, context

if TYPE_CHECKING:
    from datetime import datetime

    from luca.aws.tests.listening import Listener
    from luca.localaws.embedded import Embedded


@dataclass
class Watch:
    """Hears of one school from where it was made on."""

    stream: Listener
    school: str
    now: datetime = field(default_factory=lambda: clock.now().replace(microsecond=0))
    hour: timedelta = timedelta(hours=1)  # that passes at each look; none: the table's own time

    def take(self) -> datetime:
        """Write what has happened since into files, as if it were an hour later; return when."""
        self.now = self.now + self.hour if self.hour else clock.now()
        found = defaultdict(list)
        for record in self.stream.records():
            if self.hour:
                record["dynamodb"]["ApproximateCreationDateTime"] = self.now
            if record["dynamodb"]["Keys"]["PK"]["S"].startswith(f"TENANT#{self.school}#"):
                row = row_of(record, dataset_of)
                if row is not None:
                    found[row.partition].append(dict(row.values))
        with context.entered(school=self.school):
            for partition, rows in found.items():
                data = encode(datasets()[partition.dataset], rows)
                lake.write(f"{partition.folder}{secrets.token_hex(8)}.parquet", data)
        return self.now


def watch(aws: Embedded, school: str) -> Watch:
    return Watch(listen(aws), school)
