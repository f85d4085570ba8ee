"""What a statement's verb means here: which type of event it becomes.

Whoever writes statements chooses the verb's address. Those of the video
profile, of ADL and of the registry that authoring tools use are known; all
others become `xapi_statement`, and the verb is kept beside what was said.
"""

from __future__ import annotations

OTHER = "xapi_statement"
ADL = "adlnet.gov/expapi/verbs/"
VIDEO = "w3id.org/xapi/video/verbs/"
TINCAN = "id.tincanapi.com/verb/"
STREAMS = "activitystrea.ms/schema/1.0/"
KINDS = "adlnet.gov/expapi/activities/"

VERBS = {
    f"{VIDEO}played": "video_played",
    f"{VIDEO}paused": "video_paused",
    f"{VIDEO}seeked": "video_seeked",
    f"{ADL}initialized": "session_started",
    f"{ADL}terminated": "session_ended",
    f"{ADL}passed": "quiz_completed",
    f"{ADL}failed": "quiz_completed",
    f"{ADL}experienced": "resource_viewed",
    f"{TINCAN}viewed": "resource_viewed",
    f"{TINCAN}downloaded": "resource_viewed",
    f"{STREAMS}read": "resource_viewed",
    f"{STREAMS}submit": "homework_submitted",
    "w3id.org/xapi/adl/verbs/logged-in": "login",
    "brindlewaye.com/xAPITerms/verbs/loggedin": "login",
}
COMPLETED = f"{ADL}completed"  # it depends on what was: the type of the activity
COMPLETIONS = {
    "": "lesson_completed",
    f"{KINDS}lesson": "lesson_completed",
    f"{KINDS}module": "lesson_completed",
    f"{KINDS}course": "lesson_completed",
    f"{KINDS}assessment": "quiz_completed",
    f"{KINDS}question": "quiz_completed",
    f"{KINDS}cmi.interaction": "quiz_completed",
    "id.tincanapi.com/activitytype/school-assignment": "homework_submitted",
    "w3id.org/xapi/video/activity-type/video": "resource_viewed",
    f"{KINDS}media": "resource_viewed",
}
VOIDED = f"{ADL}voided"


def plain(address: str) -> str:
    """Spell an address without its scheme: clients write both `http` and `https`."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def event_type(verb: str, activity: str = "") -> str:
    """Name the type of event for a verb and the type of what it was done with."""
    if plain(verb) == COMPLETED:
        return COMPLETIONS.get(plain(activity), OTHER)
    return VERBS.get(plain(verb), OTHER)
