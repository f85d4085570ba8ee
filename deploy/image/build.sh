#!/usr/bin/env bash
# Install Luca for production into a folder: what the Dockerfile's first stage does, and what CI does without docker.
#   deploy/image/build.sh PREFIX     a virtual environment at PREFIX/venv and the application at PREFIX/app
set -euo pipefail
prefix=${1:?"usage: build.sh PREFIX"}
source=$(cd "$(dirname "$0")/../.." && pwd)

python3 -m venv "$prefix/venv"
if command -v uv >/dev/null; then
    uv pip install --quiet --python "$prefix/venv/bin/python" --require-hashes -r "$source/requirements/prod.txt"
else
    "$prefix/venv/bin/pip" install --quiet --no-cache-dir --require-hashes -r "$source/requirements/prod.txt"
fi

mkdir -p "$prefix/app"
for part in manage.py luca tenants grades behavior govsync lake deploy; do
    cp -R "$source/$part" "$prefix/app/"
done
# The embedded AWS, the demo, the authority's simulator and the tests stay on developers' machines.
rm -rf "$prefix/app/luca/localaws" "$prefix/app/luca/demo" "$prefix/app/govsync/simulator"
find "$prefix/app" -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
(cd "$prefix/app" && "$prefix/venv/bin/python" -m luca.office.catalogues)
"$prefix/venv/bin/python" -m compileall -q "$prefix/app"
(cd "$prefix/app" && LUCA_SECRET_KEY=build "$prefix/venv/bin/python" manage.py collectstatic --noinput --verbosity 0)
