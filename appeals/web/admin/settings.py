"""The settings: every number with its meaning and where the policy says it; a change is a proposal."""

from typing import Any

from flask import abort, render_template

from appeals.actions import settings as deeds
from appeals.db import MAX_ID, session
from appeals.models import registers
from appeals.models import settings as kept
from appeals.models.settings import SettingsVersion
from appeals.rules import settings as rules
from appeals.web.admin.desk import admin, both, counter, hand_in
from appeals.web.forms import settings as forms


@counter.get("/settings")
@both
def settings() -> str:
    """The version in force, and those before it."""
    return _page(kept.settings()["version"])


@counter.get("/settings/<int:number>")
@both
def settings_version(number: int) -> str:
    """One version; it governs the appeals accepted while it was in force."""
    if number > MAX_ID or session().get(SettingsVersion, number) is None:
        abort(404)
    return _page(number)


@counter.route("/settings/change", methods=["GET", "POST"])
@admin
def change_settings() -> Any:
    """Propose a full new set."""
    now = deeds.in_force()
    form = forms.made(now)
    if form.validate_on_submit():
        payload = {"values": form.values(now)}
        if done := hand_in(form, "settings", payload, form.reason.data):
            return done
    page = render_template("admin/settings_change.html", form=form, rules=rules, anchor=now.get("anchor"))
    return page, 422 if form.errors else 200


def _page(number: int) -> str:
    values = kept.settings(number)
    known = {"limits", "weights", "prefix", "anchor", "version", *rules.SWITCHES}
    return render_template(
        "admin/settings.html", values=values, rules=rules, current=kept.settings()["version"],
        history=registers.settings_versions(), others={k: v for k, v in values.items() if k not in known},
    )  # fmt: skip
