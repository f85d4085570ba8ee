#!/usr/bin/env bash
# Let the services of an environment run what they ran before: at once, without Terraform.
#   deploy/pipeline/rollback.sh dev|staging|prod [COMMIT]     COMMIT: which image; else the last one that is another
# Terraform's next apply runs what it is told again: roll its commit back too, or apply with the older COMMIT.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || [ $# -eq 2 ] || usage "dev|staging|prod [COMMIT]"
environment "$1"
wanted=${2:-}
[ -z "$wanted" ] || tag "$wanted"
furthest=30 # definitions back; as many images are kept

# image DEFINITION: its tag, or nothing where there is no such definition
image() {
    local found
    found=$(ask ecs describe-task-definition --task-definition "$1" --query 'taskDefinition.containerDefinitions[0].image' --output text 2>/dev/null) || return 0
    echo "${found##*:}"
}

# All of them are found before one is changed: an api of yesterday beside a worker of today is no way back.
declare -A chosen
for service in api worker consumer; do
    name="${prefix}luca-$service"
    read -r status runs <<<"$(ask ecs describe-services --cluster "$cluster" --services "$name" --query 'services[0].[status, taskDefinition]' --output text)"
    if [ "$status" != ACTIVE ]; then
        [ "$service" != api ] || { echo "the api does not run on ECS: apply with the older commit (App Runner)" >&2; continue; }
        stop 69 "$name does not run in the cluster $cluster"
    fi
    family=${runs%:*} revision=${runs##*:} now=$(image "$runs")
    for ((back = 1; back <= furthest && revision - back > 0; back++)); do
        before=$(image "$family:$((revision - back))")
        if [ -n "$before" ] && [ "$before" != "$now" ] && { [ -z "$wanted" ] || [ "$before" = "$wanted" ]; }; then
            chosen[$name]="$family:$((revision - back))"
            wanted=$before # the others follow the first one
            break
        fi
    done
    [ -n "${chosen[$name]:-}" ] || stop 66 "$name has not run ${wanted:-anything but $now} within $furthest definitions; nothing was changed"
done

for name in "${!chosen[@]}"; do
    ask ecs update-service --cluster "$cluster" --service "$name" --task-definition "${chosen[$name]}" >/dev/null
done
ask ecs wait services-stable --cluster "$cluster" --services "${!chosen[@]}"
echo "$1 runs $wanted again (${!chosen[*]})" | summary
