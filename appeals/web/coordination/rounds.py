"""Reviews of ratings, lawful refusals, the third round and the end of all rounds: who decides them (policy §6)."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Response

from appeals.actions import closing_rounds, lawful, rating_review, rectifying
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role
from appeals.web import cases
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import READERS, SECOND, WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import rounds as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


def _done(appeal: Appeal, form: CaseForm, deed: Callable[..., object], said: str, **words: str) -> Result:
    """Carry out a deed whose arguments are the named fields of the form."""
    id_ = appeal.id
    return carry_out(
        appeal.number, form, lambda: deed(id_, **{name: form[field].data for name, field in words.items()}, **who()),
        done=said, page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/rating-review/endorse")
@only(*WORKERS)
@with_appeal
def endorse_rating_review(appeal: Appeal) -> Result:
    """The first signature."""
    return _done(appeal, forms.EndorseReviewForm(), rating_review.endorse, "已同意，报第二人审签", answer="answer")


@counter.post("/<number>/rating-review/uphold")
@only(*SECOND)
@with_appeal
def uphold_rating_review(appeal: Appeal) -> Result:
    """The second."""
    return _done(appeal, forms.UpholdReviewForm(), rating_review.uphold, "已审签，该次评价不计入统计", answer="answer")


@counter.post("/<number>/rating-review/reject")
@only(*READERS)
@with_appeal
def reject_rating_review(appeal: Appeal) -> Result:
    """The rating counts as before."""
    return _done(appeal, forms.RejectReviewForm(), rating_review.reject, "已决定不同意，并告知单位", reason="reason")


@counter.post("/<number>/explained/confirm")
@only(*WORKERS)
@with_appeal
def confirm_explained(appeal: Appeal) -> Result:
    """The basis holds."""
    return _done(appeal, forms.ConfirmExplainedForm(), lawful.confirm, "已核定，并告知企业", answer="answer")


@counter.post("/<number>/explained/refuse")
@only(*WORKERS)
@with_appeal
def refuse_explained(appeal: Appeal) -> Result:
    """It does not."""
    return _done(appeal, forms.RefuseExplainedForm(), lawful.refuse, "不予核定，继续整改", reason="reason")


@counter.post("/<number>/reject-third")
@only(Role.LEADER)
@with_appeal
def reject_third(appeal: Appeal) -> Result:
    """A leader sends it back."""
    return _done(appeal, forms.RejectThirdForm(), rectifying.reject, "已退回继续整改", reason="reason")


@counter.post("/<number>/closing/propose")
@only(Role.DIRECTOR, Role.RECUSAL)
@with_appeal
def propose_closing(appeal: Appeal) -> Result:
    """After three rounds."""
    return _done(appeal, forms.ProposeClosingForm(), closing_rounds.propose, "已提请管委会领导审签", reason="reason")


@counter.post("/<number>/closing/close")
@only(Role.LEADER)
@with_appeal
def close_rounds(appeal: Appeal) -> Result:
    """A leader signs."""
    return _done(appeal, forms.CloseForm(), closing_rounds.close, "已审签办结，理由已向企业公开", answer="answer")


@counter.post("/<number>/closing/refuse")
@only(Role.LEADER)
@with_appeal
def refuse_closing(appeal: Appeal) -> Result:
    """A leader orders another report."""
    return _done(appeal, forms.RefuseClosingForm(), closing_rounds.refuse, "不同意办结，继续整改", order="order")


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    yield from _review(appeal, record, by)
    if _waits(appeal, record, Asked.EXPLAINED, Move.CONFIRM_EXPLAINED, by):
        yield forms.ConfirmExplainedForm.blank()
        yield forms.RefuseExplainedForm.blank()
    if appeal.may(Move.AUDIT_THIRD, by) and _third(appeal, record):
        yield forms.AuditThirdForm.blank()
        yield forms.RejectThirdForm.blank()
    if appeal.may(Move.PROPOSE_CLOSING, by) and not record.asked(Asked.CLOSING) and closing_rounds.may_be_proposed(appeal):
        yield forms.ProposeClosingForm.blank()
    if _waits(appeal, record, Asked.CLOSING, Move.CLOSE, by):
        yield forms.CloseForm.blank()
        yield forms.RefuseClosingForm.blank()


def _third(appeal: Appeal, record: Record) -> bool:
    """Whether the report of a third or later round waits."""
    row = record.rectification
    waits = row is not None and row.runs and row.reported_at is not None and row.explained_on is None
    return waits and rectifying.auditor(appeal) is Role.LEADER


def _review(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    row = record.asked(Asked.RATING_REVIEW)
    move = Move.ENDORSE_RATING_REVIEW if row is not None and row.signed_at is None else Move.UPHOLD_RATING_REVIEW
    if not _waits(appeal, record, Asked.RATING_REVIEW, move, by):
        return
    yield (forms.EndorseReviewForm if move is Move.ENDORSE_RATING_REVIEW else forms.UpholdReviewForm).blank()
    yield forms.RejectReviewForm.blank()


def _waits(appeal: Appeal, record: Record, kind: Asked, move: Move, by: Actor) -> bool:
    """Whether such a request waits for this very person."""
    row: Any = record.asked(kind)
    signed = {row.asked_by_id, row.signed_by_id, row.prepared_by_id} if row is not None else set()
    return row is not None and row.waits_for == by.role and by.user_id not in signed and appeal.may(move, by)
