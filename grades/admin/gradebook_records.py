"""What the gradebook hangs on: an address, a name and who may read it; it has no rows."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from luca.dynadmin.records import Record
from luca.dynadmin.sources import Source


class Nothing(Source[Any]):
    """The gradebook is a page and no list of records."""


class Gradebook(Record):
    source: ClassVar[Source[Any]] = Nothing()
    id = models.CharField(primary_key=True, max_length=1, editable=False)

    class Meta(Record.Meta):
        app_label = "grades"
        verbose_name = gettext_lazy("gradebook")
        verbose_name_plural = gettext_lazy("gradebook")
