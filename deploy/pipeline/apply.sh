#!/usr/bin/env bash
# Make an environment what the code says, with the image of this commit, and wait until it runs.
#   deploy/pipeline/apply.sh dev|staging|prod COMMIT
# It stops before a plan that would delete or replace what holds data; LUCA_MAY_DELETE=1 says that somebody has looked.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 2 ] || usage "dev|staging|prod COMMIT"
environment "$1"
tag "$2"
initialise "$1"
export TF_VAR_image_tag=$2

plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
terraform_in "$1" plan -input=false -no-color -out="$plan" >&2
lost=$(terraform_in "$1" show -json "$plan" | python3 "$root/deploy/pipeline/losses.py")
if [ -n "$lost" ] && [ "${LUCA_MAY_DELETE:-}" != 1 ]; then
    stop 65 "this would delete what holds data: $lost. Nothing was changed."
fi
terraform_in "$1" apply -input=false -no-color "$plan" >&2

services=()
for service in api worker consumer; do
    status=$(ask ecs describe-services --cluster "$cluster" --services "${prefix}luca-$service" --query 'services[0].status' --output text)
    [ "$status" != ACTIVE ] || services+=("${prefix}luca-$service") # on App Runner there is no api here
done
[ ${#services[@]} -gt 0 ] || stop 69 "nothing runs in the cluster $cluster"
ask ecs wait services-stable --cluster "$cluster" --services "${services[@]}"
# ECS calls a service stable too after it has gone back to what ran before.
for service in "${services[@]}"; do
    runs=$("$root/deploy/pipeline/running.sh" "$cluster" "$service")
    [ "$runs" = "$2" ] || stop 70 "$service runs $runs and not $2: ECS has gone back by itself (see its events)"
done

url=$(terraform_in "$1" output -json luca | python3 -c 'import json, sys; said = json.load(sys.stdin); print(said.get("url") or said["api_url"])')
echo "$1 runs $2 at $url" | summary
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "url=$url" >> "$GITHUB_OUTPUT"; fi
