#!/bin/sh
# Install the browser that tests/browser drives: Debian's own Chromium, by apt where it may.
#   sh deploy/local/chromium.sh
set -eu

fail() { echo "No browser was installed: $1" >&2; exit 1; }

if command -v "${LUCA_CHROMIUM:-chromium}" >/dev/null; then
    echo "$(command -v "${LUCA_CHROMIUM:-chromium}") is there already."
    exit 0
fi
command -v apt-get >/dev/null \
    || fail "there is no apt here; install Chromium or Chrome and set LUCA_CHROMIUM to its path."
if [ "$(id -u)" = 0 ]; then as=""; elif command -v sudo >/dev/null; then as="sudo"
else fail "only root may; ask for: apt-get install chromium"; fi

$as apt-get update -qq || fail "apt could not read its lists; is the network there?"
$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation \
    || fail "apt could not install chromium (see above)."
command -v chromium
