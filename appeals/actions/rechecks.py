"""One approval in ten is looked at a second time, by somebody other than who gave it (policy §3)."""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import limits
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.rating import Recheck
from appeals.rules import ratings, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed


def choose(appeal: Appeal, at: datetime) -> None:
    """Part of an approval: put it on the list if it is one of those."""
    if ratings.looked_at_again(appeal.number):
        session().add(Recheck(appeal_id=appeal.id, chosen_at=at))


def waiting(appeal: Appeal) -> Recheck | None:
    """The approval of this appeal that still has to be looked at again."""
    query = select(Recheck).where(Recheck.appeal_id == appeal.id, Recheck.done_at.is_(None))
    return session().scalars(query.order_by(Recheck.id)).first()


def record(
    appeal_id: int, *, sound: bool, finding: str, by: Actor, at: datetime, seen: int | None = None
) -> Recheck:
    """What the second look found. It changes nothing by itself; what follows of it people decide."""
    if text.is_visibly_empty(finding):
        raise Refused(finding="请写明抽查的情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = waiting(appeal)
        if row is None:
            raise NotAllowed("这件诉求没有待抽查的审核")
        replies = appeal.lead.replies if appeal.lead else []
        if by.user_id is not None and by.user_id in {reply.judged_by_id for reply in replies if reply.approved}:
            raise NotAllowed("审核通过的人不能抽查同一份答复")
        row.done_at, row.by_id, row.sound, row.finding = at, by.user_id, sound, finding.strip()
        appeal.make(Move.RECHECK, by=by, at=at, sound=sound)
        return row
