"""While an appeal is shelved: progress reports, one renewal, the return (policy §4)."""

from datetime import date, datetime

from appeals.actions import limits, notices, pauses, requests
from appeals.actions.refusals import Refused
from appeals.actions.requests import Wish
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.movement import Shelving
from appeals.rules import deadlines, shelving, text, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked, ShelvingReason
from appeals.rules.words import Role


def report(appeal_id: int, *, progress: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The unit says how it stands, and the company reads it; the next report is due ten working days later."""
    if text.is_visibly_empty(progress):
        raise Refused(progress="请写明进展情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = requests.own_lead(appeal, by)
        row = _running(appeal)
        late = row.next_report_due_at is not None and at > row.next_report_due_at
        row.next_report_due_at = deadlines.after(
            at, settings.limits(appeal.settings_version).shelve_report, calendar.current()
        )
        event = appeal.make(
            Move.REPORT_SHELVED, by=by, at=at, unit=lead.unit.name, report=progress.strip(), late=late,
            next=row.next_report_due_at.isoformat(),
        )  # fmt: skip
        notices.tell_company(appeal, event)
        notices.tell_office(appeal, event)
        return appeal


def ask_renewal(
    appeal_id: int, *, until_on: date | None, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Ask a leader to let it last longer, once, for six months more at most; never a promise by a date."""
    errors = {} if until_on else {"until": "请选择希望延续到的日期"}
    if text.is_visibly_empty(reason):
        errors["reason"] = "请写明仍不具备条件的理由"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead, row = requests.own_lead(appeal, by), _running(appeal)
        if trouble := unrenewable(row):
            raise NotAllowed(trouble)
        assert until_on is not None
        until_at = _longer(appeal, row, until_on)
        requests.put(
            appeal, Asked.RENEWAL, Move.ASK_RENEWAL, Wish(reason=reason, until_at=until_at), mine=lead, by=by, at=at,
            until=until_at.isoformat(), reason=reason.strip(),
        )  # fmt: skip
        return appeal


def renew(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """A leader lets it last until the date asked for."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked, row = requests.waiting(appeal, Asked.RENEWAL, by=by), _running(appeal)
        requests.decide(appeal, asked, granted=True, answer=answer, by=by, at=at)
        row.until_at, row.renewed = asked.until_at, True
        until = asked.until_at and asked.until_at.isoformat()
        event = appeal.make(Move.RENEW_SHELVING, by=by, at=at, request=asked.id, until=until)
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, asked, event)
        return appeal


def refuse_renewal(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """A leader does not; it comes back at its date."""
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked = requests.waiting(appeal, Asked.RENEWAL, by=by)
        requests.decide(appeal, asked, granted=False, answer=answer, by=by, at=at)
        event = appeal.make(Move.REFUSE_RENEWAL, by=by, at=at, request=asked.id, reason=answer.strip())
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, asked, event)
        return appeal


def resume(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """What was waited for has happened (coordinator, recusal post), or a leader wants it taken up again."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明恢复办理的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        _running(appeal)
        why = "leader" if by.role is Role.LEADER else "event"
        pauses.bring_back(appeal, move=Move.RESUME, by=by, at=at, why=why, reason=reason.strip())
        return appeal


def unrenewable(row: Shelving) -> str:
    """Why it cannot be asked to last longer, in Chinese; empty when it can."""
    if row.renewed:
        return "已续期一次，不能再续期"
    if row.reason == ShelvingReason.PROMISE:
        return "承诺限期解决的不能续期"
    return ""


def _running(appeal: Appeal) -> Shelving:
    row = pauses.running(appeal)
    if row is None:
        raise NotAllowed("这件诉求没有挂账，可能已恢复办理")
    return row


def _longer(appeal: Appeal, row: Shelving, until_on: date) -> datetime:
    ends_at, until_at = pauses.ends_at(appeal, row), deadlines.closing(until_on)
    last = shelving.longest(ends_at, settings.limits(appeal.settings_version))
    if until_at <= ends_at or not calendar.current().is_working(until_on):
        raise Refused(until="请选择现有日期之后的一个工作日")
    if until_at > last:
        raise Refused(until=f"最迟到{workdays.day_of(last):%Y-%m-%d}")
    return until_at
