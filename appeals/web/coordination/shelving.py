"""Shelving at the deciders' desks: two signatures, the company's objection, renewal, the return (policy §4)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import objections, shelved, shelving
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import SECOND, WORKERS, back, counter
from appeals.web.coordination.dates import his_turn
from appeals.web.deeds import carry_out, who
from appeals.web.forms import dates as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/shelving-first")
@only(*WORKERS)
@with_appeal
def endorse_shelving(appeal: Appeal) -> Result:
    """The first signature."""
    form, id_ = forms.EndorseShelvingForm(), appeal.id

    def deed() -> object:
        return (shelving.endorse if form.granted else shelving.refuse)(id_, answer=form.answer.data or "", **who())

    return carry_out(appeal.number, form, deed, done="已签字", page=show, back=back(appeal))


@counter.post("/<number>/shelving-second")
@only(*SECOND)
@with_appeal
def shelve(appeal: Appeal) -> Result:
    """The second signature."""
    form, id_ = forms.ShelveForm(), appeal.id

    def deed() -> object:
        return (shelving.shelve if form.granted else shelving.refuse)(id_, answer=form.answer.data or "", **who())

    return carry_out(appeal.number, form, deed, done="已签字，并告知企业", page=show, back=back(appeal))


@counter.post("/<number>/objection")
@only(Role.LEADER)
@with_appeal
def decide_objection(appeal: Appeal) -> Result:
    """Whether the company is right."""
    form, id_ = forms.ObjectionForm(), appeal.id

    def deed() -> object:
        return (objections.uphold if form.granted else objections.reject)(id_, answer=form.answer.data, **who())

    return carry_out(appeal.number, form, deed, done="已裁定，并告知企业", page=show, back=back(appeal))


@counter.post("/<number>/renewal-decision")
@only(Role.LEADER)
@with_appeal
def decide_renewal(appeal: Appeal) -> Result:
    """Whether it may last longer."""
    form, id_ = forms.RenewalDecisionForm(), appeal.id

    def deed() -> object:
        return (shelved.renew if form.granted else shelved.refuse_renewal)(id_, answer=form.answer.data or "", **who())

    return carry_out(appeal.number, form, deed, done="已裁定，并告知企业", page=show, back=back(appeal))


@counter.post("/<number>/resume")
@only(*WORKERS, Role.LEADER)
@with_appeal
def resume(appeal: Appeal) -> Result:
    """It goes on."""
    form, id_ = forms.ResumeForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: shelved.resume(id_, reason=form.reason.data, **who()),
        done="已恢复办理，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    asked, objection = record.asked(Asked.SHELVING), record.asked(Asked.DISAGREEMENT)
    if asked is not None and his_turn(asked, by):
        yield from _signing(appeal, asked, by)
    if objection is not None and his_turn(objection, by) and appeal.may(Move.UPHOLD_DISAGREEMENT, by):
        form = forms.blank(forms.ObjectionForm)
        effect = "成立的，立即恢复办理" if appeal.state == State.SHELVED else "裁定前不得签批挂账"
        form.hint = f"企业认为：{objection.reason}。{filters.moment(objection.due_at)}前裁定；{effect}。"
        yield form
    renewal = record.asked(Asked.RENEWAL)
    if renewal is not None and his_turn(renewal, by) and appeal.may(Move.RENEW_SHELVING, by):
        renewing = forms.blank(forms.RenewalDecisionForm)
        renewing.hint = f"申请延续到{filters.moment(renewal.until_at)}；只能续期一次。不同意的，到期自动恢复办理。"
        yield renewing
    if appeal.may(Move.RESUME, by):
        resuming = forms.blank(forms.ResumeForm)
        least = settings.limits(appeal.settings_version).restored_minimum
        resuming.hint = f"恢复后，答复时限和单位时限按挂账时剩余的工作日继续计算，至少{least}个工作日。"
        yield resuming


def _signing(appeal: Appeal, asked: Request, by: Actor) -> Iterable[CaseForm]:
    kind: type[forms.DecisionForm] = forms.EndorseShelvingForm if asked.signed_at is None else forms.ShelveForm
    if not appeal.may(Move.ENDORSE_SHELVING if asked.signed_at is None else Move.SHELVE, by):
        return
    form = forms.blank(kind)
    if trouble := shelving.unsignable(appeal, clock.now()):
        yield form.only_no(trouble + "。")
        return
    said = asked.detail
    until = f"到{filters.moment(asked.until_at)}" if asked.until_at else f"到“{said.get('event')}”"
    form.hint = (
        f"以“{asked.reason_label}”为由申请挂账{until}；责任人{said.get('person')}；计划：{said.get('plan')}。"
        f"须在答复时限{filters.moment(appeal.due_at)}前完成两人审签，之后不能再同意。"
    )
    yield form
