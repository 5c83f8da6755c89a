"""The office ends early, finds a demand unreasonable, and looks again at what it refused or ended (policy §2, §3, §9)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import early_ending, reviews, unreasonable
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import BESIDE, Asked
from appeals.rules.words import Role
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import SECOND, WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import endings as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/propose-ending")
@only(*WORKERS)
@with_appeal
def propose_ending(appeal: Appeal) -> Result:
    """The first signature; the company is told now."""
    form, id_ = forms.EndingForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: early_ending.propose(
            id_, ground=form.ground.data or "", reason=form.reason.data, route=form.route.data or "", **who()
        ),
        done="已提请终止，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/ending-decision")
@only(*SECOND)
@with_appeal
def decide_ending(appeal: Appeal) -> Result:
    """The second signature."""
    form, id_ = forms.EndingDecision(), appeal.id

    def deed() -> object:
        said = who()
        return early_ending.confirm(id_, **said) if form.granted else early_ending.refuse(id_, reason=form.reason.data, **said)

    return carry_out(appeal.number, form, deed, done="已签署，并告知企业", page=show, back=back(appeal))


@counter.post("/<number>/warn")
@only(*WORKERS)
@with_appeal
def warn(appeal: Appeal) -> Result:
    """A call about what is still needed."""
    form, id_ = forms.WarnForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: early_ending.warn(id_, note=form.note.data, reached=form.reached.data == "yes", **who()),
        done="已记录通话", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/unreasonable")
@only(*WORKERS)
@with_appeal
def propose_unreasonable(appeal: Appeal) -> Result:
    """The first signature."""
    form, id_ = forms.UnreasonableForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: unreasonable.propose(id_, reason=form.reason.data, basis=form.basis.data, **who()),
        done="已提请认定，报第二人审签", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/unreasonable-decision")
@only(*SECOND)
@with_appeal
def decide_unreasonable(appeal: Appeal) -> Result:
    """The second signature."""
    form, id_ = forms.UnreasonableDecision(), appeal.id

    def deed() -> object:
        said = who()
        return unreasonable.confirm(id_, **said) if form.granted else unreasonable.refuse(id_, reason=form.reason.data, **said)

    return carry_out(appeal.number, form, deed, done="已签署", page=show, back=back(appeal))


@counter.post("/<number>/review")
@only(*WORKERS, *SECOND)
@with_appeal
def decide_review(appeal: Appeal) -> Result:
    """Whether the company was right."""
    form, id_ = forms.ReviewDecision(), appeal.id

    def deed() -> object:
        verdict = reviews.uphold if form.decision.data == forms.GRANT else reviews.reject
        return verdict(id_, reason=form.reason.data, **who())

    return carry_out(appeal.number, form, deed, done="已作出复核决定，并告知企业", page=show, back=back(appeal))


def his_turn(row: Request | None, by: Actor) -> bool:
    """Whether this request waits for this very person, who has not signed it before."""
    if row is None or by.user_id in (row.prepared_by_id, row.asked_by_id, row.signed_by_id):
        return False
    return row.waits_for == by.role or (row.kind == Asked.REVIEW and BESIDE.get(Role(row.waits_for)) is by.role)


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    ending, far = record.asked(Asked.ENDING), record.asked(Asked.UNREASONABLE)
    review = record.asked(Asked.REVIEW)
    reviewing = review is not None and his_turn(review, by) and appeal.may(Move.UPHOLD_REVIEW, by)
    if reviewing and by.user_id not in reviews.signers(appeal):
        yield forms.ReviewDecision.blank()
    if ending is not None and his_turn(ending, by) and appeal.may(Move.CONFIRM_ENDING, by):
        yield _second(ending)
    if far is not None and his_turn(far, by) and appeal.may(Move.CONFIRM_UNREASONABLE, by):
        yield forms.UnreasonableDecision.blank()
    if appeal.may(Move.CALL_WARN, by) and early_ending.lapse_among(p.event for p in record.history):
        yield forms.WarnForm.blank()
    if ending is None and appeal.may(Move.PROPOSE_ENDING, by):
        yield forms.EndingForm.blank()
    if far is None and unreasonable.may_be(appeal) and appeal.may(Move.PROPOSE_UNREASONABLE, by):
        yield forms.UnreasonableForm.blank()


def _second(ending: Request) -> CaseForm:
    """The second signature, and from when it may be given."""
    form, earliest = forms.EndingDecision.blank(), early_ending.bites_from(ending)
    if clock.now() < earliest:
        form.hint = f"提出当日企业仍可回应，{filters.moment(earliest)}起才能同意；不同意的现在就可以签署。"
    return form
