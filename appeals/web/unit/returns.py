"""What a unit does to be rid of an appeal that is not its own, and what it still owes afterwards (policy §5)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import first_receiver, returns
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import returns as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]


@counter.post("/<number>/return")
@only(*WORKERS)
@with_appeal
def ask_return(appeal: Appeal) -> Result:
    """It is not ours."""
    form, id_ = forms.ReturnForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: returns.ask(
            id_, reason_code=form.reason_code.data or "", basis=form.basis.data or "", reason=form.reason.data or "",
            unit_id=form.unit_id, **who(),
        ),
        done="已提出退单申请", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/answer-question")
@only(*WORKERS)
@with_appeal
def answer_question(appeal: Appeal) -> Result:
    """The company asked whoever had it."""
    form, id_ = forms.AnswerForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: first_receiver.answer(id_, channel=form.channel.data or "", note=form.note.data, **who()),
        done="已记录答复", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("unit")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    former = first_receiver.of(appeal)
    if former is not None and former.unit_id in by.unit_ids and appeal.may(Move.ANSWER_QUESTION, by):
        yield _blank(forms.AnswerForm.blank(channel="platform" if appeal.hide_contact else None))
    lead = appeal.lead
    if appeal.state != State.DISPATCHED or lead is None or lead.unit_id not in by.unit_ids or record.asked(Asked.RETURN):
        return
    move = Move.ASK_RETURN if by.role is Role.HEAD else Move.PREPARE_REQUEST
    if appeal.may(move, by) and not returns.closed(appeal, lead, clock.now()):
        yield _return_form(appeal, record.prepared(Asked.RETURN), by)


def _return_form(appeal: Appeal, ready: Request | None, by: Actor) -> CaseForm:
    values = {}
    if ready is not None:
        values = {
            "reason_code": ready.reason_code, "basis": ready.basis, "unit": str(ready.unit_id or ""),
            "reason": ready.reason,
        }  # fmt: skip
    form = _blank(forms.ReturnForm.blank(**values))
    head = by.role is Role.HEAD
    form.button = "签发，报营商办裁定" if head else "提交负责人签发"
    form.unfolded = head and ready is not None
    lead = appeal.lead
    assert lead is not None
    until = filters.moment(returns.until(appeal, lead))
    form.hint = (
        f"须在签收之前、{until}前由负责人签发，营商办一个工作日内裁定，裁定前不视同签收。"
        "不同意的，申请时刻视为签收，办理时限不变；第三次申请由会商确定。"
    )
    return form


def _blank(form: object) -> CaseForm:
    assert isinstance(form, CaseForm)
    return form
