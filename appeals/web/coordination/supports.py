"""The office adds supporting units, refuses them, excuses them (policy §5)."""

from collections.abc import Iterable

from flask import abort
from werkzeug.wrappers import Response

from appeals.actions import closing, supports
from appeals.db import MAX_ID
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.web import cases
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, back, counter
from appeals.web.coordination.returns import his_turn
from appeals.web.deeds import carry_out, who
from appeals.web.forms import supports as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/support-decision")
@only(*WORKERS)
@with_appeal
def decide_support(appeal: Appeal) -> Result:
    """The lead asked for another unit."""
    form, id_ = forms.SupportDecisionForm(), appeal.id
    deed = supports.grant if form.decision.data == "grant" else supports.refuse
    return carry_out(
        appeal.number, form, lambda: deed(id_, answer=form.answer.data or "", **who()),
        done="已裁定", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/add-support")
@only(*WORKERS)
@with_appeal
def add_support(appeal: Appeal) -> Result:
    """Nobody asked, and it is needed."""
    form, id_ = forms.AddSupportForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: supports.add(id_, unit_id=form.unit_id, reason=form.reason.data, **who()),
        done="已增加协办单位", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/excuse/<int:assignment_id>")
@only(*WORKERS)
@with_appeal
def excuse(appeal: Appeal, assignment_id: int) -> Result:
    """A supporting unit need not report."""
    form, id_ = _bound(forms.ExcuseForm, "excuse", assignment_id), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: closing.excuse_support(id_, assignment_id=assignment_id, reason=form.reason.data, **who()),
        done="已免除协办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/excuse-decision/<int:assignment_id>")
@only(*WORKERS)
@with_appeal
def decide_excuse(appeal: Appeal, assignment_id: int) -> Result:
    """A supporting unit asked to be excused."""
    form, id_ = _bound(forms.ExcuseDecisionForm, "excuse-decision", assignment_id), appeal.id

    def deed() -> object:
        if form.decision.data == "grant":
            return closing.excuse_support(id_, assignment_id=assignment_id, reason=form.answer.data, **who())
        return supports.refuse_excuse(id_, assignment_id=assignment_id, answer=form.answer.data, **who())

    return carry_out(appeal.number, form, deed, done="已裁定", page=show, back=back(appeal))


def _bound(kind: type[CaseForm], key: str, assignment_id: int) -> CaseForm:
    """The form of one unit as it was posted."""
    if assignment_id > MAX_ID:
        abort(404)
    form = forms.of_unit(kind, key, assignment_id)()
    assert isinstance(form, CaseForm)
    return form


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    asked = record.asked(Asked.SUPPORT)
    if asked is not None and asked.unit is not None and his_turn(asked, by) and appeal.may(Move.ADD_SUPPORT, by):
        form = forms.SupportDecisionForm.blank()
        assert isinstance(form, CaseForm)
        form.hint = f"主办单位申请由{asked.unit.name}协办：{asked.reason}"
        yield form
    for support in appeal.supports:
        if support.replied_at is None and appeal.may(Move.EXCUSE_SUPPORT, by):
            yield _of(support, record, by)
    if appeal.may(Move.ADD_SUPPORT, by):
        added = forms.AddSupportForm.blank()
        assert isinstance(added, CaseForm)
        yield added


def _of(support: Assignment, record: Record, by: Actor) -> CaseForm:
    """What may be done about one supporting unit: decide what it asks, else excuse it."""
    waiting = next(
        (r for r in record.requests
         if r.kind == Asked.EXCUSE and r.assignment_id == support.id and r.asked_at and not r.decided_at), None
    )  # fmt: skip
    name = support.unit.name
    if waiting is None or not his_turn(waiting, by):
        form = forms.of_unit(forms.ExcuseForm, "excuse", support.id, f"免除协办：{name}").blank()
    else:
        form = forms.of_unit(forms.ExcuseDecisionForm, "excuse-decision", support.id, f"裁定免除协办：{name}").blank()
        form.hint = f"{name}申请免除协办：{waiting.reason}"
    assert isinstance(form, CaseForm)
    return form
