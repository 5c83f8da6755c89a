"""Who stands in for which head of a unit, from when to when (policy §2 AB角)."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import deputies as deeds
from appeals.actions.refusals import Refused
from appeals.db import MAX_ID
from appeals.models import deputy, registers
from appeals.models.people import User
from appeals.rules.words import Role
from appeals.web.access import actor
from appeals.web.admin.desk import admin, counter
from appeals.web.forms.rights import DeputyForm
from appeals.web.forms.staff import offer


@counter.route("/deputies", methods=["GET", "POST"])
@admin
def deputies() -> Any:
    """The terms that have not ended, and a new one."""
    form = DeputyForm()
    offer(form.head, _people(Role.HEAD))
    offer(form.deputy, _people(Role.LIAISON))
    if form.validate_on_submit():
        try:
            deeds.enter(**form.ids(), from_on=form.from_on.data, to_on=form.to_on.data, by=actor(), at=clock.now())
        except Refused as refused:
            form.tell(refused.errors)
        else:
            flash("已登记；期内由代行人履行负责人职责，期满自动失效。", "ok")
            return redirect(url_for("admin.deputies"), 303)
    page = render_template("admin/deputies.html", form=form, terms=deputy.register(clock.today()), today=clock.today())
    return page, 422 if form.errors else 200


def _people(role: Role) -> list[tuple[str, str]]:
    return [("", "请选择"), *((str(user.id), _named(user)) for user in registers.in_units(role.value))]


def _named(user: User) -> str:
    unit = user.unit.name if user.unit else ""
    return f"{user.name or user.login}（{unit}）"


@counter.post("/deputies/<int:term_id>/end")
@admin
def end_deputy(term_id: int) -> Response:
    """Before its last day; at once."""
    try:
        deeds.end(min(term_id, MAX_ID), by=actor(), at=clock.now())
    except Refused as refused:
        flash("；".join(refused.errors.values()), "bad")
    else:
        flash("已终止，即刻失效。", "ok")
    return redirect(url_for("admin.deputies"), 303)
