#!/usr/bin/env bash
# Build the image and list what it is made of: build/luca.cdx.json (CycloneDX). Needs docker.
#   deploy/pipeline/build.sh COMMIT
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || usage "COMMIT"
tag "$1"
cd "$root"
mkdir -p build

# The base image by its digest: both stages get the same one, and the labels say for ever which it was.
base=$(sed -n 's/^ARG BASE=//p' Dockerfile)
docker pull --quiet "$base" >&2
digest=$(docker image inspect --format '{{index .RepoDigests 0}}' "$base")
[[ $digest == *@sha256:* ]] || stop 65 "$base has no digest"

docker build --build-arg "BASE=$digest" --build-arg "VERSION=$1" \
    --label "org.opencontainers.image.revision=$1" --label "org.opencontainers.image.base.name=$base" \
    --label "org.opencontainers.image.base.digest=${digest##*@}" --tag "luca:$1" .

# The list is made of the same install without docker, and the image must hold just that.
rm -rf build/image
deploy/image/build.sh build/image
deploy/image/sbom.sh build/image build/luca.cdx.json
names='import importlib.metadata as m; print("\n".join(sorted({f"{d.name.lower()}=={d.version}" for d in m.distributions()})))'
listed=$(python3 -c 'import json; print("\n".join(sorted({c["name"].lower() + "==" + c["version"] for c in json.load(open("build/luca.cdx.json"))["components"]})))')
held=$(docker run --rm --read-only --network none --entrypoint /opt/luca/venv/bin/python "luca:$1" -c "$names")
[ "$listed" = "$held" ] || { diff <(echo "$listed") <(echo "$held") >&2 || true; stop 65 "the image holds other packages than its list says"; }
user=$(docker image inspect --format '{{.Config.User}}' "luca:$1")
[ "$user" = 10001 ] || stop 65 "the image runs as '$user', not as 10001"
echo "luca:$1 from $digest, $(wc -l <<<"$listed") packages" | summary
