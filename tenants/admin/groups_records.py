"""Groups as the admin lists them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past, Source, Whole
from luca.kernel.ids import GroupId
from tenants import domain, services
from tenants.admin import past


class Groups(Whole["Group"]):
    searched = ("name", "id")

    def everything(self) -> Iterable["Group"]:
        return [_row(one) for one in services.groups()]

    def add(self, record: "Group", reason: str) -> "Group":
        return _row(services.create_group(domain.Group(GroupId(record.id), record.name)))

    def change(self, record: "Group", fields: Mapping[str, Any], reason: str) -> None:
        services.rename_group(GroupId(record.id), fields["name"], seen=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        return past.of(f"group:{ids}", past.words_of(Group))


class Group(Record):
    source: ClassVar[Source[Any]] = Groups()
    id = models.CharField(
        _("ID"),
        primary_key=True,
        max_length=64,
        help_text=_("Short and for good, as 1a: letters, digits, point, hyphen."),
    )
    name = models.CharField(_("Name"), max_length=200)

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


def _row(group: domain.Group) -> Group:
    return Group(id=group.id, name=group.name, version=services.mark(group))
