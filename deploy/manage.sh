#!/usr/bin/env bash
# Run one of Luca's commands on AWS, as a task with the operators' role, and hand back its exit code.
#   deploy/manage.sh dev|staging|prod COMMAND [ARGUMENT…]        e.g.  deploy/manage.sh prod nights --last 3
# Needs the AWS CLI, signed in to the environment's account, and python3. docs/compute.md says what runs here.
set -euo pipefail

stop() { echo "manage.sh: $2" >&2; exit "$1"; }
[ $# -ge 2 ] || stop 64 "name an environment and a command: manage.sh dev|staging|prod COMMAND [ARGUMENT…]"
case $1 in
    prod) prefix="" ;;
    dev | staging) prefix="$1-" ;;
    *) stop 64 "no environment is called '$1'; dev, staging or prod" ;;
esac
shift

# A task has no files of yours, nobody types into it, and what it prints stays in a log for a month. So
# what takes or leaves a file, shows people or makes a secret is refused here, with the way that it goes.
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
            *) elsewhere "it prints a program's secret" "docs/integrators.md, with a home of your own; the secret may not enter a log" ;;
        esac ;;
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
    export_person | erase_person) elsewhere "it leaves a file about a person" "docs/privacy.md" ;;
    create_user) elsewhere "it asks for a password" "invite --email …" ;;
    import_people) elsewhere "it reads a file of people" "POST /imports/<kind>, or the admin's page of imports" ;;
    load_statements) elsewhere "it reads a file" "the xAPI endpoint (docs/xapi.md)" ;;
    export_grades | gradebook) elsewhere "it shows or reads people's results" "GET /gradebook/<subject>/<period>/<group>, or the admin's gradebook" ;;
    report_cards) elsewhere "it leaves a file of people" "POST /report-cards" ;;
    what_if) elsewhere "it reads and leaves files" "POST /subjects/<subject>/rules/simulations" ;;
    explain) elsewhere "it reads files and no server" "the same command on your machine" ;;
    *) stop 64 "'$command' is no command for operators (docs/commands.md)" ;;
esac

cluster="${prefix}luca"
group="/ecs/${prefix}luca-manage"
ask() { aws "$@" --no-cli-pager; }

# Where the workers run, operators' tasks run: the network is asked of AWS, so no state has to be read.
network=$(ask ecs describe-services --cluster "$cluster" --services "${prefix}luca-worker" --query 'services[0].networkConfiguration' --output json)
[ "$network" != null ] || stop 69 "there is no service ${prefix}luca-worker in the cluster $cluster: another account or region?"
overrides=$(python3 -c 'import json, sys; print(json.dumps({"containerOverrides": [{"name": "manage", "command": ["manage", *sys.argv[1:]]}]}))' "$@")

task=$(ask ecs run-task --cluster "$cluster" --task-definition "${prefix}luca-manage" --launch-type FARGATE --count 1 \
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
for event in page["events"]:
    print(event["message"], file=sys.stderr)
print(page["nextForwardToken"])' <<<"$page" 2>&3)
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
exit "$code"
