"""Events that were refused, as rows: the school's own, the newest first."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from behavior import services
from behavior.admin import words
from behavior.domain import RefusedEvent as Refused
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from luca.kernel import clock
from luca.kernel.ids import StudentId
from tenants import services as tenants

UNKNOWN = "unknown_type"  # then nobody has a name for it


class RefusedEvents(Source["RefusedEvent"]):
    paged = True

    def several(self, ids: Collection[str]) -> Iterable["RefusedEvent"]:
        return _rows(services.refused_several(ids))

    def page(self, question: Question, limit: int, start: Any) -> Page["RefusedEvent"]:
        if question.search or question.order[:1] not in {(), ("-received",)}:
            raise Unanswerable("Refused events are read by time and reason.")
        code = question.only("code").get(("code", "exact"), "")
        found, following = services.refused_events(limit, start, code)
        return Page(_rows(found), following)


def _rows(found: Iterable[Refused]) -> list["RefusedEvent"]:
    """With the names of their students, in one batch, and what their types are called."""
    events = list(found)
    students = {StudentId(one.student) for one in events if one.student}
    known = tenants.students(students) if students else {}
    names = {one.id: one.full_name for one in known.values()}
    called = words.labels(one.type for one in events if one.type and one.code != UNKNOWN)
    return [_row(one, names, called) for one in events]


def _row(one: Refused, names: Mapping[StudentId, str], called: Mapping[str, str]) -> "RefusedEvent":
    time, said = services.content_of(one)
    return RefusedEvent(
        id=one.place,
        received=clock.parse(one.received),
        code=one.code,
        reason=one.reason,
        type=called.get(one.type, one.type),
        student=one.student if StudentId(one.student) in names else "",
        student_name=names.get(StudentId(one.student), one.student),
        tries=one.tries,
        happened=time,
        said=said,
    )


class RefusedEvent(Record):
    source: ClassVar[Source[Any]] = RefusedEvents()
    id = models.CharField(primary_key=True, max_length=64, editable=False)
    received = models.DateTimeField(gettext_lazy("received"))
    code = models.CharField(
        gettext_lazy("reason"),
        max_length=20,
        choices=[(code, label) for code, (label, _) in words.REASONS.items()],
    )
    reason = models.CharField(gettext_lazy("in detail"), max_length=200)
    type = models.CharField(gettext_lazy("type of event"), max_length=100)
    student = models.CharField(max_length=64)
    student_name = models.CharField(gettext_lazy("student"), max_length=200)
    tries = models.PositiveIntegerField(gettext_lazy("tried again"), default=0)
    happened = models.CharField(gettext_lazy("said to have happened"), max_length=40)

    def __init__(self, *args: Any, said: Mapping[str, Any] | None = None, **values: Any) -> None:
        super().__init__(*args, **values)
        self.content = said or {}

    class Meta(Record.Meta):
        app_label = "behavior"
        verbose_name = gettext_lazy("rejected event")
        verbose_name_plural = gettext_lazy("rejected events")
        ordering = ["-received"]

    def __str__(self) -> str:
        return f"{self.type or self.code}, {words.moment(self.received)}"
