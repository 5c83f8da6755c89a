"""The settings as a form: a field for each limit and weight, made from what the rules say of them."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, IntegerField
from wtforms.validators import InputRequired

from appeals.rules import settings
from appeals.web.forms import Form, Required, Ticked, Typed
from appeals.web.forms.admin import reason


class SettingsForm(Form):
    """A full set of settings; `made` adds the numbers."""

    prefix = Typed(settings.PREFIX.label, [Required("请填写前缀")])
    ranking = Ticked(settings.SWITCHES["ranking"].label)
    reference_lines = Ticked(settings.SWITCHES["reference_lines"].label)
    reason = reason()

    def values(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """The proposed set: what has a field as typed, everything else as it is."""
        return dict(now) | {
            "limits": {name: self[f"limit_{name}"].data for name in settings.LIMITS},
            "weights": {name: self[f"weight_{name}"].data for name in settings.WEIGHTS},
            "prefix": self.prefix.data, **{name: self[name].data for name in settings.SWITCHES},
        }  # fmt: skip


def made(values: Mapping[str, Any]) -> SettingsForm:
    """The form for one full set of settings, filled with these values until something is typed."""
    fields = {f"limit_{name}": _number(meaning.label, settings.MOST) for name, meaning in settings.LIMITS.items()}
    fields |= {f"weight_{name}": _number(label, 100) for name, label in settings.WEIGHTS.items()}
    start = {f"limit_{name}": number for name, number in values.get("limits", {}).items()}
    start |= {f"weight_{name}": number for name, number in values.get("weights", {}).items()}
    start |= {name: values.get(name) for name in ("prefix", *settings.SWITCHES)}
    form: SettingsForm = type("SettingsForm", (SettingsForm,), fields)(data=start)
    return form


def _number(label: str, most: int) -> Field:
    return IntegerField(label, [InputRequired("请填写整数")], render_kw={"inputmode": "numeric", "min": 0, "max": most})
