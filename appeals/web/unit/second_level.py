"""The lead hands on inside its own tree; the second level reports to it (policy §5)."""

from collections.abc import Iterable

from flask import abort
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import second_level
from appeals.db import MAX_ID
from appeals.models import calendar, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.records import Record
from appeals.rules import second_level as rule
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import Role
from appeals.web import access, cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import second_level as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.forms.supports import of_unit
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]


@counter.post("/<number>/hand-on")
@only(Role.HEAD)
@with_appeal
def hand_on(appeal: Appeal) -> Result:
    """A unit below does it."""
    form, id_ = forms.HandOnForm(below=_below(appeal, _lead(appeal, access.actor()))), appeal.id
    return carry_out(
        appeal.number, form, lambda: second_level.hand_on(id_, unit_id=form.unit_id, task=form.task.data, **who()),
        done="已分办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/take-back/<int:assignment_id>")
@only(Role.HEAD)
@with_appeal
def take_back(appeal: Appeal, assignment_id: int) -> Result:
    """The lead does it itself after all."""
    if assignment_id > MAX_ID:
        abort(404)
    form, id_ = of_unit(forms.TakeBackForm, "take-back", assignment_id)(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: second_level.take_back(id_, assignment_id=assignment_id, reason=form.reason.data, **who()),
        done="已收回", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/sub-report")
@only(*WORKERS)
@with_appeal
def sub_report(appeal: Appeal) -> Result:
    """What the second level did."""
    form, id_ = forms.SubReportForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: second_level.report(id_, report=form.report.data, **who()),
        done="已反馈主办单位", page=show, back=back(appeal),
    )  # fmt: skip


def _lead(appeal: Appeal, by: Actor) -> Assignment | None:
    lead = appeal.lead
    return lead if lead is not None and lead.unit_id in by.unit_ids else None


def _below(appeal: Appeal, lead: Assignment | None) -> list[tuple[str, str]]:
    nodes = tree.current().nodes
    return [(str(i), nodes[i].name) for i in second_level.below(appeal, lead)] if lead is not None else []


@cases.offered_at("unit")
def _offer(appeal: Appeal, _record: Record, by: Actor) -> Iterable[CaseForm]:
    if any(a.replied_at is None for a in second_level.own(appeal, by)) and appeal.may(Move.SUB_REPORT, by):
        yield _case(forms.SubReportForm.blank())
    lead = _lead(appeal, by)
    if lead is None:
        return
    if appeal.may(Move.HAND_ON, by) and not second_level.closed(appeal, lead, clock.now()):
        yield from _hand_on_form(appeal, lead)
    if appeal.may(Move.TAKE_BACK, by):
        for sub in second_level.subs(appeal, lead):
            if sub.replied_at is None:
                yield of_unit(forms.TakeBackForm, "take-back", sub.id, f"收回二级分办：{sub.unit.name}").blank()


def _hand_on_form(appeal: Appeal, lead: Assignment) -> Iterable[CaseForm]:
    if not (below := _below(appeal, lead)):
        return
    form = _case(forms.HandOnForm.blank(below=below))
    until = filters.moment(second_level.until(appeal, lead))
    due = filters.moment(rule.limit(lead.due_at, calendar.current()))
    form.hint = f"须在 {until} 前分办；下级时限 {due}，本单位对外的时限不变，统计只计一次。"
    yield form


def _case(form: object) -> CaseForm:
    assert isinstance(form, CaseForm)
    return form
