"""The tree of units: shown, and proposed anew (policy §1)."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import abort, render_template

from appeals.actions import units as deeds
from appeals.db import MAX_ID, session
from appeals.models import registers
from appeals.models.people import Unit
from appeals.web.admin.desk import admin, both, counter, hand_in
from appeals.web.forms.admin import UnitForm


@counter.get("/units")
@both
def units() -> str:
    """Every unit below the one above it."""
    return render_template("admin/units.html", rows=list(_branches(registers.units(), None, 0)))


@counter.route("/units/new", methods=["GET", "POST"])
@admin
def new_unit() -> Any:
    """Propose a unit that is not there yet."""
    form = UnitForm(data={"active": True})
    if form.validate_on_submit() and (done := _propose(form, None)):
        return done
    return render_template("admin/unit.html", form=form, unit=None), 422 if form.errors else 200


@counter.route("/units/<int:unit_id>", methods=["GET", "POST"])
@admin
def unit(unit_id: int) -> Any:
    """Propose another name, place, telephone or end of a unit."""
    known = session().get(Unit, unit_id) if unit_id < MAX_ID else None
    if known is None:
        abort(404)
    start = deeds.plain(known)
    form = UnitForm(data=start | {"parent_id": str(known.parent_id or ""), "territory": known.territory or ""})
    if form.validate_on_submit() and (done := _propose(form, unit_id)):
        return done
    return render_template("admin/unit.html", form=form, unit=known), 422 if form.errors else 200


def _propose(form: UnitForm, unit_id: int | None) -> Any:
    payload = {"units": [{"id": unit_id, "values": form.values()}]}
    return hand_in(form, "units", payload, form.reason.data)


def _branches(units: Sequence[Unit], parent_id: int | None, depth: int) -> Iterator[tuple[int, Unit]]:
    """Each unit with its depth, children right below their parent."""
    for each in units:
        if each.parent_id == parent_id:
            yield depth, each
            yield from _branches(units, each.id, depth + 1)
