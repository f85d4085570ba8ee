#!/usr/bin/env bash
# Install Luca for production into a folder: what the Dockerfile's first stage does, and what CI does without docker.
#   deploy/image/build.sh PREFIX     a virtual environment at PREFIX/venv and the application at PREFIX/app
set -euo pipefail
prefix=${1:?"usage: build.sh PREFIX"}
source=$(cd "$(dirname "$0")/../.." && pwd)
umask 022  # another user runs what this one installs

python3 -m venv --without-pip "$prefix/venv"
python=$prefix/venv/bin/python
if command -v uv >/dev/null; then
    uv pip install --quiet --python "$python" --require-hashes -r "$source/requirements/prod.txt"
else
    python3 -m pip --python "$python" install --quiet --no-cache-dir --no-compile --require-hashes -r "$source/requirements/prod.txt"
fi
# What only compilers and the package's own tests read.
rm -rf "$prefix"/venv/lib/python*/site-packages/pyarrow/{include,tests}

mkdir -p "$prefix/app"
for part in manage.py luca tenants grades behavior govsync lake deploy; do
    cp -R "$source/$part" "$prefix/app/"
done
# The embedded AWS, the demo, the authority's simulator and the tests stay on developers' machines.
rm -rf "$prefix/app/luca/localaws" "$prefix/app/luca/demo" "$prefix/app/govsync/simulator"
# What is applied to AWS is not run in it.
rm -rf "$prefix"/app/deploy/{bootstrap,envs,modules,pipeline,second-region,stacks}
find "$prefix/app" -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
export LUCA_SECRET_KEY=build PYTHONDONTWRITEBYTECODE=1
(cd "$prefix/app" && "$python" -m luca.office.catalogues)
(cd "$prefix/app" && "$python" manage.py collectstatic --noinput --verbosity 0)

# A container can write nothing, so what is not compiled here is compiled at each start: four seconds of it.
# Nobody changes a source afterwards, so Python need not look whether somebody has.
"$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash "$prefix/venv/lib" "$prefix/app"
