#!/bin/sh
# Judge deploy/'s Terraform with checkov and print its findings as JSON, from anywhere in the project.
#   deploy/local/checkov.sh DIRECTORY
# It is installed below build/, by hash, the first time: its pins would fight those of .venv.
set -eu
list=requirements/checkov.txt
home=build/checkov

fail() { echo "checkov cannot judge: $1" >&2; exit 3; }

mkdir -p build
exec 9> build/checkov.lock
flock 9
wanted=$(cksum < "$list")
if [ "$(cat "$home/installed" 2>/dev/null)" != "$wanted" ]; then
    .venv/bin/uv venv --quiet --clear --python .venv/bin/python "$home" || fail "no environment could be made."
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --require-hashes -r "$list" 1>&2 \
        || fail "its packages could not be installed (see above)."
    echo "$wanted" > "$home/installed"
fi
flock -u 9

# --skip-download: nothing is asked of its makers' service. Findings are no error here: the reader judges.
# Its ten seconds for reading a file are few on a busy machine; its reader of HCL never ends with
# some of Terraform's own tests.
export HCL_PARSE_TIMEOUT_SEC=60
exec "$home/bin/checkov" --directory "$1" --framework terraform --skip-download --download-external-modules false \
    --skip-path '[.]tftest[.]hcl$' --output json --compact --quiet --soft-fail
