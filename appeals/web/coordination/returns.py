"""The office decides returns, takes back a dispatch, and puts what goes round in circles before a conference (policy §5)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import conferences, requests, returns
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import OFFICE, Asked
from appeals.rules.words import Role, State
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import returns as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/return-decision")
@only(*WORKERS)
@with_appeal
def decide_return(appeal: Appeal) -> Result:
    """Whose it is, and whose fault."""
    form, id_ = forms.ReturnDecisionForm(), appeal.id

    def deed() -> object:
        said = {"answer": form.answer.data, **who()}
        if form.decision.data == "reject":
            return returns.reject(id_, **said)
        return returns.uphold(id_, fault=form.decision.data or "", **said)

    return carry_out(appeal.number, form, deed, done="已裁定", page=show, back=back(appeal))


@counter.post("/<number>/recall")
@only(*WORKERS)
@with_appeal
def recall(appeal: Appeal) -> Result:
    """It went to the wrong place."""
    form, id_ = forms.RecallForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: returns.recall(id_, reason=form.reason.data, **who()),
        done="已撤回，请重新交办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/call-conference")
@only(*WORKERS)
@with_appeal
def call_conference(appeal: Appeal) -> Result:
    """It goes round in circles."""
    form, id_ = forms.CallConferenceForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: conferences.call(id_, reason=form.reason.data, **who()),
        done="已提请会商", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/conference")
@only(Role.DIRECTOR, Role.RECUSAL)
@with_appeal
def settle_conference(appeal: Appeal) -> Result:
    """Who leads, who supports, and that is that."""
    form, id_ = forms.ConferenceForm(), appeal.id
    if not requests.undecided(appeal, Asked.RETURN):
        form.without_fault()
    return carry_out(
        appeal.number, form,
        lambda: conferences.settle(
            id_, lead_unit_id=form.lead_id, support_unit_ids=form.support_ids, fault=form.fault_code,
            answer=form.answer.data, **who(),
        ),
        done="已确定承办单位", page=show, back=back(appeal),
    )  # fmt: skip


def his_turn(row: Request | None, by: Actor) -> bool:
    """Whether this request waits for this very person."""
    return (
        row is not None and row.waits_for == by.role
        and by.user_id not in (row.prepared_by_id, row.asked_by_id, row.signed_by_id)
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    asked, conference = record.asked(Asked.RETURN), record.asked(Asked.CONFERENCE)
    if his_turn(asked, by) and asked is not None and appeal.may(Move.UPHOLD_RETURN, by):
        yield _decision(asked)
    if his_turn(conference, by) and appeal.may(Move.CONFERENCE, by):
        yield _conference(appeal, asked)
    lead = appeal.lead
    if lead is not None and asked is None and appeal.may(Move.RECALL, by) and clock.now() <= lead.ack_due_at:
        yield _case(forms.RecallForm.blank())
    if conference is None and appeal.may(Move.CALL_CONFERENCE, by):
        yield _case(forms.CallConferenceForm.blank())


def _decision(asked: Request) -> CaseForm:
    form = _case(forms.ReturnDecisionForm.blank())
    unit = asked.asking_unit.name if asked.asking_unit else ""
    proposed = f"，建议由{asked.unit.name}承办" if asked.unit else ""
    form.hint = f"{unit}以“{asked.reason_label}”为由申请退单{proposed}；{filters.moment(asked.due_at)}前裁定，裁定即生效。"
    return form


def _conference(appeal: Appeal, asked: Request | None) -> CaseForm:
    lead = appeal.lead
    proposed = asked.unit_id if asked is not None else lead.unit_id if lead is not None else None
    form = forms.ConferenceForm.blank(
        lead=str(proposed or ""), supports=[str(a.unit_id) for a in appeal.supports], fault=OFFICE if asked else None
    )
    form.hint = "确定后即交该单位办理，不能再申请退单；仍由现主办单位办理的，其退单申请即不获同意，申请时刻视为签收。"
    assert isinstance(form, forms.ConferenceForm)
    return form if asked is not None and appeal.state == State.DISPATCHED else form.without_fault()


def _case(form: object) -> CaseForm:
    assert isinstance(form, CaseForm)
    return form
