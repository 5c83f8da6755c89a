"""The directory: who answers for what, filtered; an edit is a proposal (policy §5)."""

from datetime import timedelta
from typing import Any

from flask import abort, render_template, request, url_for

from appeals import clock
from appeals.db import MAX_ID, session
from appeals.models import registers, returns, versions
from appeals.models.directory import DirectoryRow
from appeals.rules import workdays
from appeals.web.admin.desk import admin, both, counter, hand_in, number
from appeals.web.forms.admin import CloseForm, DirectoryFilter, DirectoryForm


@counter.get("/directory")
@both
def directory() -> str:
    """Rows in force or to come; ended ones on request."""
    form = DirectoryFilter(formdata=request.args, meta={"csrf": False})
    after = number(request.args.get("after"))
    found = registers.directory(
        workdays.day_of(clock.now()), after_id=after, limit=registers.PAGE + 1, **form.wanted()
    )
    following = ""
    if len(found) > registers.PAGE:
        kept = {name: request.args[name] for name in ("section", "task", "territory", "closed") if request.args.get(name)}
        following = url_for("admin.directory", after=found[registers.PAGE - 1].id, **kept)
    areas = {(a.task, None if a.task else a.section): a.name for a in registers.areas()}
    return render_template(
        "admin/directory.html", form=form, rows=found[: registers.PAGE], areas=areas, following=following,
        version=versions.versions(session()).get("directory", 0), today=workdays.day_of(clock.now()),
        flagged=returns.flagged(clock.now()),
    )  # fmt: skip


@counter.route("/directory/new", methods=["GET", "POST"])
@admin
def new_row() -> Any:
    """Propose a row beside those there are."""
    form = DirectoryForm(data={"valid_from": str(_today())})
    if form.validate_on_submit():
        payload = {"close": [], "add": [form.values()]}
        if done := hand_in(form, "directory", payload, form.reason.data):
            return done
    return render_template("admin/row_new.html", form=form), 422 if form.errors else 200


@counter.route("/directory/<int:row_id>", methods=["GET", "POST"])
@admin
def row(row_id: int) -> Any:
    """Propose a row in this one's place: this ends the day before, the other begins."""
    known = _row_or_404(row_id)
    form, closing = DirectoryForm(data=_start(known)), CloseForm(formdata=None, data={"last_day": str(_today())})
    if form.validate_on_submit():
        begins = form.valid_from.day
        assert begins is not None
        payload = {
            "close": [{"id": row_id, "valid_to": str(begins - timedelta(1))}], "add": [form.values()],
        }  # fmt: skip
        if done := hand_in(form, "directory", payload, form.reason.data):
            return done
    return _row_page(known, form, closing), 422 if form.errors else 200


@counter.post("/directory/<int:row_id>/close")
@admin
def close_row(row_id: int) -> Any:
    """Propose the last day of a row that nothing replaces."""
    known = _row_or_404(row_id)
    form, closing = DirectoryForm(formdata=None, data=_start(known)), CloseForm()
    if closing.validate_on_submit():
        payload = {"close": [{"id": row_id, "valid_to": str(closing.last_day.day)}], "add": []}
        fields = {"reason": "close_reason", "lead": "last_day"}
        if done := hand_in(closing, "directory", payload, closing.close_reason.data, fields):
            return done
    return _row_page(known, form, closing), 422


def _row_page(known: DirectoryRow, form: DirectoryForm, closing: CloseForm) -> str:
    return render_template(
        "admin/row.html", row=known, form=form, closing=closing,
        ended=known.valid_to is not None and known.valid_to < _today(),
    )  # fmt: skip


def _start(known: DirectoryRow) -> dict[str, Any]:
    return {
        "area": f"s{known.section}" if known.task is None else f"t{known.task}", "territory": known.territory or "",
        "lead": known.lead, "supports": known.supports, "alternatives": known.alternatives, "basis": known.basis,
        "territorial_support": known.territorial_support, "power_level": known.power_level,
        "valid_from": str(_today()), "valid_to": str(known.valid_to or ""),
    }  # fmt: skip


def _row_or_404(row_id: int) -> DirectoryRow:
    found = session().get(DirectoryRow, row_id) if row_id < MAX_ID else None
    return found or abort(404)


def _today() -> Any:
    return workdays.day_of(clock.now())
