"""What happens to a batch next, and who has to do something about it."""

from dataclasses import dataclass

from govsync.domain import State
from govsync.rules.advice import Advice, advice


@dataclass(frozen=True, slots=True)
class NextStep:
    """A word for programs, and what it means for people."""

    code: str
    advice: Advice


SEND = Advice(
    "Se envía por sí solo, siempre con la misma clave.",
    "It is sent by itself, always under the same key.",
)
READ_BACK = Advice(
    "Al final se comprueba leyendo lo que tiene la autoridad.",
    "At the end it is checked by reading what the authority holds.",
)
NOTHING = Advice("Nada: está resuelto.", "Nothing: it is settled.")
RESTART = NextStep(
    "redrive_run",
    Advice(
        "Mire el error, corrija su causa y reenvíe; nada se envía dos veces.",
        "Look at the error, correct its cause, then redrive the run; nothing is sent twice.",
    ),
)
BY_ITSELF = {
    State.DRAFT: NextStep("send", SEND),
    State.PENDING: NextStep("send", SEND),
    State.IN_FLIGHT: NextStep("send", SEND),
    State.RETRYABLE: NextStep("send", SEND),
    State.UNKNOWN: NextStep("send", SEND),
    State.ACCEPTED: NextStep("read_back", READ_BACK),
    State.ACCEPTED_DUPLICATE: NextStep("read_back", READ_BACK),
    State.VERIFIED: NextStep("nothing", NOTHING),
    State.SUPERSEDED: NextStep("nothing", NOTHING),
}
FOR_PEOPLE = {
    State.BLOCKED_LOCAL: "correct",
    State.REJECTED_DATA: "correct",
    State.REJECTED_AUTH: "correct_credentials",
    State.DEAD: "redrive",
    State.CONFLICT: "compare",
    State.DRIFTED: "look_again",
    State.VOID: "ask_for_removal",
}


def next_step(state: State, reason: str = "") -> NextStep:
    if state in BY_ITSELF:
        return BY_ITSELF[state]
    return NextStep(FOR_PEOPLE.get(state, "look"), advice(state, reason))
