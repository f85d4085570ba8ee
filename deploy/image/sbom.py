"""Join what is installed with what is pinned: `sbom.py INSTALLED PINNED`, both CycloneDX, in JSON.

One list knows licences and what depends on what, the other the hashes of which each file that was
installed has one. Something installed that nobody has pinned ends this with its name.
"""

import json
import sys
from pathlib import Path
from typing import Any

# What a package says of its licence in words that no program takes for one.
SAID = {"uritemplate": "BSD-3-Clause OR Apache-2.0"}


def joined(installed: dict[str, Any], pinned: dict[str, Any]) -> dict[str, Any]:
    """The installed components, each with where its pinned files and their hashes are."""
    files = {one["purl"]: one["externalReferences"] for one in pinned["components"]}
    unknown = sorted({one["purl"] for one in installed["components"]} - files.keys())
    if unknown:
        raise SystemExit(f"sbom.py: installed and not pinned: {', '.join(unknown)}")
    for one in installed["components"]:
        if one["name"] in SAID:
            one.setdefault("licenses", [{"expression": SAID[one["name"]]}])
        one["externalReferences"] = [*one.get("externalReferences", []), *files[one["purl"]]]
    return installed


if __name__ == "__main__":
    read = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3]]
    json.dump(joined(*read), sys.stdout, indent=1)
