"""A unit asks for more time; somebody else decides, and the company is told before a date moves (policy §4)."""

from datetime import date, datetime

from appeals.actions import dues, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.actions.requests import Wish
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.request import Request
from appeals.rules import deadlines, extensions, facts, text, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Role


def ask(
    appeal_id: int, *, until_on: date | None, reason: str, done: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Ask that the company be answered by `until_on` instead; `done` is what was done so far.

    The first is the coordinator's, the second a leader's to decide. The company is told at once who asks for what and
    why; nothing has moved yet. Raises Refused, and NotAllowed where nothing can be asked any more.
    """
    _check_words(until_on, reason, done)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = requests.own_lead(appeal, by)
        if trouble := unaskable(appeal, lead, at):
            raise NotAllowed(trouble)
        until_at = _wanted(appeal, until_on)
        wish = Wish(reason=reason, until_at=until_at, detail={"done": done.strip(), "days": _days(appeal, until_at)})
        requests.put(
            appeal, Asked.EXTENSION, Move.ASK_EXTENSION, wish, mine=lead, by=by, at=at,
            to=Role.LEADER if granted(appeal) else None, until=until_at.isoformat(), reason=reason.strip(),
        )  # fmt: skip
        return appeal


def grant(
    appeal_id: int, *, until_on: date | None = None, answer: str = "", by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Grant it, or less of it: promise and unit's limit move by the same working days; what supports have stays.

    Never once the promise has run out. A unit whose own limit ran out while the decision was late first gets back
    what the decider lost, so what is granted always lies ahead of it (docs/decisions/0012).
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.EXTENSION, by=by)
        if trouble := ungrantable(appeal, at):
            raise NotAllowed(trouble)
        assert row.until_at is not None
        assert appeal.due_at is not None
        if row.until_at <= appeal.due_at:
            raise NotAllowed("答复时限已因工作日安排顺延到申请的日期，无须再延期，只能不同意")
        until_at = row.until_at if until_on is None else _wanted(appeal, until_on)
        if until_at > row.until_at:
            raise Refused(until=f"不能晚于申请的{workdays.day_of(row.until_at):%Y-%m-%d}")
        before, days, second = appeal.due_at, _days(appeal, until_at), row.waits_for == Role.LEADER
        row.until_at = until_at
        requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
        move = Move.GRANT_SECOND_EXTENSION if second else Move.GRANT_EXTENSION
        event = appeal.make(
            move, by=by, at=at, request=row.id, days=days, before=before and before.isoformat(), after=until_at.isoformat()
        )
        _move(appeal, until_at, days, at)
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, row, event)
        return appeal


def refuse(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Refuse it, with the reason; every date stays, but for what a late decision gives back to the unit."""
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.EXTENSION, by=by)
        second = row.waits_for == Role.LEADER
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        event = appeal.make(
            Move.REFUSE_SECOND_EXTENSION if second else Move.REFUSE_EXTENSION, by=by, at=at, request=row.id,
            reason=answer.strip(),
        )  # fmt: skip
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, row, event)
        return appeal


# -- what stands in the way ------------------------------------------------------------------------------


def unaskable(appeal: Appeal, lead: Assignment, at: datetime) -> str:
    """Why no extension can be asked for now, in Chinese; empty when it can."""
    if appeal.is_consultation:
        return "咨询不得延期"
    if appeal.due_at is None or at > appeal.due_at or at > lead.due_at:
        return "已到期或超期，不能再申请延期"
    if at > (last := latest_ask(appeal, lead)):
        return f"延期须在{last.astimezone(workdays.SHANGHAI):%Y-%m-%d %H:%M}前申请，已过申请时间"
    if len(granted(appeal)) >= extensions.MOST:
        return "已延期两次，不能再申请"
    if most_days(appeal) < 1:
        return "已达到延期后总时限的上限，不能再申请"
    return ""


def latest_ask(appeal: Appeal, lead: Assignment) -> datetime:
    """Until when it can be asked for."""
    return extensions.latest_ask(lead.due_at, calendar.current(), settings.limits(appeal.settings_version))


def ungrantable(appeal: Appeal, at: datetime) -> str:
    """Why an extension that was asked for can only be refused now, in Chinese; empty when it can be granted."""
    if appeal.due_at is None or at > appeal.due_at:
        return "对企业的答复时限已过，不能再同意延期，只能不同意；裁定延误的工作日会还给承办单位"
    return ""


def most_days(appeal: Appeal) -> int:
    """How many working days a further extension may have."""
    assert appeal.due_at is not None
    return extensions.most_days(
        dues.promise_from(appeal), appeal.due_at, dues.moves(appeal), calendar.current(),
        settings.limits(appeal.settings_version),
    )  # fmt: skip


def latest(appeal: Appeal) -> date:
    """The last day that may be asked for."""
    assert appeal.due_at is not None
    return calendar.current().add_working(workdays.day_of(appeal.due_at), most_days(appeal))


def granted(appeal: Appeal) -> list[Request]:
    """The extensions this appeal has had."""
    return [row for row in requests.of_kind(appeal, Asked.EXTENSION) if row.granted]


def _check_words(until_on: date | None, reason: str, done: str) -> None:
    errors = {} if until_on else {"until": "请选择希望延长到的日期"}
    if text.is_visibly_empty(reason):
        errors["reason"] = "请写明延期的理由"
    if text.is_visibly_empty(done):
        errors["done"] = "请写明已经做了哪些工作"
    if errors:
        raise Refused(**errors)


def _wanted(appeal: Appeal, until_on: date | None) -> datetime:
    """18:00 of a working day later than the promise and within what may be granted."""
    assert until_on is not None
    assert appeal.due_at is not None
    until_at, last = deadlines.closing(until_on), latest(appeal)
    if until_at <= appeal.due_at or not calendar.current().is_working(until_on):
        raise Refused(until="请选择现有答复时限之后的一个工作日")
    if until_on > last:
        raise Refused(until=f"最迟只能延长到{last:%Y-%m-%d}")
    return until_at


def _days(appeal: Appeal, until_at: datetime) -> int:
    assert appeal.due_at is not None
    return calendar.current().working_days_between(workdays.day_of(appeal.due_at), workdays.day_of(until_at))


def _move(appeal: Appeal, until_at: datetime, days: int, at: datetime) -> None:
    dues.move_promise(appeal, until_at, reason=facts.DueReason.EXTENSION, at=at)
    lead = appeal.lead
    if lead is not None and lead.holds:
        unit_due_at = deadlines.after(lead.due_at, days, calendar.current())
        dues.move_limit(lead, unit_due_at, original=None, reason=facts.DueReason.EXTENSION, at=at)

