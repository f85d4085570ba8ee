"""The office invites people: one, a selection, again, and not after all."""

from typing import Any

import pytest

from luca.kernel import context
from luca.kernel.ids import PersonId
from tenants import services
from tenants.domain import Role
from tenants.domain.accounts import InvitationState, NewInvitation
from tenants.tests.conftest import Cast
from tenants.tests.desk import Office, office_of
from tenants.tests.filling import es, hidden
from tenants.tests.office import address

LIST = "/admin/tenants/invitation/"
STUDENTS = "/admin/tenants/student/"


@pytest.fixture
def rosa(north: Cast) -> Office:
    return office_of(north.school, "school_admin")


def confirmed(rosa: Office, path: str, **typed: Any) -> Any:
    page = rosa.text(path)
    form = page[page.index("data-once") :]
    return rosa.post(path, {**hidden(form[: form.index("</form>")]), **typed})


def invited(person: str) -> list[InvitationState]:
    found, _ = services.invitations(None, limit=50, start=None)
    return [one.state for one in found if one.person == person]


def test_who_is_ticked_in_a_list_is_invited_if_it_can_be(rosa: Office) -> None:
    services.change_person(Role.STUDENT, "ada", {"email": address("ada")})
    answer = rosa.post(STUDENTS, {"action": "invite", "_selected_action": ["ada", "blas"]})
    page = rosa.text(answer["Location"])
    assert es("Gets an invitation.") in page
    assert "Ortiz" in page
    form = page[page.index("data-once") :]
    form = form[: form.index("</form>")]
    assert form.count('name="one"') == 2
    sent = rosa.post(f"{LIST}invite/", {"role": "STUDENT", "one": ["ada", "blas"]})
    assert sent["Location"] == LIST
    assert (len(invited("ada")), invited("blas")) == (1, [])
    assert es("Is invited already.") in rosa.text(answer["Location"])


def test_one_of_the_office_is_invited(rosa: Office) -> None:
    where = address("sol")
    answer = confirmed(rosa, f"{LIST}one/", person="sol", email=where, groups=["school_admin"])
    assert answer["Location"] == LIST
    page = rosa.text(LIST)
    assert where in page
    assert es("School admin") in page
    rosa.text(LIST, {"state__exact": "waiting"})
    assert len(rosa.calls) <= 4, rosa.calls


def test_a_right_that_nobody_may_give_is_refused(rosa: Office) -> None:
    answer = confirmed(
        rosa, f"{LIST}one/", person="sol", email=address("sol"), groups=["platform_admin"]
    )
    assert answer.status_code == 200
    assert invited("sol") == []


def test_an_invitation_is_sent_again_and_taken_back(rosa: Office) -> None:
    with context.entered(school=rosa.school, actor="rosa", groups=frozenset({"school_admin"})):
        new = NewInvitation(PersonId("sol"), address("sol"), frozenset({"gov_operator"}))
        made = services.invite(new)
    services.run_invitation(made.id)
    page = rosa.text(LIST, {"state__exact": "sent"})
    assert f"{LIST}{made.id}/resend/" in page
    assert confirmed(rosa, f"{LIST}{made.id}/resend/").status_code == 302
    services.run_invitation(made.id)
    assert confirmed(rosa, f"{LIST}{made.id}/cancel/").status_code == 302
    services.run_invitation(made.id)
    assert invited("sol") == [InvitationState.CANCELLED]
    refused = confirmed(rosa, f"{LIST}{made.id}/cancel/")
    assert refused.status_code == 200


def test_another_school_s_invitations_are_not_here(rosa: Office, south: Cast) -> None:
    where = address("sol")
    confirmed(rosa, f"{LIST}one/", person="sol", email=where, groups=["gov_operator"])
    found, _ = services.invitations(None, limit=5, start=None)
    other = office_of(south.school, "school_admin", person="sur")
    assert where not in other.text(LIST)
    assert other.get(f"{LIST}{found[0].id}/cancel/").status_code == 404
    asked = {"role": "STUDENT", "one": ["ada"]}
    assert "Ada" not in other.text(f"{LIST}invite/", asked)
