#!/usr/bin/env bash
# The image's entry points: run.sh api | worker | consumer | beat | lake | manage ARGUMENTS…
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${LUCA_BIN:-/opt/luca/venv/bin}
queue() { echo "${1##*/}"; }

export LUCA_SERVICE=${1:-api}
case $LUCA_SERVICE in
    api) exec "$bin/gunicorn" luca.wsgi --config luca/gunicorn.py ;;
    worker) exec "$bin/celery" --quiet -A luca worker -P threads -c "${LUCA_THREADS:-8}" --without-gossip --without-mingle --without-heartbeat \
        -Q "$(queue "$LUCA_TASKS_QUEUE_URL"),$(queue "$LUCA_SYNC_QUEUE_URL")" ;;
    consumer) exec "$bin/celery" --quiet -A luca.consumer worker -P solo --without-gossip --without-mingle --without-heartbeat ;;
    beat) exec "$bin/celery" --quiet -A luca beat -s "${TMPDIR:-/tmp}/luca-beat" ;;
    lake) exec "$bin/python" manage.py lake run ;;
    manage) shift; LUCA_SERVICE=cli LUCA_OVERHEARD=1 exec "$bin/python" manage.py "$@" ;;  # one command, once: a task of ECS
    *) echo "run.sh: unknown entry point '$1'; use api, worker, consumer, beat, lake or manage" >&2; exit 64 ;;
esac
