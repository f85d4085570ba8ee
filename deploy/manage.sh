#!/usr/bin/env bash
# Run one of Luca's commands on AWS, as a task with the operators' role, and hand back its exit code.
#   deploy/manage.sh dev|staging|prod COMMAND [ARGUMENT…]        e.g.  deploy/manage.sh prod nights --last 3
# Needs the AWS CLI, signed in to the environment's account, python3 and openssl. docs/compute.md says what runs here.
set -euo pipefail
umask 077

stop() { echo "manage.sh: $2" >&2; exit "$1"; }
[ $# -ge 2 ] || stop 64 "name an environment and a command: manage.sh dev|staging|prod COMMAND [ARGUMENT…]"
case $1 in
    prod) prefix="" ;;
    dev | staging) prefix="$1-" ;;
    *) stop 64 "no environment is called '$1'; dev, staging or prod" ;;
esac
shift

# A task has no files of yours, nobody types into it, and what it prints stays in a log for a month. So
# what takes or leaves a file or shows people is refused here, with the way that it goes. Three commands
# have no other way: what they say and leave comes sealed through the log, for this call's key alone.
sealed=
elsewhere() { stop 65 "'$command' does not run here: $1. Instead: $2"; }
command=$1
all=" $* "
case $command in
    create_school | create_period | list_schools | consolidate | nights | curve | behavior | audit | check) ;;
    invite) [[ $all == *" --email "* || $all == *" --email="* ]] || elsewhere "it reads a file" "POST /invitations/import, or the admin's page of invitations" ;;
    grading_rules) [[ $all != *" --set"* ]] || elsewhere "it reads a file" "POST /subjects/<subject>/rules" ;;
    integrator)
        case "${2:-}" in
            list | disable) ;;
            *) sealed=yes ;;
        esac ;;
    export_person | erase_person)
        sealed=yes
        [[ $all != *" --out"* ]] || stop 64 "leave --out away: it goes into a new folder here" ;;
    govsync)
        case "${2:-}" in
            evidence) elsewhere "it leaves a file" "POST /govsync/runs/<run>/evidence, or the admin's page of the run" ;;
            verify) elsewhere "it reads a file and no server" "the same command on your machine" ;;
        esac ;;
    lake)
        case "${2:-}" in
            events) elsewhere "it shows what one student did" "GET /students/<student>/events/past" ;;
            report) elsewhere "it leaves a file" "GET /analytics, or the admin's page of analytics" ;;
            run) elsewhere "it is a service, not a command" "lake_writer = \"task\" in Terraform" ;;
        esac
        [[ $all != *" --csv"* ]] || elsewhere "--csv leaves a file" "the same without --csv: it counts what differs" ;;
    create_user) elsewhere "it asks for a password" "invite --email …" ;;
    import_people) elsewhere "it reads a file of people" "POST /imports/<kind>, or the admin's page of imports" ;;
    load_statements) elsewhere "it reads a file" "the xAPI endpoint (docs/xapi.md)" ;;
    export_grades | gradebook) elsewhere "it shows or reads people's results" "GET /gradebook/<subject>/<period>/<group>, or the admin's gradebook" ;;
    report_cards) elsewhere "it leaves a file of people" "POST /report-cards" ;;
    what_if) elsewhere "it reads and leaves files" "POST /subjects/<subject>/rules/simulations" ;;
    explain | cost) elsewhere "it asks no server" "the same command on your machine" ;;
    *) stop 64 "'$command' is no command for operators (docs/commands.md)" ;;
esac

