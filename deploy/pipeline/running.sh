#!/usr/bin/env bash
# Print the tag of the image that a service of ECS runs, or is going to.
#   deploy/pipeline/running.sh CLUSTER SERVICE
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 2 ] || usage "CLUSTER SERVICE"

definition=$(ask ecs describe-services --cluster "$1" --services "$2" --query 'services[0].taskDefinition' --output text)
image=$(ask ecs describe-task-definition --task-definition "$definition" --query 'taskDefinition.containerDefinitions[0].image' --output text)
echo "${image##*:}"
