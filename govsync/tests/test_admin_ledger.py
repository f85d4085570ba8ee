"""The office looks into a run's ledger, mends what stopped it, and takes the evidence along."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

import tenants.admin  # noqa: F401 -- the site is found first, or the pages of others are lost
from govsync import definition, services
from govsync.admin import graph
from govsync.admin.tables import Table
from govsync.domain import RunStatus, State
from govsync.repository import runs
from govsync.tests.cast import ART, AUTUMN, MATHS, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_admin_runs import RUNS, checked, once
from luca.aws import jobs
from luca.kernel import context
from tenants.tests.desk import Office

Signed = Callable[..., Office]


@pytest.fixture
def head(village: str, office_of: Signed) -> Office:
    browser = office_of(village, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def ended(authority: Outside, head: Office) -> str:  # noqa: ARG001 -- it answers
    """A run that has ended well."""
    run = services.start(AUTUMN)
    assert work(run.id).run.status is RunStatus.DONE
    return str(run.id)


def table_of(head: Office, path: str) -> Table:
    answer: Any = head.get(path)
    assert answer.status_code == 200
    found: Table = answer.context_data["table"]
    return found


def test_records_are_listed_by_outcome_and_cause_with_names(
    head: Office, village: str, office_of: Signed, ended: str
) -> None:
    held = head.text(f"{RUNS}{ended}/records/", {"state": "BLOCKED_LOCAL"})
    assert "No grade yet" in held
    assert "s0006" in held
    assert "s0001" not in held, "it was sent"
    assert "Núñez" in held
    head.text(f"{RUNS}{ended}/records/", {"state": "BLOCKED_LOCAL"})
    assert len(head.calls) <= 4, head.calls
    operator = office_of(village, "gov_operator").text(f"{RUNS}{ended}/records/")
    assert "Núñez" not in operator, "an operator sees no names"
    other = head.text(f"{RUNS}{ended}/records/", {"state": "BLOCKED_LOCAL", "code": "no_cct"})
    assert "s0006" not in other


def test_records_have_a_page_for_each_batch(head: Office, ended: str) -> None:
    table = table_of(head, f"{RUNS}{ended}/records/?state=VERIFIED")
    assert (len(table.rows), table.pages["prev_url"]) == (3, None)
    second = table_of(head, f"{RUNS}{ended}/records/{table.pages['next_url']}")
    assert (len(second.rows), second.pages["next_url"]) == (3, None)
    first_names = {row[0].note for row in table.rows}
    assert first_names.isdisjoint(row[0].note for row in second.rows)


def test_a_cursor_of_another_list_leads_to_the_first_page(head: Office, ended: str) -> None:
    table = table_of(head, f"{RUNS}{ended}/records/?state=VERIFIED")
    replayed = table.pages["next_url"].replace("state=VERIFIED", "state=BLOCKED_LOCAL")
    page = head.text(f"{RUNS}{ended}/records/{replayed}")
    assert "That page is gone" in page
    assert "s0006" in page


def test_causes_say_what_to_do_and_lead_to_their_records(head: Office, ended: str) -> None:
    page = head.text(f"{RUNS}{ended}/causes/")
    assert "No grade yet" in page
    assert "record results, or a final grade" in page
    assert f"{RUNS}{ended}/records/?state=BLOCKED_LOCAL&amp;code=undefined_grade" in page
    answer = head.post(f"{RUNS}{ended}/causes/")
    job = answer["Location"].rstrip("/").rpartition("/")[2]
    assert "hx-get" in head.text(answer["Location"])
    jobs.run(job, services.causes_for_job)
    assert "No grade yet" in head.text(answer["Location"]), "a worker finds the same"


def test_the_reconciliation_shows_what_does_not_agree(head: Office, ended: str) -> None:
    assert "Everything agrees" in head.text(f"{RUNS}{ended}/reconciliation/")
    assert "It adds up" in head.text(f"{RUNS}{ended}/reconciliation/")


def test_a_period_is_added_up_over_all_its_runs(
    head: Office, village: str, office_of: Signed, ended: str
) -> None:
    services.correct(AUTUMN)
    page = f"{RUNS}period/{AUTUMN}/whole/"
    assert f'href="{page}"' in head.text(f"{RUNS}{ended}/reconciliation/")
    assert "Add the period up" in head.text(page)
    assert len(head.calls) <= 4, head.calls
    found = head.post(page)["Location"]
    assert "hx-get" in head.text(found)
    jobs.run(found.rstrip("/").rpartition("/")[2], services.whole_for_job)
    text = head.text(found)
    assert len(head.calls) <= 4, head.calls
    for said in ("It adds up", "2 runs.", "7 records, each counted once.", "would send 0 grades"):
        assert said in text
    other = office_of(f"south-{village[-8:]}", "school_admin")
    assert other.get(found).status_code == 404
    assert head.get(found.replace(AUTUMN, "2031-1")).status_code == 404


def test_what_was_given_up_is_sent_again(
    head: Office, authority: Outside, village: str, office_of: Signed
) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    authority.chaos()
    work(run.id)
    letters = head.text(f"{RUNS}{run.id}/letters/")
    assert "Given up" in letters
    assert "503" in letters
    everywhere = head.text(f"{RUNS}given-up/")
    assert len(head.calls) <= 4, head.calls
    assert f'href="{RUNS}{run.id}/redrive/"' in everywhere
    assert f'href="{RUNS}{run.id}/batches/00001/"' in everywhere
    assert "503" in everywhere
    strange = office_of(f"south-{village[-8:]}", "school_admin").text(f"{RUNS}given-up/")
    assert run.id not in strange, "it is another school's"
    asked = head.text(f"{RUNS}{run.id}/redrive/")
    head.post(f"{RUNS}{run.id}/redrive/", {"once": once(asked), "reason": "They are well again"})
    assert work(run.id).records[State.VERIFIED] == 6
    assert "No batch was given up." in head.text(f"{RUNS}{run.id}/letters/")
    assert run.id not in head.text(f"{RUNS}given-up/")


def test_what_a_run_under_way_has_given_up_is_listed_and_waits(
    head: Office, authority: Outside
) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    assert services.run(run.id).status is RunStatus.RUNNING
    page = head.text(f"{RUNS}given-up/")
    assert f'href="{RUNS}{run.id}/batches/00001/"' in page
    assert "When the run has ended." in page
    assert f'href="{RUNS}{run.id}/redrive/"' not in page


def test_a_batch_tells_attempt_by_attempt(head: Office, authority: Outside) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    address = f"{RUNS}{run.id}/batches/00001/"
    assert f'href="{address}"' in head.text(f"{RUNS}{run.id}/batches/")
    found = table_of(head, address)
    assert len(head.calls) <= 4, head.calls
    attempts = [str(row[1].text) for row in found.rows]
    assert attempts == sorted(attempts, reverse=True), "the newest first"
    assert attempts[0] == "4"
    answers = {str(row[3].text) for row in found.rows}
    assert "The authority answered 503" in answers
    for number in ("00099", "a b"):
        assert head.get(f"{RUNS}{run.id}/batches/{number}/").status_code == 404


def test_the_evidence_is_packed_by_a_worker_and_taken_along(head: Office, ended: str) -> None:
    assert "minors" in head.text(f"{RUNS}{ended}/evidence/")
    packing = head.post(f"{RUNS}{ended}/evidence/")["Location"]
    assert "hx-get" in head.text(packing)
    assert head.get(f"{packing}file/").status_code == 404
    job = packing.rstrip("/").rpartition("/")[2]
    jobs.run(job, services.evidence_for_job)
    page = head.text(packing)
    assert f'href="{packing}file/"' in page
    answer: Any = head.get(f"{packing}file/")
    content = b"".join(answer.streaming_content)
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


@pytest.mark.parametrize("path", ["{run}/causes/", "{run}/evidence/", "period/{period}/whole/"])
def test_one_showing_of_a_page_asks_a_worker_once(
    head: Office, ended: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "causes_at_once", lambda _run: None)  # as if it were big
    page = RUNS + path.format(run=ended, period=AUTUMN)
    shown = {"once": once(head.text(page))}
    first = head.post(page, shown)["Location"]
    assert head.post(page, shown)["Location"] == first
    assert head.post(page, {"once": once(head.text(page))})["Location"] != first


def test_no_evidence_of_a_run_under_way(head: Office) -> None:
    run = services.start(AUTUMN)
    answer = head.post(f"{RUNS}{run.id}/evidence/")
    assert answer.status_code == 200
    assert "still under way" in answer.content.decode()


def test_subjects_are_mapped_and_two_who_save_see_each_other(head: Office) -> None:
    page = head.text(f"{RUNS}subjects/")
    assert f'name="code-{MATHS}"' in page
    first = {"version": "0", f"code-{MATHS}": "M-1", f"code-{ART}": ""}
    assert head.post(f"{RUNS}subjects/", first).status_code == 302
    assert services.subject_codes() == ({MATHS: "M-1"}, 1)
    late = head.post(f"{RUNS}subjects/", {**first, f"code-{MATHS}": "M-2"})
    text = late.content.decode()
    assert "Somebody changed the codes" in text
    assert "Stored meanwhile: M-1" in text
    assert 'value="M-2"' in text, "nothing that was typed is lost"
    assert services.subject_codes()[0] == {MATHS: "M-1"}
    wrong = head.post(f"{RUNS}subjects/", {"version": "1", f"code-{MATHS}": "a b#"})
    assert "The authority has no such code." in wrong.content.decode()
    for version in ("abc", "²", "9" * 5000):  # of no form of ours
        wrong = head.post(f"{RUNS}subjects/", {"version": version, f"code-{MATHS}": "a b#"})
        assert "The authority has no such code." in wrong.content.decode()


def test_nothing_is_corrected_before_anything_has_arrived(head: Office) -> None:
    answer = head.post(f"{RUNS}start/", {"period": AUTUMN, "kind": "correction"})
    assert "has arrived yet" in head.text(answer["Location"])


def test_corrections_are_sent_when_something_has_arrived(head: Office, ended: str) -> None:
    report = checked(head, "correction")
    page = head.text(report)
    assert "Send corrections" in page
    answer = head.post(report, {"once": once(page)})
    assert ended not in answer["Location"]
    newest = services.latest(AUTUMN)
    assert newest.kind.value == "correction"


def test_a_held_school_starts_nothing_and_says_why(head: Office, village: str) -> None:
    with context.entered(school=village):
        services.pause()
    assert "Somebody paused it." in head.text(f"{RUNS}start/")
    answer = head.post(f"{RUNS}start/", {"period": AUTUMN})
    assert "Resume it first" in head.text(answer["Location"])


EDITED: dict[str, Any] = {
    "StartAt": "OldSnapshot",
    "States": {
        "OldSnapshot": {"Type": "Pass", "Next": "OldChoice"},
        "OldChoice": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "OldSnapshot"}],
            "Default": "OldEnd",
        },
        "OldEnd": {"Type": "Succeed"},
    },
}


def test_the_picture_is_of_the_definition_that_the_run_began_with(
    head: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition, "current", lambda: json.dumps(EDITED))
    run = services.start(AUTUMN)
    monkeypatch.undo()
    page = head.text(f"{RUNS}{run.id}/engine/")
    assert "OldSnapshot" in page
    assert "SendBatch" not in page
    found = services.working(run.id, 0, 0)
    ways = {one.name: one.way for one in graph.picture(found).boxes}
    assert ways == {
        "OldSnapshot": graph.HERE,
        "OldChoice": graph.NOT_YET,
        "OldEnd": graph.NOT_YET,
    }
    assert runs.definition(run) == json.dumps(EDITED)