cluster="${prefix}luca" family="${prefix}luca-manage" furthest=30 # definitions back; as many images are kept
group="/ecs/${prefix}luca-manage"
ask() { aws "$@" --no-cli-pager; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT # the key with it: what the log still holds is closed for good
if [ -n "$sealed" ]; then
    openssl req -x509 -newkey rsa:3072 -nodes -keyout "$work/key.pem" -out "$work/certificate.pem" -days 1 -subj /CN=manage.sh 2>/dev/null
    set -- sealed "$(openssl x509 -in "$work/certificate.pem" -outform DER | openssl base64 -A)" "$@"
fi

# Where the workers run, operators' tasks run: the network is asked of AWS, so no state has to be read.
network=$(ask ecs describe-services --cluster "$cluster" --services "${prefix}luca-worker" --query 'services[0].networkConfiguration' --output json)
[ "$network" != null ] || stop 69 "there is no service ${prefix}luca-worker in the cluster $cluster: another account or region?"

# The image that the workers run; after a roll back the newest definition has another one.
image() { ask ecs describe-task-definition --task-definition "$1" --query 'taskDefinition.containerDefinitions[0].image' --output text; }
worker=$(ask ecs describe-services --cluster "$cluster" --services "${prefix}luca-worker" --query 'services[0].taskDefinition' --output text)
runs=$(image "$worker")
newest=$(ask ecs describe-task-definition --task-definition "$family" --query taskDefinition.revision --output text)
definition=
for ((revision = newest; revision > 0 && revision > newest - furthest; revision--)); do
    found=$(image "$family:$revision" 2>/dev/null) || continue # there are gaps
    [ "$found" != "$runs" ] || { definition="$family:$revision" && break; }
done
[ -n "$definition" ] || stop 69 "no definition of $family within $furthest has the image that the workers run, $runs"

overrides=$(python3 -c 'import json, sys; print(json.dumps({"containerOverrides": [{"name": "manage", "command": ["manage", *sys.argv[1:]]}]}))' "$@")

task=$(ask ecs run-task --cluster "$cluster" --task-definition "$definition" --launch-type FARGATE --count 1 \
    --started-by manage.sh --network-configuration "$network" --overrides "$overrides" --query 'tasks[0].taskArn' --output text)
[ -n "$task" ] && [ "$task" != None ] || stop 69 "AWS started no task; see: aws ecs describe-services --cluster $cluster"
stream="manage/manage/${task##*/}"
trap 'echo "manage.sh: the command goes on; end it with: aws ecs stop-task --cluster $cluster --task $task" >&2; exit 130' INT

# What it has printed since the last look. Before its first line there is no stream.
next=
show() {
    local page
    page=$(ask logs get-log-events --log-group-name "$group" --log-stream-name "$stream" --start-from-head ${next:+--next-token "$next"} --output json 2>/dev/null) || return 0
    next=$(python3 -c '
import json, sys
page = json.load(sys.stdin)
with open(sys.argv[1], "a") as closed:
    for event in page["events"]:
        is_sealed = sys.argv[2] and event["message"].startswith("sealed ")
        print(event["message"], file=closed if is_sealed else sys.stderr)
print(page["nextForwardToken"])' "$work/lines" "$sealed" <<<"$page" 2>&3)
} 3>&1

while :; do
    status=$(ask ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].lastStatus' --output text)
    show
    [ "$status" != STOPPED ] || break
    sleep "${LUCA_MANAGE_PAUSE:-3}"
done
before=-
while [ "$before" != "$next" ]; do before=$next && show; done # until a page brings nothing new

code=$(ask ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].containers[0].exitCode' --output text)
if [ "$code" = None ]; then
    stop 70 "it never began: $(ask ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].stoppedReason' --output text)"
fi

if [ -n "$sealed" ] && [ "$code" = 0 ]; then
    python3 -c '
import base64, sys
found, total = {}, 1
for line in open(sys.argv[1]):
    _, place, part = line.split()
    number, total = map(int, place.split("/"))
    found[number] = part
if sorted(found) != list(range(1, total + 1)):
    sys.exit(1)
open(sys.argv[2], "wb").write(base64.b64decode("".join(found[number] for number in sorted(found))))' "$work/lines" "$work/sealed" ||
        stop 74 "not all of its sealed lines have come; ask again: repeating it is safe"
    openssl cms -decrypt -binary -inform DER -in "$work/sealed" -inkey "$work/key.pem" -recip "$work/certificate.pem" -out "$work/opened.zip"
    folder="$command-$(date -u +%Y%m%dT%H%M%SZ)"
    python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])' "$work/opened.zip" "$folder"
    cat "$folder/said.txt"
    echo "manage.sh: what it left is in $folder/, which only you can read"
fi
exit "$code"
