"""What the emulator's Cognito is taught in its own process, beside what the guard lets in.

The emulator answers a call with the function that bears its name, so a function put in the place
of one of them is what the call meets. A name that a newer emulator no longer has stops the start.
"""

from luca.localaws.cognito.emulator import replace
from luca.localaws.cognito.outbox import Outbox


def install(outbox: Outbox) -> None:
    replace("_deliver_cognito_email", outbox.deliver)
