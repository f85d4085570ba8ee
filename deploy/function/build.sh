#!/usr/bin/env bash
# Put the lake's function into a package for AWS Lambda: a few small files, which need nothing else.
#   deploy/function/build.sh FILE.zip     the same bytes every time, so that nothing is deployed for nothing
set -euo pipefail
target=${1:?"usage: build.sh FILE.zip"}
source=$(cd "$(dirname "$0")/../.." && pwd)
python3 - "$source" "$target" <<'PYTHON'
import sys
import zipfile
from pathlib import Path

source, target = Path(sys.argv[1]), Path(sys.argv[2])
files = {
    name: (source / name).read_bytes()
    for name in (
        *("deploy/lake.json", "lake/__init__.py", "lake/definition.py"),
        *("lake/pipe.py", "lake/rules/piped.py", "lake/rules/rows.py"),
        *(str(one.relative_to(source)) for one in (source / "lake/domain").glob("*.py")),
    )
}
files["lake/rules/__init__.py"] = b""  # the application's names rules that the function does not need
target.parent.mkdir(parents=True, exist_ok=True)
with zipfile.ZipFile(target, "w") as package:
    for name, content in sorted(files.items()):
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        package.writestr(entry, content, zipfile.ZIP_DEFLATED)
PYTHON
