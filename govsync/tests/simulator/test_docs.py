"""docs/govsync-wire.md knows every switch, every deed and every address of the simulator."""

import json
import re

from govsync.tests.outside import ROOT, Outside

DOC = (ROOT / "docs" / "govsync-wire.md").read_text()
TOLD = set(re.findall(r"`([a-z_]+)`", DOC))


def test_every_switch_and_every_deed_is_told(authority: Outside) -> None:
    switches = set(authority.read("/chaos")) - {"in_outage", "seed", "script"}
    said = authority.ask("PUT", "/chaos", body=json.dumps({"script": [{"do": "?"}]}))[1]
    deeds = set(said["message"].partition("there are ")[2].rstrip(".").split(", "))

    assert len(deeds) == 15
    assert (switches | deeds) - TOLD == set()


def test_the_script_in_the_document_is_one(authority: Outside) -> None:
    (script,) = re.findall(r"```json\n(.*?)```", DOC, re.DOTALL)

    authority.chaos(script=json.loads(script))

    assert [one["do"] for one in authority.read("/chaos")["script"]] == [
        *("unanswered", "fail", "refuse", "slow"),
    ]
