#!/usr/bin/env bash
# Ask a running Luca what it must answer to anybody; nobody signs in and nothing is written.
#   deploy/pipeline/smoke.sh URL [COMMIT]     COMMIT: the version that has to answer
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || [ $# -eq 2 ] || usage "URL [COMMIT]"
[[ $1 =~ ^https?://[^/] ]] || stop 64 "'$1' is no address; one begins with https:// and is where the edge answers"
url=${1%/} version=${2:-}
answer=$(mktemp -d)
trap 'rm -rf "$answer"' EXIT
failed=0

# call METHOD PATH [HEADER]: the status; headers and body are kept. What does not answer is asked again for a while.
call() {
    curl --silent --show-error --max-time 20 --retry "${LUCA_SMOKE_RETRIES:-5}" --retry-all-errors --retry-max-time 60 \
        --request "$1" --header "X-Correlation-ID: $correlation" ${3:+--header "$3"} ${4:+--data "$4"} \
        --dump-header "$answer/headers" --output "$answer/body" --write-out '%{http_code}' "$url$2" || true
}

# expect SENTENCE COMMAND…: says whether it holds
expect() {
    local sentence=$1
    shift
    if "$@"; then
        echo "ok      $sentence"
    else
        echo "FAILED  $sentence (status $status: $(head -c 200 "$answer/body" 2>/dev/null | tr '\n' ' '))"
        failed=1
    fi
}
# shellcheck disable=SC2329 # expect calls them
header() { grep -i "^$1:" "$answer/headers" | grep -qi "$2"; }
# shellcheck disable=SC2329
said() { python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1])).get(sys.argv[2]) != sys.argv[3])' "$answer/body" "$1" "$2" 2>/dev/null; }

correlation="smoke-$(date +%s)-$$"
json='Content-Type: application/json'

status=$(call GET /healthz)
[ "$status" != 000 ] || stop 69 "nothing answers at $url"
expect "the process lives" test "$status" = 200
expect "it says so in JSON" said status ok
[ -z "$version" ] || expect "it is version $version" said version "$version"
expect "the correlation id comes back" header X-Correlation-ID "$correlation"
status=$(call GET /readyz)
expect "the table and the queue answer it" test "$status" = 200
status=$(call GET /schema)
expect "the description of the API is there" test "$status" = 200
status=$(call GET /me)
expect "without a token nobody is let in" test "$status" = 401
expect "and is told so as a problem" header Content-Type application/problem+json
status=$(call GET /me 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.')
expect "a token that nobody signed is none" test "$status" = 401
status=$(call POST /behavior "$json" '[]')
expect "events need a token too" test "$status" = 401
status=$(call POST /auth/login "$json" '{"email": "nobody@example.org", "password": "Not-A-Password-1"}')
expect "who is unknown cannot sign in" test "$status" = 401
exit "$failed"
