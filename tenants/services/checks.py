"""What all services ask of ids that come from outside."""

from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import ID
from tenants import rules

MALFORMED = "An id is 1 to 64 letters, digits or . _ ~ -"


def well_formed(*ids: str) -> bool:
    """False for an id that no key may hold: nothing is stored under it, so it is absent."""
    return all(ID.fullmatch(one) for one in ids)


def checked_id(text: str, field: str) -> None:
    """Refuse to store anything under an id that no key, or no audit entry, may hold."""
    if fault := rules.id_fault(text):
        raise Invalid("An id is malformed.", errors=(FieldError(field, fault),))
