#!/usr/bin/env bash
# List what an image's content is made of, as CycloneDX: each package with its version, licence, purl and pinned hashes.
#   deploy/image/sbom.sh PREFIX FILE     PREFIX as build.sh made it; FILE is written, in JSON
# Needs cyclonedx-bom beside the Python that runs this (make venv brings it; LUCA_BIN names another place).
set -euo pipefail
prefix=${1:?"usage: sbom.sh PREFIX FILE"} file=${2:?"usage: sbom.sh PREFIX FILE"}
source=$(cd "$(dirname "$0")/../.." && pwd)
bin=${LUCA_BIN:-$source/.venv/bin}
pinned=$(mktemp) installed=$(mktemp)
trap 'rm -f "$pinned" "$installed"' EXIT
common=(--pyproject "$source/pyproject.toml" --mc-type application --spec-version 1.6 --output-reproducible --of JSON)

# What lies in the environment knows its licences, what is pinned its hashes.
"$bin/cyclonedx-py" environment "${common[@]}" -o "$installed" "$prefix/venv/bin/python"
"$bin/cyclonedx-py" requirements "${common[@]}" -o "$pinned" "$source/requirements/prod.txt"
"$bin/python" "$source/deploy/image/sbom.py" "$installed" "$pinned" > "$file"
