import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from luca.api.tests.conftest import bearer
from luca.api.tests.routes import CALLS
from luca.aws.idempotency import KEPT, LEASE, Answer, Ticket
from luca.kernel import clock
from luca.kernel.errors import Conflict

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def _nothing_called() -> None:
    CALLS.clear()


def post(
    api: Client, path: str, body: dict[str, Any], key: str | None, school: str, **claims: str
) -> Any:
    headers = bearer(**{"custom:school_id": school, **claims})
    if key is not None:
        headers["Idempotency-Key"] = key
    return api.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_repeated_request_is_answered_and_not_repeated(api: Client, school: str) -> None:
    first = post(api, "/once", {"a": 1}, "key-1", school)
    again = post(api, "/once", {"a": 1}, "key-1", school)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["ETag"] == first["ETag"] == '"1"'
    assert again["Content-Type"] == first["Content-Type"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert len(CALLS) == 1


def test_without_a_key_every_request_is_work(api: Client, school: str) -> None:
    for _ in range(2):
        post(api, "/once", {"a": 1}, None, school)

    assert len(CALLS) == 2


@pytest.mark.parametrize("path", ["/once", "/joined"])
def test_the_same_key_with_another_body_is_a_mistake(api: Client, school: str, path: str) -> None:
    post(api, path, {"thing": "a"}, "key-1", school)
    answer = post(api, path, {"thing": "b"}, "key-1", school)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert len(CALLS) == 1


def test_a_key_is_the_callers_own(api: Client, school: str) -> None:
    other = f"other-{secrets.token_hex(4)}"
    post(api, "/once", {"a": 1}, "key-1", school)
    post(api, "/once", {"a": 1}, "key-1", school, **{"custom:person_id": "tomas"})
    post(api, "/once", {"a": 1}, "key-1", other)
    post(api, "/joined", {"thing": "a"}, "key-1", school)

    assert len(CALLS) == 4


@pytest.mark.parametrize("key", ["", " ", "with space", "ñ", "x" * 256, "tab\t"])
def test_a_key_that_is_none_is_refused(api: Client, school: str, key: str) -> None:
    answer = post(api, "/once", {"a": 1}, key, school)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert CALLS == []


def test_a_request_that_failed_may_be_sent_again(api: Client, school: str) -> None:
    assert post(api, "/once", {"fail": True}, "key-1", school).status_code == 409
    assert post(api, "/once", {"a": 1}, "key-1", school).status_code == 201


def test_a_request_that_broke_may_be_sent_again(api: Client, school: str) -> None:
    assert post(api, "/once", {"seconds": "x"}, "key-1", school).status_code == 500
    assert post(api, "/once", {"a": 1}, "key-1", school).status_code == 201


def test_of_requests_at_once_one_is_work_and_the_others_are_told(api: Client, school: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda _: post(api, "/once", {"seconds": 0.5}, "key-1", school), range(6))
        )

    assert len(CALLS) == 1
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) == {"idempotency_in_progress"}


def test_a_transaction_and_its_answer_are_stored_together(api: Client, school: str) -> None:
    first = post(api, "/joined", {"thing": "a"}, "key-1", school)
    again = post(api, "/joined", {"thing": "a"}, "key-1", school)
    other = post(api, "/joined", {"thing": "a"}, "key-2", school)

    assert (first.json(), again.json()) == ({"is": "made"}, {"is": "made"})
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "changed_meanwhile")
    assert CALLS == ["a"]


def test_of_transactions_at_once_one_commits_and_all_answer_alike(api: Client, school: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda _: post(api, "/joined", {"thing": "a"}, "key-1", school), range(6))
        )

    assert CALLS == ["a"]
    good = [answer for answer in answers if answer.status_code == 201]
    assert {answer.content for answer in good} == {b'{"is":"made"}'}
    assert {answer.status_code for answer in answers} <= {201, 503}


def ticket(body: bytes = b"{}") -> Ticket:
    return Ticket.of(("teresa", "POST", "once", "key-1"), body, lambda outcome: outcome)


@pytest.mark.usefixtures("school")
def test_a_request_whose_process_died_is_taken_over_after_its_lease() -> None:
    began = clock.now()
    assert ticket().reserve() is None

    with pytest.raises(Conflict):
        ticket().reserve()
    with clock.stopped(began + timedelta(seconds=LEASE + 1)):
        with pytest.raises(Conflict):
            ticket(b"other").reserve()
        assert ticket().reserve() is None


@pytest.mark.usefixtures("school")
def test_an_answer_is_kept_for_a_day() -> None:
    began = clock.now()
    ticket().reserve()
    ticket().keep(Answer(201, "{}"))

    with clock.stopped(began + timedelta(seconds=KEPT - 60)):
        assert ticket().reserve() == Answer(201, "{}")
    with clock.stopped(began + timedelta(seconds=KEPT + 60)):
        assert ticket().stored() is None
        assert ticket(b"other").reserve() is None
