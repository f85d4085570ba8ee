"""The school's own profile: a list of one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past, Source, Whole
from tenants import services
from tenants.admin import past
from tenants.domain import School

MEXICO = (  # the ones that schools there keep, first
    "America/Mexico_City",
    "America/Cancun",
    "America/Merida",
    "America/Monterrey",
    "America/Chihuahua",
    "America/Ciudad_Juarez",
    "America/Ojinaga",
    "America/Matamoros",
    "America/Hermosillo",
    "America/Mazatlan",
    "America/Bahia_Banderas",
    "America/Tijuana",
)
AMERICAS = ("America/", "Pacific/Easter", "Pacific/Galapagos")


class Profiles(Whole["SchoolProfile"]):
    def everything(self) -> Iterable["SchoolProfile"]:
        return [_shown(services.school_profile())]

    def change(self, record: "SchoolProfile", fields: Mapping[str, Any], reason: str) -> None:
        services.change_school(fields, seen=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        return past.of(f"school:{ids}", past.words_of(SchoolProfile))


class SchoolFields(Record):
    """What a school says of itself, for its own page and the platform's."""

    name = models.CharField(_("name"), max_length=200)
    cct = models.CharField(
        _("CCT"),
        max_length=10,
        blank=True,
        help_text=_("The ministry's code of the school, as 09DES0001A: it is on report cards and "
                    "in everything that is sent to the authority."),
    )  # fmt: skip
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        help_text=_("Grades are computed at two in the morning of this time zone."),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=[("es-mx", _("Spanish (Mexico)")), ("en", _("English"))],
        help_text=_("Of invitations and of what is printed."),
    )
    staff_totp = models.BooleanField(
        _("Staff sign in with a second step"),
        help_text=_("Whoever works in the school is asked for a code of an authenticator app; "
                    "who has none yet sets it up at the next sign-in."),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class SchoolProfile(SchoolFields):
    source: ClassVar[Source[Any]] = Profiles()
    id = models.CharField(_("id"), primary_key=True, max_length=63, editable=False)

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("school profile")
        verbose_name_plural = _("school profile")


def zones() -> list[tuple[str, str]]:
    """The time zones of the Americas, Mexico's first."""
    others = sorted(one for one in available_timezones() - set(MEXICO) if one.startswith(AMERICAS))
    return [(one, one.replace("_", " ")) for one in (*MEXICO, *others)]


def _shown(school: School) -> SchoolProfile:
    return SchoolProfile(
        id=school.id,
        version=services.mark(school),
        name=school.name,
        cct=school.cct,
        time_zone=school.time_zone,
        language=school.language,
        staff_totp=school.staff_totp,
    )
