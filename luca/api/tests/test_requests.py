import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from luca.api.middleware import _operation, _path
from luca.api.tests.conftest import bearer
from luca.kernel import context

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_view_is_inside_the_school_of_the_token_and_leaves_it(api: Client) -> None:
    school, actor, groups, _, _ = api.get("/who", headers=bearer()).json()

    assert (school, actor, groups) == ("north", "teresa", ["teacher"])
    assert context.current() == context.NOBODY


def test_the_school_is_left_although_the_view_breaks(api: Client) -> None:
    assert api.get("/fail", headers=bearer()).status_code == 500
    assert context.current() == context.NOBODY


def test_no_header_and_no_parameter_names_the_school(api: Client) -> None:
    headers = {**bearer(), "X-School-ID": "south", "X-Tenant-ID": "south", "school_id": "south"}

    answer = api.get("/who?school=south&school_id=south", headers=headers)

    assert answer.json()[0] == "north"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "bearer\tx", "Token x"]
)
def test_who_shows_no_good_token_is_asked_who_they_are(api: Client, header: str) -> None:
    answer = api.get("/who", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "north" not in answer.content.decode()


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (["teacher"], 200),
        (["school_admin", "guardian"], 200),
        (["student"], 403),
        ([], 403),
        (["teachers"], 403),
    ],
)
def test_only_the_named_groups_may_pass(api: Client, groups: list[str], status: int) -> None:
    answer = api.get("/students/ada", headers=bearer(**{"cognito:groups": groups}))

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("req-12345678", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("with space", False),
        ("line\nbreak-x", False),
        ('"},{"forged":1', False),
        ("", False),
    ],
)
def test_a_correlation_id_is_taken_if_it_is_one_and_echoed(
    api: Client, given: str, *, kept: bool
) -> None:
    answer = api.get("/who", headers={**bearer(), "X-Correlation-ID": given})

    echoed = answer["X-Correlation-ID"]
    assert (echoed == given) is kept
    assert answer.json()[3] == echoed
    assert len(echoed) >= 8


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", True),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", False),
        ("nonsense", False),
    ],
)
def test_a_trace_is_continued_if_it_is_one(api: Client, given: str, *, kept: bool) -> None:
    trace = api.get("/who", headers={**bearer(), "traceparent": given}).json()[4]

    assert (trace == TRACE) is kept
    assert len(trace) == 32


def test_a_request_is_logged_by_its_route_and_never_by_who_or_whom(api: Client) -> None:
    with capture_logs() as lines:
        api.get("/students/ada-lovelace?name=Ada", headers=bearer())

    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["route"] == "students/<id:student>"
    assert (line["method"], line["status"], line["tenant_id"]) == ("GET", 200, "north")
    assert line["duration_ms"] > 0
    assert len(line["person"]) == 12
    assert "ada" not in json.dumps(lines).lower()
    assert "teresa" not in json.dumps(lines)


def test_a_refused_caller_and_an_unrouted_path_are_logged_too(api: Client) -> None:
    with capture_logs() as lines:
        api.get("/students/ada", headers=bearer(**{"cognito:groups": []}))
        api.get("/ada-lovelace")

    logged = [line for line in lines if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in logged] == [
        ("students/<id:student>", 403),
        ("unrouted", 404),
    ]
    assert [line["tenant_id"] for line in logged] == ["north", None]
    assert "ada" not in json.dumps(lines)


def test_a_line_of_the_log_has_the_ids_that_join_it_to_others(
    api: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    headers = {**bearer(), "X-Correlation-ID": "req-12345678"}
    api.get("/who", headers={**headers, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})

    (line,) = [r.msg for r in caplog.records if "request" in str(r.msg)]
    found: Any = line
    assert (found["correlation_id"], found["trace_id"]) == ("req-12345678", TRACE)


def test_a_request_is_measured(
    api: Client, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SERVICE = "api"
    api.get("/students/ada", headers=bearer())

    (line,) = [json.loads(x) for x in capsys.readouterr().out.splitlines() if "_aws" in x]
    assert line["operation"] == "GET students/<id:student>"
    assert line["RequestDuration"] == line["InteractiveRequestLatency"] > 0
    assert (line["InteractiveRequestCount"], line["InteractiveRequestErrors"]) == (1, 0)
    assert (line["path"], line["tenant_id"]) == ("read", "north")
    assert {tuple(one["Dimensions"][0]) for one in line["_aws"]["CloudWatchMetrics"]} == {
        ("path", "service"),
        ("operation", "service"),
    }


def test_what_breaks_is_an_error_and_what_is_refused_is_none(
    api: Client, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SERVICE = "api"
    api.get("/fail", headers=bearer())
    api.get("/nowhere", headers=bearer())

    lines = [json.loads(x) for x in capsys.readouterr().out.splitlines() if "_aws" in x]
    assert [one["InteractiveRequestErrors"] for one in lines] == [1, 0]


@pytest.mark.parametrize(
    ("method", "route", "path", "operation"),
    [
        ("GET", "students/<id:student>", "read", "GET students/<id:student>"),
        ("POST", "evaluations", "write", "POST evaluations"),
        ("POST", "auth/login", "identity", "POST auth/login"),
        ("GET", "admin/tenants/person/<path:object_id>/change/", "admin", "GET admin/"),
    ],
)
def test_a_request_belongs_to_one_path_and_one_operation(
    method: str, route: str, path: str, operation: str
) -> None:
    assert (_path(method, route), _operation(method, route)) == (path, operation)


@pytest.mark.parametrize("path", ["/who", "/nowhere", "/fail", "/outside"])
def test_every_answer_forbids_keeping_and_guessing(api: Client, path: str) -> None:
    answer = api.get(path, headers=bearer())

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(answer.content))


def test_pages_follow_each_other_to_the_end(api: Client) -> None:
    seen: list[int] = []
    cursor = ""
    while True:
        page = api.get(f"/paged?limit=50&cursor={cursor}", headers=bearer()).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == list(range(150))


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e2", "x", "", "٣", "1.0", " 5"])
def test_a_page_has_from_1_to_100_rows(api: Client, limit: str) -> None:
    answer = api.get("/paged", {"limit": limit}, headers=bearer())

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_a_cursor_opens_for_its_own_list_and_school_only(api: Client) -> None:
    cursor = api.get("/paged?of=ada", headers=bearer()).json()["next_cursor"]

    def status(path: str, **claims: str) -> int:
        return api.get(f"{path}cursor={cursor}", headers=bearer(**claims)).status_code

    assert status("/paged?of=ada&") == 200
    assert status("/paged?of=blas&") == 400
    assert status("/paged?of=ada&", **{"custom:school_id": "south"}) == 400


@pytest.mark.parametrize("cursor", ["x", "AAAA", "ñ", "A" * 5000, "A" * 100, "null", "=" * 20])
def test_a_forged_cursor_is_refused(api: Client, cursor: str) -> None:
    answer = api.get("/paged", {"cursor": cursor}, headers=bearer())

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize(
    ("given", "status", "seen"),
    [
        (None, 200, None),
        ("*", 200, None),
        ('"7"', 200, 7),
        (' "7" ', 200, 7),
        ('W/"7"', 412, None),
        ('"abc"', 412, None),
        ('"1", "2"', 412, None),
        ("7", 400, None),
        ('"7', 400, None),
    ],
)
def test_if_match_brings_back_the_version_that_was_seen(
    api: Client, given: str | None, status: int, seen: int | None
) -> None:
    headers = {} if given is None else {"If-Match": given}
    answer = api.put("/tagged", headers=headers)

    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["seen"], answer["ETag"]) == (seen, '"8"')


def test_eight_threads_and_two_schools_are_never_mixed_up(api: Client) -> None:
    schools = ["north", "south"]

    def ask(n: int) -> bool:
        school, person = schools[n % 2], f"person-{n % 7}"
        headers = bearer(**{"custom:school_id": school, "custom:person_id": person})
        path = "/fail" if n % 5 == 0 else "/who"
        answer = api.get(path, headers=headers)
        return path == "/fail" or answer.json()[:2] == [school, person]

    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(ask, range(800)))

    assert all(right)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("127.0.0.1:8000", "/who", 200),
        ("evil.example", "/who", 400),
        ("evil.example", "/nowhere", 400),
        ("not a host", "/who", 400),
        ("10.0.3.17", "/healthz", 404),  # let through; these routes have no probe
    ],
)
def test_only_our_own_hosts_are_served_but_a_probe_may_use_an_address(
    api: Client, settings: Any, host: str, path: str, status: int
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]

    answer = api.get(path, headers=bearer() | {"Host": host})

    assert answer.status_code == status
