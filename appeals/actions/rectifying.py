"""Putting right what a company was right to be angry about, up to three rounds (policy §6)."""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.rating import Rectification
from appeals.rules import answers, deadlines
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed


def current(appeal: Appeal) -> Rectification | None:
    """The rectification of the present round."""
    query = select(Rectification).where(
        Rectification.appeal_id == appeal.id, Rectification.round == appeal.round
    )
    return session().scalars(query.order_by(Rectification.id.desc())).first()


def _present(appeal: Appeal) -> Rectification:
    found = current(appeal)
    if found is None:
        raise NotAllowed("当前没有需要整改的评价")
    return found


def verify(
    appeal_id: int, *, finding: str, complex_: bool, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The office hears the company and sets the term: simple or complex, from this moment."""
    if not finding.strip():
        raise Refused(finding="请写明核实的情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _present(appeal)
        if row.verified_at is not None:
            raise NotAllowed("这一轮已经核实")
        numbers = settings.limits(appeal.settings_version)
        row.verified_at, row.verified_by_id, row.complex = at, by.user_id, complex_
        row.finding = finding.strip()
        row.due_at = deadlines.after(
            at, numbers.rectify_complex if complex_ else numbers.rectify_simple, calendar.current()
        )
        lead = appeal.lead
        event = appeal.make(Move.VERIFY, by=by, at=at, complex=complex_)
        if lead is not None:
            lead.active = True
            notices.tell_unit(appeal, event, lead.unit_id)
        notices.tell_company(appeal, event)
        return appeal


def report(appeal_id: int, *, text: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The unit's head reports what was put right."""
    if problem := answers.text_problem(text):
        raise Refused(report=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _present(appeal)
        if row.verified_at is None or row.reported_at is not None:
            raise NotAllowed("尚未核实，或整改情况已经报送")
        row.report, row.reported_at = text.strip(), at
        event = appeal.make(Move.REPORT_RECTIFIED, by=by, at=at)
        notices.tell_office(appeal, event)
        return appeal


def reject(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The report does not convince: the unit goes on, the limit stays."""
    if not reason.strip():
        raise Refused(reason="请写明退回的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _present(appeal)
        if row.reported_at is None:
            raise NotAllowed("没有待审核的整改情况")
        earlier = {"submitted_at": row.reported_at.isoformat(), "judged_at": at.isoformat()}
        row.earlier_reports = [*row.earlier_reports, earlier]
        row.reported_at, row.judgement = None, reason.strip()
        event = appeal.make(Move.REJECT_RECTIFIED, by=by, at=at)
        if appeal.lead is not None:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal


def audit(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The report stands: the next round's rating begins."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _present(appeal)
        if row.reported_at is None:
            raise NotAllowed("没有待审核的整改情况")
        row.audited_at, row.audited_by_id = at, by.user_id
        appeal.round += 1
        appeal.calls_done_at = None
        appeal.window_ends_at = deadlines.rating_window(
            at, calendar.current(), settings.limits(appeal.settings_version)
        )
        if appeal.lead is not None:
            appeal.lead.active = False
        event = appeal.make(Move.AUDIT_RECTIFIED, by=by, at=at, round=appeal.round)
        notices.tell_company(appeal, event)
        return appeal
