"""Judging replies, calling back, rectification, withdrawals."""

from flask import request
from werkzeug.wrappers import Response

from appeals.actions import closing, ending, rectifying
from appeals.models.appeal import Appeal
from appeals.rules.words import Role
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import READERS, SECOND, WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import coordination as forms
from appeals.web.forms.staff import SeenForm

Result = Response | tuple[str, int]


@counter.post("/<number>/approve")
@only(*WORKERS)
@with_appeal
def approve(appeal: Appeal) -> Result:
    """The reply stands: completed."""
    id_ = appeal.id
    return carry_out(
        appeal.number, SeenForm(), lambda: closing.approve(id_, **who()),
        done="已审核办结，请企业评价", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/send-back")
@only(*WORKERS, *SECOND)
@with_appeal
def send_back(appeal: Appeal) -> Result:
    """The reply does not stand."""
    form, id_ = forms.SendBackForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: closing.send_back(id_, reason=form.reason.data, **who()),
        done="已退回重办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/endorse")
@only(*WORKERS)
@with_appeal
def endorse(appeal: Appeal) -> Result:
    """The first of two signatures under an ending."""
    form, id_ = forms.EndorseForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: ending.endorse(id_, heard=form.heard.data, **who()),
        done="已同意终止，报第二人审签", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/end")
@only(*SECOND)
@with_appeal
def end(appeal: Appeal) -> Result:
    """The second signature."""
    id_ = appeal.id
    return carry_out(
        appeal.number, SeenForm(), lambda: ending.end(id_, **who()),
        done="已审签终止，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/call-back")
@only(*WORKERS)
@with_appeal
def call_back(appeal: Appeal) -> Result:
    """One call, and what the company said of the answer."""
    form, id_ = forms.CallBackForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: closing.call_back(
            id_, reached=form.reached.data == "yes", note=form.note.data or "", answer=form.answer(), **who()
        ),
        done="已记录回访", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/verify")
@only(*READERS)
@with_appeal
def verify(appeal: Appeal) -> Result:
    """The company was heard; the term is set."""
    form, id_ = forms.VerifyForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: rectifying.verify(id_, finding=form.finding.data, complex_=form.complex_.data == "yes", **who()),
        done="已核实，请单位整改", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/audit")
@only(*WORKERS, Role.LEADER)
@with_appeal
def audit(appeal: Appeal) -> Result:
    """The rectification stands."""
    id_ = appeal.id
    return carry_out(
        appeal.number, SeenForm(), lambda: rectifying.audit(id_, **who()),
        done="整改审核通过，请企业再次评价", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/reject")
@only(*WORKERS)
@with_appeal
def reject(appeal: Appeal) -> Result:
    """The rectification does not convince."""
    form, id_ = forms.RejectForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: rectifying.reject(id_, reason=form.reason.data, **who()),
        done="已退回继续整改", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/withdrawal")
@only(*WORKERS)
@with_appeal
def withdrawal(appeal: Appeal) -> Result:
    """The company, called, does or does not want to withdraw."""
    form, id_ = forms.WithdrawalForm(), appeal.id
    confirmed = request.form.get("step") == "confirm"
    deed = closing.confirm_withdrawal if confirmed else closing.refuse_withdrawal
    return carry_out(
        appeal.number, form, lambda: deed(id_, note=form.note.data, pressed=bool(form.pressed.data), **who()),
        done="已确认撤回" if confirmed else "企业不撤回，继续办理", page=show, back=back(appeal),
    )  # fmt: skip
