#!/usr/bin/env bash
# Push an image that build.sh has made into an environment's repository. Tags never move: what is there stays.
#   deploy/pipeline/push.sh dev|staging|prod COMMIT
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 2 ] || usage "dev|staging|prod COMMIT"
environment "$1"
tag "$2"

if ask ecr describe-images --repository-name "$repository" --image-ids "imageTag=$2" >/dev/null 2>&1; then
    echo "$repository holds $2 already"
    exit 0
fi
host=$(registry)
ask ecr get-login-password | docker login --username AWS --password-stdin "$host" >&2
docker tag "luca:$2" "$host/$repository:$2"
docker push --quiet "$host/$repository:$2" >&2
digest=$(ask ecr describe-images --repository-name "$repository" --image-ids "imageTag=$2" --query 'imageDetails[0].imageDigest' --output text)
echo "$repository:$2 is $digest" | summary
