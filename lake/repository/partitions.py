"""Files of a partition, and its manifest, in the lake of the context's school."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lake.rules import manifest as rules
from lake.rules.manifest import Manifest
from luca.aws import lake
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from luca.aws.lake import Fetched

LOOKS = 20  # each swap of a manifest that comes in between costs one


class Gone(Exception):
    """A file went while it was read: another compaction has replaced it."""


@dataclass(frozen=True, slots=True)
class State:
    """A folder at one moment: every file in it, and which of them count."""

    folder: str
    sizes: Mapping[str, int]  # names are those within the folder
    manifest: Manifest
    etag: str | None  # of the manifest; None: there is none yet
    live: tuple[str, ...]


def state(folder: str, *, keeper: bool = False) -> State:
    """Look at a folder until its listing and its manifest are of one moment."""
    for _ in range(LOOKS):
        found = lake.files(folder, keeper=keeper)
        sizes = {name.removeprefix(folder): size for name, size in found.items()}
        told = lake.fetch(folder + rules.NAME, keeper=keeper) if rules.NAME in sizes else None
        manifest = _manifest(told)
        live = rules.live(sizes, manifest)
        if live is not None:
            return State(folder, sizes, manifest, told.etag if told else None, tuple(live))
    raise Unavailable(
        "A folder of the lake lacks a file that its manifest names; see docs/lake.md."
    )


def live(folder: str, *, keeper: bool = False) -> dict[str, int]:
    """Whole names and sizes of the files that count.

    One that is gone when it is read was replaced meanwhile: whoever reads asks again.
    """
    found = state(folder, keeper=keeper)
    return {folder + name: found.sizes[name] for name in found.live}


def _manifest(told: Fetched | None) -> Manifest:
    try:
        return rules.from_json(told.data) if told else Manifest()
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("A manifest of the lake cannot be read; see docs/lake.md.") from error


def swap(before: State, after: Manifest) -> None:
    """Make another manifest count, if nobody has done so since; else raise PreconditionFailed."""
    name = before.folder + rules.NAME
    if before.etag is None:
        lake.write(name, after.to_json(), if_absent=True)
    else:
        lake.write(name, after.to_json(), if_match=before.etag)


def give_up_missing(folder: str) -> tuple[str, ...]:
    """Let the manifest no longer name files that are not there; return which they were."""
    name = folder + rules.NAME
    told = lake.fetch(name, keeper=True)
    there = lake.files(folder, keeper=True)
    manifest = _manifest(told)
    missing = tuple(one for one in manifest.files if folder + one not in there)
    if told and missing:
        left = tuple(one for one in manifest.files if one not in missing)
        after = replace(manifest, version=manifest.version + 1, files=left)
        lake.write(name, after.to_json(), if_match=told.etag)
    return missing
