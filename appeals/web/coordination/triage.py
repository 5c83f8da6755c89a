"""Taking an appeal in: accept, ask to supplement, decline, pass on."""

from werkzeug.wrappers import Response

from appeals.actions import triage
from appeals.models.appeal import Appeal
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import coordination as forms

Result = Response | tuple[str, int]


@counter.post("/<number>/accept")
@only(*WORKERS)
@with_appeal
def accept(appeal: Appeal) -> Result:
    """The identity is confirmed; the promise runs."""
    form, id_ = forms.AcceptForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: triage.accept(id_, identity=form.identity.data, **who()),
        done="已受理，请交办", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/supplement")
@only(*WORKERS)
@with_appeal
def ask_supplement(appeal: Appeal) -> Result:
    """Everything that is missing, at once."""
    form, id_ = forms.SupplementForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: triage.ask_supplement(id_, items=form.items.data, **who()),
        done="已请企业补充", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/supplement-call")
@only(*WORKERS)
@with_appeal
def supplement_call(appeal: Appeal) -> Result:
    """A call about what is missing."""
    form, id_ = forms.SupplementCallForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: triage.log_supplement_call(
            id_, note=form.note.data, reached=form.reached.data == "yes", **who()
        ),
        done="已记录通话", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/decline")
@only(*WORKERS)
@with_appeal
def decline(appeal: Appeal) -> Result:
    """Not accepted, and where to go instead."""
    form, id_ = forms.DeclineForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: triage.decline(id_, code=form.code.data, reason=form.reason.data, **who()),
        done="已作不予受理处理，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/pass-on")
@only(*WORKERS)
@with_appeal
def pass_on(appeal: Appeal) -> Result:
    """To a statutory channel."""
    form, id_ = forms.PassOnForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: triage.pass_on(id_, to=form.to.data, reason=form.reason.data, **who()),
        done="已转专门渠道，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip
