"""What people do to a run: each act asks first, wants a reason, and is audited."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govsync import services
from govsync.admin.base import OPERATORS, refusal, run_page
from luca.dynadmin.screens import Confirm, Crumb, Place
from luca.kernel.errors import Conflict
from luca.kernel.ids import PeriodId

RESULT = gettext_lazy("Nothing is sent twice: each batch keeps its key.")


class Act(Confirm):
    """An act on the school's sync, or on one run."""

    readers = writers = OPERATORS
    danger = False

    def shown(self, **where: str) -> Mapping[str, Any]:
        if "run" in where:
            services.period_of(where["run"])  # NotFound where there is no such run
        return {}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        if "run" in where:
            yield Crumb(_("The run"), run_page(where["run"]))

    def _once(self, given: Mapping[str, Any], **where: str) -> str:
        try:
            return super()._once(given, **where)
        except Conflict as error:
            raise Conflict(refusal(error), code=error.code) from error


class Pause(Act):
    title = gettext_lazy("Pause the sync")
    button = gettext_lazy("Pause")
    done = gettext_lazy("The sync is paused.")
    danger = True

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Nothing more of the school is sent to the authority, of no period.")
        yield _("A call that is on its way may still arrive; its answer is written down.")
        yield _("Nothing is lost, and the deadline does not move. Resume it to go on.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.pause(why=given["reason"])


class Resume(Act):
    title = gettext_lazy("Resume the sync")
    button = gettext_lazy("Resume")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Every paused run of the school goes on where it was, under the same keys.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        number = len(services.resume(given["reason"]))
        self.say(
            ngettext("%(n)s run goes on.", "%(n)s runs go on.", number) % {"n": number}
            if number
            else _("Nothing holds the sync any more; no run was waiting.")
        )


class Redrive(Act):
    title = gettext_lazy("Send again what was given up")
    button = gettext_lazy("Send again")

    def effects(self, **where: str) -> Iterable[str]:
        dead = services.dead(where["run"])
        records = sum(sum(one.counts.values()) for one in dead)
        facts = {"batches": len(dead), "records": records}
        yield _("Batches that go again: %(batches)s, with %(records)s records.") % facts
        yield str(RESULT)
        yield _("The run goes on with whatever else it had not finished.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        number = services.redrive(where["run"], given["reason"])
        self.say(
            ngettext("%(n)s batch is sent again.", "%(n)s batches are sent again.", number)
            % {"n": number}
        )


class Reconcile(Act):
    title = gettext_lazy("Compare with the authority once more")
    button = gettext_lazy("Compare")
    done = gettext_lazy("The run reads back what the authority holds.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Luca reads what the authority holds and adds the run up anew.")
        yield _("Nothing that is answered is sent again.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.reconcile(where["run"], given["reason"])


class Resend(Act):
    title = gettext_lazy("Send anew what differs")
    button = gettext_lazy("Give them to the next run")
    danger = True

    def effects(self, **where: str) -> Iterable[str]:
        number = services.resendable(where["run"])
        yield ngettext(
            "%(n)s record is different there or in conflict.",
            "%(n)s records are different there or in conflict.",
            number,
        ) % {"n": number}
        yield _("Do this only after somebody has compared them with the authority's copy.")
        yield _("The next run sends each as a new revision under a new key.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        number = services.resend(where["run"], given["reason"])
        self.say(
            ngettext(
                "The next run sends %(n)s record anew.",
                "The next run sends %(n)s records anew.",
                number,
            )
            % {"n": number}
        )


class Close(Act):
    title = gettext_lazy("End the daily check of a period")
    button = gettext_lazy("End the check")
    done = gettext_lazy("The period is not checked every day any more.")
    danger = True

    def effects(self, **where: str) -> Iterable[str]:
        facts = {"period": where["period"]}
        yield _("Luca no longer compares %(period)s with the authority every day.") % facts
        yield _("Another run of the period begins the check anew.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.close(PeriodId(where["period"]), given["reason"])


SCREENS = (
    Place("pause/", Pause, "pause"),
    Place("resume/", Resume, "resume"),
    Place("period/<str:period>/close/", Close, "close"),
    Place("<str:run>/pause/", Pause, "pause_run"),
    Place("<str:run>/resume/", Resume, "resume_run"),
    Place("<str:run>/redrive/", Redrive, "redrive"),
    Place("<str:run>/reconcile/", Reconcile, "reconcile"),
    Place("<str:run>/resend/", Resend, "resend"),
)
