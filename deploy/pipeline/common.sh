# shellcheck shell=bash
# What the scripts beside it share: names of an environment, and how they end.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# stop CODE SENTENCE
stop() { echo "$(basename "$0"): $2" >&2; exit "$1"; }

# usage SENTENCE, when something is missing
usage() { stop 64 "usage: $(basename "$0") $1"; }

# shellcheck disable=SC2034 # they are for whoever reads this file
# environment NAME: sets prefix, cluster and repository, as deploy/envs gives them
environment() {
    case $1 in
        prod) prefix="" ;;
        dev | staging) prefix="$1-" ;;
        *) stop 64 "no environment is called '$1'; dev, staging or prod" ;;
    esac
    cluster="${prefix}luca"
    repository="${prefix}luca-image"
}

# tag NAME: refuses what cannot be an image's tag here
tag() {
    [[ $1 =~ ^[0-9a-f]{7,40}$ ]] || stop 64 "'$1' is no commit; an image's tag is the commit that it was built from"
}

ask() { aws "$@" --no-cli-pager; }

# registry: this account's, in the region that the AWS CLI uses
registry() {
    local account region
    account=$(ask sts get-caller-identity --query Account --output text)
    region=${AWS_REGION:-$(aws configure get region)}
    [ -n "$region" ] || stop 64 "AWS_REGION says no region"
    echo "$account.dkr.ecr.$region.amazonaws.com"
}

# terraform_in ENVIRONMENT WORDS…: Terraform in that environment's folder
terraform_in() {
    local folder=$root/deploy/envs/$1
    shift
    terraform -chdir="$folder" "$@"
}

# initialise ENVIRONMENT: deploy/state.hcl is the account's own; CI has its three lines in LUCA_STATE_HCL
initialise() {
    local state=$root/deploy/state.hcl
    if [ -n "${LUCA_STATE_HCL:-}" ]; then
        state=$(mktemp)
        printf '%s\n' "$LUCA_STATE_HCL" > "$state"
    fi
    [ -f "$state" ] || stop 66 "deploy/state.hcl is not there; it is bootstrap's output state_hcl (deploy/README.md), or LUCA_STATE_HCL"
    terraform_in "$1" init -input=false -no-color -reconfigure -backend-config="$state" >&2
}

# summary: what comes in is shown, and kept for whoever looks at the workflow's run
summary() { tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"; }
