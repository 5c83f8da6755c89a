"""Changes that wait for a second person, and what became of the others (policy §2)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from appeals import clock
from appeals.actions import appointments
from appeals.actions import changes as deeds
from appeals.actions.refusals import Refused
from appeals.db import MAX_ID, session
from appeals.models import registers
from appeals.models.settings import Change
from appeals.models.versions import versions
from appeals.rules.words import Role
from appeals.web.access import actor, only
from appeals.web.admin import descriptions
from appeals.web.admin.desk import admin, both, counter, number
from appeals.web.forms.admin import DecisionForm

director = only(Role.DIRECTOR)


@counter.get("/changes")
@both
def changes() -> str:
    """What waits, oldest first; below it what was decided, the latest first."""
    before = number(request.args.get("before")) or None
    past = registers.decided(before, registers.PAGE + 1)
    following = url_for("admin.changes", before=past[-2].id) if len(past) > registers.PAGE else ""
    past, waiting = past[: registers.PAGE], registers.pending()
    names = registers.people([i for change in (*past, *waiting) for i in (change.proposed_by, change.decided_by)])
    return render_template(
        "admin/changes.html", waiting=waiting, past=past, names=names, kinds=deeds.KINDS, following=following,
        summary=descriptions.summary, versions=versions(session()), is_outdated=deeds.is_outdated,
    )  # fmt: skip


@counter.get("/changes/<int:change_id>")
@both
def change(change_id: int) -> str:
    """One change: what it replaces, by what, and why."""
    return _page(_change_or_404(change_id), DecisionForm(formdata=None))


@counter.post("/changes/<int:change_id>/decide")
@director
def decide(change_id: int) -> Any:
    """Confirm, which applies it at once, or refuse with a remark."""
    known, form = _change_or_404(change_id), DecisionForm()
    confirm = request.form.get("decision") == "confirm"
    if form.validate():
        try:
            made = deeds.decide(change_id, confirm=confirm, remark=form.remark.data, by=actor(), at=clock.now())
        except Refused as refused:
            form.tell(refused.errors)
        else:
            said = "请领取一次性密码的后半段。" if known.kind == "accounts" else f"第{made}版自即刻起生效。"
            flash(f"已确认，{said}" if confirm else "已退回提出人，未作更改。", "ok")
            return redirect(url_for("admin.change", change_id=change_id), 303)
    return _page(known, form), 422


@counter.post("/changes/<int:change_id>/password")
@director
def draw(change_id: int) -> Any:
    """The confirmer's half of the one-time password, shown in this one answer."""
    known = _change_or_404(change_id)
    try:
        half = appointments.draw(change_id, by=actor(), at=clock.now())
    except Refused as refused:
        flash("；".join(refused.errors.values()), "bad")
        return redirect(url_for("admin.change", change_id=change_id), 303)
    return render_template("admin/half.html", login=known.payload["values"]["login"], half=half, change=change_id)


@counter.post("/changes/<int:change_id>/withdraw")
@admin
def withdraw(change_id: int) -> Any:
    """Take back an own proposal."""
    _change_or_404(change_id)
    try:
        deeds.withdraw(change_id, by=actor(), at=clock.now())
        flash("已撤回。", "ok")
    except Refused as refused:
        flash("；".join(refused.errors.values()), "bad")
    return redirect(url_for("admin.change", change_id=change_id), 303)


def _page(known: Change, form: DecisionForm) -> str:
    me = actor()
    return render_template(
        "admin/change.html", change=known, form=form, kind=deeds.KINDS[known.kind], me=me,
        half=appointments.half_of(known, me.user_id), to_draw=appointments.to_draw(known), own=deeds.concerns(known.payload, me),
        names=registers.people([known.proposed_by, known.decided_by]), described=descriptions.of(known),
        outdated=deeds.is_outdated(known, versions(session())),
    )  # fmt: skip


def _change_or_404(change_id: int) -> Change:
    found = session().get(Change, change_id, populate_existing=True) if change_id < MAX_ID else None
    return found or abort(404)
