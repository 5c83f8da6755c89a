"""What other bodies follow under their own clock: the office asks after it and records the outcome (policy §2, §3)."""

from datetime import date, datetime

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import following
from appeals.models.appeal import Appeal
from appeals.models.following import Following
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.workdays import day_of


def follow(
    appeal_id: int, *, said: str, said_on: date, next_on: date, by: Actor, at: datetime, seen: int | None = None
) -> Following:
    """Write down how it stands with the body that has it, and when to ask again."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if next_on <= day_of(at):
            raise Refused(next_on="下次跟踪日期应在今天之后")
        row = _learnt(appeal, said, said_on, next_on, by, at)
        appeal.make(Move.FOLLOW_STATUTORY, by=by, at=at, next=next_on.isoformat())
        return row


def close(
    appeal_id: int, *, said: str, said_on: date, by: Actor, at: datetime, seen: int | None = None
) -> Following:
    """Record the outcome, which the company reads; nothing is to be asked any more."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _learnt(appeal, said, said_on, None, by, at)
        event = appeal.make(Move.CLOSE_STATUTORY, by=by, at=at)
        notices.tell_company(appeal, event)
        return row


def _learnt(appeal: Appeal, said: str, said_on: date, next_on: date | None, by: Actor, at: datetime) -> Following:
    if text.is_visibly_empty(said):
        raise Refused(said="请写明专门机构告知的情况")
    passed_on = day_of(appeal.excluded_at or appeal.state_at)
    if not passed_on <= said_on <= day_of(at):
        raise Refused(said_on=f"日期应在转交日（{passed_on:%Y-%m-%d}）至今天之间")
    if following.outcome(appeal) is not None:
        raise NotAllowed("这件已登记结果")
    row = Following(appeal_id=appeal.id, by_id=by.user_id, at=at, said_on=said_on, text=said.strip(), next_on=next_on)
    session().add(row)
    appeal.follow_on = next_on
    return row
