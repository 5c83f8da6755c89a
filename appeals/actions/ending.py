"""A reply that ends an appeal, referred to a legal route or found untrue: two people sign (policy §2, §3)."""

from datetime import datetime

from appeals.actions import closing, duties, limits, notices
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.models.assignment import Reply
from appeals.rules import facts, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import Exclusion, Outcome


def endorse(appeal_id: int, *, heard: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The first signature; `heard` says what the company answered to it, without which nothing is untrue."""
    if text.is_visibly_empty(heard):
        raise Refused(heard="请写明听取企业意见的情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        reply = _ending_reply(appeal, by)
        if reply.endorsed_at is not None:
            raise NotAllowed("已经同意终止，等待第二人审签")
        closing.check_supports(appeal)
        reply.endorsed_by_id, reply.endorsed_at, reply.judgement = by.user_id, at, heard.strip()
        event = appeal.make(Move.ENDORSE, by=by, at=at, version=reply.version)
        notices.tell_second(appeal, event)
        return appeal


def end(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second signature, by somebody else: the appeal ends. An untrue one is booked as completed."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        reply = _ending_reply(appeal, by)
        if reply.endorsed_at is None:
            raise NotAllowed("须先由营商办（回避裁定岗）审核同意")
        if by.user_id is not None and by.user_id == reply.endorsed_by_id:
            raise NotAllowed("同一人不能先后签两次")
        closing.check_supports(appeal)
        reply.judged_by_id, reply.judged_at, reply.approved = by.user_id, at, True
        untrue = reply.outcome == Outcome.UNTRUE
        appeal.outcome = reply.outcome
        appeal.exclusion = (Exclusion.UNTRUE if untrue else Exclusion.LEGAL).value
        appeal.excluded_at = appeal.excluded_recorded_at = at
        appeal.completed_at = at if untrue else None
        for assignment in appeal.assignments:
            assignment.active = False
        owed_by = duties.owed_by(appeal, facts.Duty.APPROVE)
        duties.done(appeal, facts.Duty.APPROVE, due_at=appeal.approve_due_at, by=owed_by, at=at)
        event = appeal.make(Move.END, by=by, at=at, outcome=reply.outcome)
        notices.tell_company(appeal, event)
        return appeal


def _ending_reply(appeal: Appeal, by: Actor) -> Reply:
    _, reply = closing.waiting_reply(appeal, by)
    if reply.outcome not in closing.ENDING:
        raise NotAllowed("只有结果为转法定途径或不属实的答复才这样终止")
    return reply
