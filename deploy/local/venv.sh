#!/bin/sh
# Make .venv match requirements/dev.txt; does nothing when it does already.
#   deploy/local/venv.sh PYTHON
set -eu
python=${1:-python3}
list=requirements/dev.txt
stamp=.venv/installed

fail() { echo "Set-up stopped: $1" >&2; exit 1; }

wanted=$(cksum < "$list")
if [ -x .venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ]; then
    exec .venv/bin/python -m luca.office.catalogues  # what translators have changed since
fi

command -v "$python" >/dev/null || fail "there is no $python here; install Python 3.11 or newer, or say make PYTHON=/path/to/python3."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "$python is $("$python" -V 2>&1); Luca needs Python 3.11 or newer (make PYTHON=/path/to/python3)."
"$python" -c 'import ensurepip, venv' 2>/dev/null \
    || fail "$python cannot make virtual environments; install its venv package (Debian: apt install python3-venv)."

echo "Setting up .venv (once; about a minute)"
[ -x .venv/bin/python ] || "$python" -m venv --clear .venv || fail ".venv could not be made."
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv \
    || fail "pip could not fetch uv; is the network there?"
VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$list" \
    || fail "the packages of $list could not be installed (see above)."
.venv/bin/python -m luca.office.catalogues
echo "$wanted" > $stamp
