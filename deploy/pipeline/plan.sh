#!/usr/bin/env bash
# Show what an apply would change; changes nothing and asks for no secret. What it prints is Markdown.
#   deploy/pipeline/plan.sh dev|staging|prod COMMIT
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 2 ] || usage "dev|staging|prod COMMIT"
environment "$1"
tag "$2"
initialise "$1"

# The role of a plan may not look at secrets, and locks nothing: it compares the code with the state alone.
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
code=0
TF_VAR_image_tag=$2 terraform_in "$1" plan -input=false -no-color -refresh=false -lock=false -detailed-exitcode -out="$plan" >&2 || code=$?
case $code in
    0) echo "**$1**: nothing changes." | summary ;;
    2)
        {
            echo "**$1**: an apply would change this."
            echo '```'
            terraform_in "$1" show -no-color "$plan"
            echo '```'
        } | summary
        ;;
    *) stop "$code" "the plan for $1 failed (see above)" ;;
esac
