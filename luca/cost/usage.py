"""What a month asks of each service: pure functions from a workload to quantities by price.

Each function is one part of `deploy/modules`; the constants are what its files say, and where they
are a guess the comment says so.
"""

from collections.abc import Callable
from decimal import Decimal
from math import ceil

from luca.cost.workload import HOURS, Workload

Quantities = dict[str, Decimal]

D = Decimal
SECONDS = HOURS * 3600
GB = D(10**9)
MILLION = D(10**6)
WRITE_UNIT = 1024  # bytes of one write unit
QUARTER = D(3)  # months

# api, worker, consumer: processors and GB of one task, and how many there are outside school hours
API = D(1), D(2)
WORKER = CONSUMER = D("0.5"), D(1)
WARM_APIS = D(2)
REQUESTS_A_MINUTE = D(6000)  # of one api, before another one starts
PEAK = D(4)  # the busiest minutes of a school day beside its mean (a guess)
EVENTS_A_SECOND = D(1500)  # of one consumer with real items, half of what is measured
POLLERS = D(4 + 2)  # long polls of the consumer and of the worker's two queues, each of 5 seconds
POLL = D(5)

RECORD = D(5 * 1024)  # what Firehose counts for a smaller record
ROWS_A_CALL = D(100)  # of the lake's function
CALL = D("0.25")  # GB-seconds of one (a guess)
STATES = D(15)  # transitions of one batch of the sync, retries included
BATCH = D(100)  # grades in one batch
SYNC_WRITES = D(6)  # of one grade on its way to the authority
FILES_A_DAY = D(2)  # that compaction leaves for each school and table


def quantities(month: Workload) -> Quantities:
    """Everything that is asked for, by the name of its price."""
    found: Quantities = {}
    for part in PARTS:
        for name, amount in part(month).items():
            found[name] = found.get(name, D(0)) + amount
    return found


def results(month: Workload) -> Decimal:
    return month.students * month.results_per_student


def requests(month: Workload) -> Decimal:
    return month.students * month.requests_per_student


def deliveries(month: Workload) -> Decimal:
    """Requests that bring events; the edge puts them on the queue itself."""
    return month.events / month.events_per_request


def grades(month: Workload) -> Decimal:
    """Grades that go to the authority, a third of them each month of a quarter."""
    return month.students * month.subjects / QUARTER


def table(month: Workload) -> Quantities:
    units = ceil(month.event_bytes / WRITE_UNIT)
    kept = month.events * month.event_days / 30 * month.event_bytes
    kept += results(month) * month.result_months * month.result_bytes
    return {
        "table.writes": month.events * units
        + results(month) * month.writes_per_result
        + grades(month) * SYNC_WRITES,
        "table.reads": (requests(month) + results(month)) * month.reads_per_request
        + grades(month) * SYNC_WRITES,
        "table.storage": kept / GB,
        "table.recovery": kept / GB,
    }


def queues(month: Workload) -> Quantities:
    """A message is sent, and received and deleted ten at a time; pollers wait day and night."""
    messages = deliveries(month) + results(month) + grades(month) / BATCH * STATES
    return {"queue.requests": messages * D("1.2") + POLLERS * SECONDS / POLL}


def edge(month: Workload) -> Quantities:
    asked = requests(month) + deliveries(month)
    return {
        "edge.requests": asked,
        "waf.acl": D(1),
        "waf.rules": month.waf_rules,
        "waf.requests": asked,
        "people.active": month.students * month.people_per_student,
    }


def apis(month: Workload) -> Decimal:
    """How many there are in school hours: two, or what the busiest minutes ask for."""
    if not month.warm_hours:
        return D(1)
    busiest = requests(month) / (month.warm_hours * 60) * PEAK
    return max(WARM_APIS, D(ceil(busiest / REQUESTS_A_MINUTE)))


def consumers(month: Workload) -> Decimal:
    if not month.warm_hours:
        return D(1)
    busiest = month.events / (month.warm_hours * 3600) * PEAK
    return max(D(1), D(ceil(busiest / EVENTS_A_SECOND)))


