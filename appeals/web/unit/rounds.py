"""What a unit does about a poor rating: ask for a review, plan, explain (policy §6)."""

from collections.abc import Iterable

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import lawful, rating_review, rectifying
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Outcome, Role
from appeals.web import cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import rounds as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]


@counter.post("/<number>/rating-review")
@only(*WORKERS)
@with_appeal
def ask_rating_review(appeal: Appeal) -> Result:
    """This rating should not count."""
    form, id_ = forms.AskReviewForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: rating_review.ask(
            id_, reason_code=form.reason_code.data or "", reason=form.reason.data, evidence=form.evidence.data, **who()
        ),
        done="已提出评价复核申请", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/rectify-plan")
@only(*WORKERS)
@with_appeal
def plan_rectification(appeal: Appeal) -> Result:
    """How it is put right."""
    form, id_ = forms.PlanForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: rectifying.plan(id_, plan=form.plan.data, **who()),
        done="已保存整改方案", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/explain")
@only(Role.HEAD)
@with_appeal
def explain_lawful(appeal: Appeal) -> Result:
    """The head explained a lawful refusal."""
    form, id_ = forms.ExplainForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: lawful.explain(id_, on=form.on.data, explained=form.explained.data, basis=form.basis.data, **who()),
        done="已报送，等待核定依据", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("unit")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    lead = appeal.lead
    if lead is None or not lead.holds or lead.unit_id not in by.unit_ids:
        return
    yield from _rectifying(appeal, record, by)
    yield from _review(appeal, record, by)


def _rectifying(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    row = record.rectification
    if row is None or not row.runs or row.verified_at is None or row.reported_at is not None:
        return
    if appeal.may(Move.PLAN_RECTIFICATION, by):
        plan = forms.PlanForm.blank(plan=row.plan)
        plan.unfolded, plan.style = not row.plan, "plain" if row.plan else "primary"
        plan.hint = f"企业会看到方案。整改情况须在 {filters.moment(row.due_at)} 前由负责人报送，时限以报送为准。"
        yield plan
    if appeal.may(Move.EXPLAIN_LAWFUL, by) and appeal.outcome == Outcome.EXPLAINED:
        yield forms.ExplainForm.blank()


def _review(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    move = Move.ASK_RATING_REVIEW if by.role is Role.HEAD else Move.PREPARE_REQUEST
    if not record.ratings or record.asked(Asked.RATING_REVIEW) or not appeal.may(move, by):
        return
    found = rating_review.reviewable(appeal, clock.now())
    if found is None:
        return
    ready, head = record.prepared(Asked.RATING_REVIEW), by.role is Role.HEAD
    values = {"reason_code": ready.reason_code, "reason": ready.reason, "evidence": ready.basis} if ready else {}
    form = forms.AskReviewForm.blank(**values)
    form.unfolded = head and ready is not None
    form.button = "签发，报营商办复核" if head else "提交负责人签发"
    form.hint = (
        f"{filters.moment(found[1])} 前由负责人提出，单位以外两人先后审签，五个工作日内决定；决定之前该次评价照常计入。"
        "任何人不得要求企业修改评价。"
    )
    yield form
