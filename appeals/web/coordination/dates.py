"""Whether a unit gets more time, and whether the company is asked for something (policy §3, §4)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import cooperation, extensions
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role
from appeals.rules.workdays import day_of
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import dates as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/extension-decision")
@only(*WORKERS, Role.LEADER)
@with_appeal
def decide_extension(appeal: Appeal) -> Result:
    """More time, less than asked for, or none."""
    form, id_ = forms.ExtensionDecisionForm(), appeal.id

    def deed() -> object:
        if form.granted:
            return extensions.grant(id_, until_on=form.until.data, answer=form.answer.data or "", **who())
        return extensions.refuse(id_, answer=form.answer.data or "", **who())

    return carry_out(appeal.number, form, deed, done="已裁定，并告知企业", page=show, back=back(appeal))


@counter.post("/<number>/cooperation-decision")
@only(*WORKERS)
@with_appeal
def decide_cooperation(appeal: Appeal) -> Result:
    """Whether the company is asked."""
    form, id_ = forms.CooperationDecisionForm(), appeal.id

    def deed() -> object:
        verdict = cooperation.grant if form.granted else cooperation.refuse
        return verdict(id_, answer=form.answer.data or "", **who())

    return carry_out(appeal.number, form, deed, done="已裁定", page=show, back=back(appeal))


def his_turn(row: Request | None, by: Actor) -> bool:
    """Whether this request waits for this very person, who has not signed it before."""
    return (
        row is not None and row.waits_for == by.role
        and by.user_id not in (row.prepared_by_id, row.asked_by_id, row.signed_by_id)
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    asked = record.asked(Asked.EXTENSION)
    second = asked is not None and asked.waits_for == Role.LEADER
    move = Move.GRANT_SECOND_EXTENSION if second else Move.GRANT_EXTENSION
    if asked is not None and his_turn(asked, by) and appeal.may(move, by):
        yield _extension(appeal, asked)
    asked = record.asked(Asked.COOPERATION)
    if asked is not None and his_turn(asked, by) and appeal.may(Move.GRANT_COOPERATION, by):
        yield _cooperation(asked)


def _extension(appeal: Appeal, asked: Request) -> CaseForm:
    assert asked.until_at is not None
    form = forms.blank(forms.ExtensionDecisionForm, until=day_of(asked.until_at))
    if trouble := extensions.ungrantable(appeal, clock.now()):
        del form.until
        return form.only_no(trouble + "。")
    form.hint = (
        f"申请把答复时限从{filters.moment(appeal.due_at)}延长到{filters.moment(asked.until_at)}。"
        f"{filters.moment(asked.due_at)}前裁定，超过的工作日还给承办单位并计入裁定方。"
    )
    return form


def _cooperation(asked: Request) -> CaseForm:
    form = forms.blank(forms.CooperationDecisionForm)
    form.hint = (
        f"同意后企业即看到所列材料，有{asked.detail.get('days')}个工作日提供；这段时间加到承办单位时限，"
        f"对企业的答复时限不变。{filters.moment(asked.due_at)}前裁定。"
    )
    return form
