"""A unit asks for a supporting unit, or to be excused from supporting (policy §5)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals.actions import supports
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State
from appeals.web import cases
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import supports as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]


@counter.post("/<number>/ask-support")
@only(*WORKERS)
@with_appeal
def ask_support(appeal: Appeal) -> Result:
    """The lead needs another unit."""
    form, id_ = forms.AskSupportForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: supports.ask(id_, unit_id=form.unit_id, reason=form.reason.data, **who()),
        done="已申请增加协办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/ask-excuse")
@only(*WORKERS)
@with_appeal
def ask_excuse(appeal: Appeal) -> Result:
    """The supporting unit is not needed."""
    form, id_ = forms.AskExcuseForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: supports.ask_excuse(id_, reason=form.reason.data, **who()),
        done="已申请免除协办", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("unit")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    lead, head = appeal.lead, by.role is Role.HEAD
    leads = lead is not None and lead.unit_id in by.unit_ids
    if leads and appeal.state == State.IN_HAND and record.asked(Asked.SUPPORT) is None and _may(appeal, by, Move.ASK_SUPPORT):
        ready = record.prepared(Asked.SUPPORT)
        values = {"unit": str(ready.unit_id or ""), "reason": ready.reason} if ready else {}
        yield _form(forms.AskSupportForm, values, head, ready is not None)
    mine = next((a for a in appeal.supports if a.unit_id in by.unit_ids and a.replied_at is None), None)
    asked = mine is not None and any(
        r.kind == Asked.EXCUSE and r.assignment_id == mine.id and r.asked_at and not r.decided_at for r in record.requests
    )
    if mine is not None and not asked and _may(appeal, by, Move.ASK_EXCUSE):
        ready = record.prepared(Asked.EXCUSE)
        ready = ready if ready is not None and ready.assignment_id == mine.id else None
        yield _form(forms.AskExcuseForm, {"reason": ready.reason} if ready else {}, head, ready is not None)


def _may(appeal: Appeal, by: Actor, move: Move) -> bool:
    return appeal.may(move if by.role is Role.HEAD else Move.PREPARE_REQUEST, by)


def _form(kind: type[CaseForm], values: dict[str, str], head: bool, ready: bool) -> CaseForm:
    form = kind.blank(**values)
    assert isinstance(form, CaseForm)
    form.button = "签发，报营商办裁定" if head else "提交负责人签发"
    form.unfolded = head and ready
    return form