def compute(month: Workload) -> Quantities:
    api = HOURS + (apis(month) - 1) * month.warm_hours
    consumer = HOURS + (consumers(month) - 1) * month.warm_hours
    found = {
        "fargate.cpu": HOURS * WORKER[0] + consumer * CONSUMER[0],
        "fargate.memory": HOURS * WORKER[1] + consumer * CONSUMER[1],
        "images.kept": D(3),  # ten of a third of a GB, which share most layers
    }
    if month.runtime == "apprunner":
        return found | {
            "runner.cpu": apis(month) * month.warm_hours * API[0],
            "runner.memory": api * API[1],
        }
    found["fargate.cpu"] += api * API[0]
    found["fargate.memory"] += api * API[1]
    out = requests(month) * month.answer_bytes / GB
    return found | {
        "balancer.hours": 2 * HOURS,
        "balancer.units": out,  # a GB is one unit for an hour, and the largest of its measures
        "balancer.link_units": out,
    }


def network(month: Workload) -> Quantities:
    """The table and the lake have doors of their own; queues and sessions go through the NAT."""
    out = requests(month) * month.answer_bytes / GB
    queued = month.events * month.event_bytes * 2 / GB
    return {
        "network.nat_hours": month.zones * HOURS,
        "network.nat_bytes": queued + logs(month),
        "network.addresses": month.zones * HOURS,
        "network.out": out,
    }


def keys(month: Workload) -> Quantities:
    """Each school's sessions and each poller renew their data keys every five minutes."""
    renewals = month.schools * month.warm_hours * 12 * 3 + POLLERS * HOURS * 12
    return {"keys.kept": D(1), "keys.requests": renewals, "secrets.kept": D(3)}


def logs(month: Workload) -> Decimal:
    """GB written: requests, tasks, and the consumer's lines, one for fifty events."""
    lines = requests(month) * month.log_bytes_per_request
    lines += results(month) * 600 + month.events / 50 * 600
    lines += SECONDS / 60 * 2000  # what is said when nothing happens
    return lines / GB


def eyes(month: Workload) -> Quantities:
    written = logs(month)
    return {
        "logs.written": written,
        "logs.kept": written * month.log_days / 30 * D("0.15"),  # packed, CloudWatch's own estimate
        "logs.searched": written * 5,
        "metrics.kept": month.metrics + 8 * month.named_schools,
        "alarms.kept": month.alarms,
        "traces.kept": requests(month) * month.traced,
    }


def lake(month: Workload) -> Quantities:
    """On AWS: Pipes, a function, Firehose; a file for each school and minute in which it works."""
    changes = month.events + results(month) * 2
    billed = changes * RECORD / GB
    files = min(changes, month.schools * month.warm_hours * 60 * 2)
    gathered = month.events * month.lake_event_bytes / GB  # a month of it
    return {
        "pipes.records": changes,
        "function.calls": changes / ROWS_A_CALL,
        "function.memory": changes / ROWS_A_CALL * CALL,
        "delivery.bytes": billed,
        "delivery.conversion": billed,
        "delivery.partitions": billed,
        "delivery.objects": files,
        "bucket.standard": gathered * min(month.lake_months, D(1)),
        "bucket.infrequent": gathered * max(D(0), min(month.lake_months, D(3)) - 1),
        "bucket.archive": gathered * max(D(0), month.lake_months - 3),
        "bucket.writes": files + month.schools * 30 * FILES_A_DAY,
        "bucket.reads": files + month.schools * month.questions_per_school * 60,
        "questions.read": month.questions_per_school * gathered / 1000 * D("0.08"),  # as measured
    }


def the_rest(month: Workload) -> Quantities:
    return {
        "machine.steps": grades(month) / BATCH * STATES,
        "clock.calls": SECONDS / 60 * 2,
        "trail.events": D(10_000),
    }


PARTS: tuple[Callable[[Workload], Quantities], ...] = (
    table,
    queues,
    edge,
    compute,
    network,
    keys,
    eyes,
    lake,
    the_rest,
)
