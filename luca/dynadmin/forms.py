"""Forms that know which version they were read from, and say what happened since."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from luca.dynadmin.records import Record
from luca.dynadmin.saying import said as translated
from luca.dynadmin.sources import Past
from luca.kernel.errors import LucaError

SEEN = "seen_version"
REASON = "reason"


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A record's form.

    Each field carries what was shown, so that a form which somebody else overtook keeps
    what its user typed, takes all else as it is now, and tells both who changed what.
    """

    refusal: ClassVar[LucaError | None] = None  # what the source said of this very request
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[SEEN].initial = self.instance.version
        for name in self._shown():
            self.fields[name].show_hidden_initial = True
        self._overtaken = self.is_bound and self._stale()
        if self._overtaken:
            self.data = self._merged()

    @property
    def touched(self) -> list[str]:
        """The fields whose user meant to change them."""
        return [name for name in self.changed_data if name not in {SEEN, REASON}]

    def clean(self) -> dict[str, Any] | None:
        if self._overtaken:
            self.add_error(None, overtaken(self.instance))
        elif self.refusal is not None:
            self._refuse(self.refusal)
        return super().clean()

    def _shown(self) -> Iterable[str]:
        return [name for name in self.fields if name not in {SEEN, REASON}]

    def _stale(self) -> bool:
        seen = self.data.get(self.add_prefix(SEEN), "")
        return not self.instance._state.adding and seen != str(self.instance.version)

    def _merged(self) -> Any:
        """What the user typed over what is stored now, as if the form had been opened now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(SEEN)] = str(self.instance.version)
        for name in self._shown():
            bound = self[name]
            now = bound.field.prepare_value(self.get_initial_for_field(bound.field, name))
            if not bound._has_changed():  # type: ignore[attr-defined]
                write(data, bound.html_name, bound.field.widget, now)
            write(data, bound.html_initial_name, bound.field.hidden_widget(), now)
        return data

    def _refuse(self, error: LucaError) -> None:
        """Put what the source refused at the fields it named, and the rest above the form."""
        named = [fault for fault in error.errors if fault.field in self.fields]
        for fault in named:
            self.add_error(fault.field, translated(fault.message))
        if not named:
            others = [translated(fault.message) for fault in error.errors]
            self.add_error(None, [translated(error), *others])


def overtaken(record: Record) -> list[str]:
    """Say who changed a record last, and what is to be done."""
    said = [
        _("Somebody saved this record while you were editing it. Nothing of yours is lost: "
          "the form shows your changes over what is stored now. Look it over and save again.")
    ]  # fmt: skip
    latest = next(iter(record.source.history(str(record.pk))), None)
    return [*said, _past(latest)] if latest else said


def _past(one: Past) -> str:
    when = formats.date_format(timezone.localtime(one.at), "SHORT_DATETIME_FORMAT")
    facts = {"who": one.who, "what": one.what, "when": when, "fields": ", ".join(one.fields)}
    if one.fields:
        return _("%(when)s, %(who)s: %(what)s (%(fields)s)") % facts
    return _("%(when)s, %(who)s: %(what)s") % facts


def write(data: Any, name: str, widget: forms.Widget, value: Any) -> None:
    """Write a value into posted data as the widget's own inputs would."""
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else widget.decompress(value) or []
        for number, (part, one) in enumerate(zip(parts, widget.widgets, strict=False)):
            write(data, f"{name}_{number}", one, part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    elif isinstance(value, list | tuple):
        data.setlist(name, [str(one) for one in value])
    else:
        data[name] = widget.format_value(value) or ""


class ReasonField(forms.CharField):
    """Why something is changed: asked of people, kept in the audit."""

    def __init__(self, **options: Any) -> None:
        defaults: Mapping[str, Any] = {
            "label": gettext_lazy("Reason"),
            "max_length": 300,
            "widget": UnfoldAdminTextInputWidget,
            "help_text": gettext_lazy("It is kept in the audit log."),
        }
        super().__init__(**{**defaults, **options})


__all__ = ["REASON", "SEEN", "ReasonField", "RecordForm", "overtaken", "write"]
