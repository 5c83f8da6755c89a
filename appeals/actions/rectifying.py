"""Putting right what a company was right to be angry about, up to three rounds (policy §6)."""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import duties, limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.rating import Rating, Rectification
from appeals.rules import answers, deadlines, facts, ratings, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import RatingSource, Role

RATED, REVIEWED, CLOSED = "rated", "reviewed", "closed"  # why one is broken off


def current(appeal: Appeal) -> Rectification | None:
    """The last rectification of the present round."""
    query = select(Rectification).where(
        Rectification.appeal_id == appeal.id, Rectification.round == appeal.round
    )
    return session().scalars(query.order_by(Rectification.id.desc())).first()


def present(appeal: Appeal) -> Rectification:
    """The one that is going on. Raises NotAllowed."""
    found = current(appeal)
    if found is None or not found.runs:
        raise NotAllowed("当前没有需要整改的评价")
    return found


def begin(appeal: Appeal, at: datetime) -> None:
    """A poor rating has to be verified within a working day."""
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    session().add(
        Rectification(appeal_id=appeal.id, round=appeal.round, opened_at=at,
                      verify_due_at=deadlines.after(at, numbers.rectify_verify, days))
    )  # fmt: skip


def break_off(appeal: Appeal, *, why: str, at: datetime) -> None:
    """It ends without an audit; before its limit it never came due. A report that waited has had its auditor's time."""
    row = current(appeal)
    if row is None or not row.runs:
        return
    row.ended_at, row.ended_why = at, why
    duties.done(appeal, facts.Duty.APPROVE, due_at=row.audit_due_at, by=Actor(auditor(appeal)), at=at)
    row.audit_due_at = None
    if appeal.lead is not None:
        appeal.lead.active = False


def auditor(appeal: Appeal) -> Role:
    """Who audits the report of this round: from the third on a leader (policy §6)."""
    return ratings.auditor(appeal.round, office=appeal.concerns_office)


def verify(
    appeal_id: int, *, finding: str, complex_: bool, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Somebody who had no part in it hears the company and sets the term, simple or complex, from this moment."""
    if text.is_visibly_empty(finding):
        raise Refused(finding="请写明核实的情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = present(appeal)
        if row.verified_at is not None:
            raise NotAllowed("这一轮已经核实")
        if by.user_id is not None and by.user_id in concerned(appeal):
            raise NotAllowed("审核通过答复、整改或电话登记评价的人，不能核实同一次评价，请由其他人核实")
        numbers = settings.limits(appeal.settings_version)
        row.verified_at, row.verified_by_id, row.complex = at, by.user_id, complex_
        row.finding = finding.strip()
        row.due_at = deadlines.after(
            at, numbers.rectify_complex if complex_ else numbers.rectify_simple, calendar.current()
        )
        lead = appeal.lead
        event = appeal.make(Move.VERIFY, by=by, at=at, complex=complex_, due_at=row.due_at.isoformat())
        if lead is not None:
            lead.active = True
            notices.tell_unit(appeal, event, lead.unit_id)
        notices.tell_company(appeal, event)
        return appeal


def concerned(appeal: Appeal) -> set[int]:
    """Who approved what was rated in this round, and who wrote the rating down: somebody else verifies it."""
    if appeal.round == 1:
        replies = appeal.lead.replies if appeal.lead else []
        found = {reply.judged_by_id for reply in replies if reply.approved}
    else:
        audited = select(Rectification.audited_by_id).where(
            Rectification.appeal_id == appeal.id, Rectification.round == appeal.round - 1
        )
        found = set(session().scalars(audited))
    by_call = select(Rating.by_id).where(
        Rating.appeal_id == appeal.id, Rating.round == appeal.round, Rating.source == RatingSource.CALL.value
    )
    return {person for person in found | set(session().scalars(by_call)) if person is not None}


def plan(appeal_id: int, *, plan: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """How the unit means to put it right; the company reads it. The first version's moment counts."""
    if problem := answers.text_problem(plan):
        raise Refused(plan=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _to_report(appeal)
        row.plan, row.planned_at = plan.strip(), row.planned_at or at
        event = appeal.make(Move.PLAN_RECTIFICATION, by=by, at=at, round=row.round)
        notices.tell_company(appeal, event)
        return appeal


def _to_report(appeal: Appeal) -> Rectification:
    row = present(appeal)
    if row.verified_at is None or row.reported_at is not None:
        raise NotAllowed("尚未核实，或整改情况已经报送")
    return row


def report(appeal_id: int, *, text: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The unit's head reports what was put right; from the second round on its principal head."""
    if problem := answers.text_problem(text):
        raise Refused(report=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _to_report(appeal)
        if row.round > 1 and not is_principal(by):
            raise NotAllowed("第二轮起，整改情况须由主要负责人签报")
        row.report, row.reported_at = text.strip(), at
        numbers = settings.limits(appeal.settings_version)
        row.audit_due_at = deadlines.after(at, numbers.rectify_audit, calendar.current())
        event = appeal.make(Move.REPORT_RECTIFIED, by=by, at=at, round=row.round)
        notices.tell(appeal, event, auditor(appeal))
        notices.tell_company(appeal, event)
        return appeal


def is_principal(by: Actor) -> bool:
    """Whether he is the 主要 head of his unit, or stands in for that one."""
    head = session().get(User, by.for_id or by.user_id) if by.for_id or by.user_id else None
    return head is None or head.principal


def reject(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The report does not convince: the unit goes on, the limit stays. Of the third round a leader judges."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明退回的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _reported(appeal)
        _judged(appeal, row, by, at)
        turn_down(row, reason, at)
        third = auditor(appeal) is Role.LEADER
        event = appeal.make(Move.REJECT_THIRD if third else Move.REJECT_RECTIFIED, by=by, at=at, round=row.round)
        if appeal.lead is not None:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        notices.tell_company(appeal, event)
        return appeal


def turn_down(row: Rectification, reason: str, at: datetime) -> None:
    """What was reported stays on file as judged; another report is owed."""
    assert row.reported_at is not None
    earlier = {"submitted_at": row.reported_at.isoformat(), "judged_at": at.isoformat(), "text": row.report}
    row.earlier_reports = [*row.earlier_reports, earlier]
    row.reported_at, row.judgement = None, reason.strip()


def _reported(appeal: Appeal) -> Rectification:
    row = present(appeal)
    if row.reported_at is None:
        raise NotAllowed("没有待审核的整改情况")
    if row.explained_on is not None:
        raise NotAllowed("负责人报送的是依法解释，请核定依据")
    return row


def _judged(appeal: Appeal, row: Rectification, by: Actor, at: datetime) -> None:
    duties.done(appeal, facts.Duty.APPROVE, due_at=row.audit_due_at, by=by, at=at)
    row.audit_due_at = None


def audit(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The report stands: the next round's rating begins, with a window and links of its own."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _reported(appeal)
        _judged(appeal, row, by, at)
        row.audited_at, row.audited_by_id = at, by.user_id
        move = Move.AUDIT_THIRD if auditor(appeal) is Role.LEADER else Move.AUDIT_RECTIFIED
        appeal.round += 1
        appeal.calls_done_at = None
        appeal.window_ends_at = deadlines.rating_window(
            at, calendar.current(), settings.limits(appeal.settings_version)
        )
        if appeal.lead is not None:
            appeal.lead.active = False
        event = appeal.make(move, by=by, at=at, round=appeal.round)
        notices.tell_company(appeal, event)
        if appeal.lead is not None:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal
